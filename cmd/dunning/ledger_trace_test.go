package main

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A bookkeeper reads a trace in a terminal of 100 columns: amounts below each other, and what goes on in the next line under its beginning.
func TestATraceIsRead(t *testing.T) {
	t.Parallel()
	on := calendar.MustParseDate("2026-11-03")
	step := func(amount, what string, steps ...postgres.TraceStep) postgres.TraceStep {
		return postgres.TraceStep{Amount: money.MustParse(amount), What: what, On: on, Steps: steps}
	}
	trace := postgres.Trace{Key: "stmt-4", What: "bank entry, credit, of statement s-1", Amount: money.MustParse("1160.00"), On: on, To: []postgres.TraceStep{
		step("1162.34", "claim 1b4e28ba-2fa1-51d2-883f-0016d3cca427 (VOORBEELD R-17), matched by rule exact-reference (version 1), allocated by matching on 2026-11-03",
			step("1000.00", "the part of client VOORBEELD", step("1000.00", "payout line PO-20261103-1 to client VOORBEELD, NL91ABNA0417164300: sent, and not booked by the bank yet (S240)")),
			step("162.34", "the part of the agency: still with us: to be paid to the agency (S210)")),
		{Amount: money.MustParse("-2.34"), What: "made up by bank entry stmt-9 in S200"},
	}}
	want := `stmt-4: bank entry, credit, of statement s-1
1160.00  2026-11-03  in all

where it went
1162.34  2026-11-03  ├─ claim 1b4e28ba-2fa1-51d2-883f-0016d3cca427 (VOORBEELD R-17), matched by rule
                     │  exact-reference (version 1), allocated by matching on 2026-11-03
1000.00  2026-11-03  │  ├─ the part of client VOORBEELD
1000.00  2026-11-03  │  │  └─ payout line PO-20261103-1 to client VOORBEELD, NL91ABNA0417164300:
                     │  │     sent, and not booked by the bank yet (S240)
 162.34  2026-11-03  │  └─ the part of the agency: still with us: to be paid to the agency (S210)
  -2.34              └─ made up by bank entry stmt-9 in S200
`
	var out strings.Builder
	if err := printTrace(&out, 100, trace); err != nil || out.String() != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out.String(), want)
	}
}
