package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A payout names the money that left and nothing explains, all of it, and no money that came in.
func TestAPayoutNamesWhatWentOut(t *testing.T) {
	t.Parallel()
	line := func(key string, d bank.Direction, cents int64) postgres.WaitingLine {
		return postgres.WaitingLine{StatementLine: postgres.StatementLine{Key: key, Direction: d, Amount: money.Cents(cents), On: calendar.MustParseDate("2026-11-03")}}
	}
	if got := wentOut([]postgres.WaitingLine{line("in", bank.Credit, 500)}); got != "" {
		t.Error(got)
	}
	lines := []postgres.WaitingLine{line("in", bank.Credit, 500)}
	for i := range 12 {
		lines = append(lines, line(fmt.Sprintf("out%d", i), bank.Debit, 150))
	}
	got := wentOut(lines)
	for _, want := range []string{"GONE, and not explained: 18.00 left", "out0 1.50 on 2026-11-03, ", "out9 1.50 on 2026-11-03 and 2 more\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nhas not %s", got, want)
		}
	}
	if strings.Contains(got, "out10") || strings.Contains(got, "in 5.00") {
		t.Error(got)
	}
	if len(lines) != 13 || lines[0].Key != "in" {
		t.Error("the list of who asks is changed")
	}
}
