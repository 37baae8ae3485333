package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A payout names the money that left and nothing explains, what held statements say, and why it would be refused.
func TestAPayoutNamesWhatWentOut(t *testing.T) {
	t.Parallel()
	if got := outlookText(postgres.Outlook{}); got != "" {
		t.Error(got)
	}
	var o postgres.Outlook
	for i := range 12 {
		o.Gone = append(o.Gone, postgres.GoneLine{Key: fmt.Sprintf("out%d", i), Amount: money.Cents(150), On: calendar.MustParseDate("2026-11-03")})
	}
	o.Held, o.Refused = []postgres.HeldOut{{Statement: "ST", Amount: money.Cents(700)}}, "payout P cannot be sent: 18.00 left"
	got := outlookText(o)
	for _, want := range []string{"GONE, and not explained: 18.00 left", "out0 1.50 on 2026-11-03, ", "out9 1.50 on 2026-11-03 and 2 more\n", "HELD: statement ST says that 7.00 left", "it counts for nothing here", "NOT TO BE SENT as it stands: payout P cannot"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nhas not %s", got, want)
		}
	}
	if strings.Contains(got, "out10") {
		t.Error(got)
	}
}
