package activities

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// A letter interrupts limitation when it reached the debtor (art. 3:317 and 3:37 lid 3 BW): one that came back does not.
func TestOnlyALetterThatArrivedInterruptsLimitation(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	for _, c := range []struct {
		story   string
		letters []claim.Letter
		want    string
	}{
		{"no letter", nil, "2028-03-01"},
		{"one that arrived", []claim.Letter{{State: claim.LetterAccepted, Received: day("2026-10-21")}}, "2028-10-21"},
		{"one that came back", []claim.Letter{{State: claim.LetterFailed}}, "2028-03-01"},
		{"one that came back after an earlier one arrived", []claim.Letter{{State: claim.LetterAccepted, Received: day("2026-05-01")}, {State: claim.LetterFailed}}, "2028-05-01"},
		{"one of which nobody knows whether it left", []claim.Letter{{State: claim.LetterUnknown}}, "2028-03-01"},
	} {
		f := claim.Facts{Invoices: []claim.Invoice{{Due: day("2026-03-01")}}, Letters: c.letters}
		if got := enforceable(f); got != day(c.want) {
			t.Errorf("%s: until %s, want %s", c.story, got, c.want)
		}
	}
}
