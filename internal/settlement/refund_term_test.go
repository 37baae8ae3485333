package settlement_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Eight weeks, then two days on which banks settle, and from the next day on the money is there for good.
func TestRefundTerm(t *testing.T) {
	t.Parallel()
	term := settlement.RefundTerm{Weeks: 8, TargetDays: 2}
	for _, s := range []struct{ story, debited, available string }{
		{"on a Monday", "2026-03-02", "2026-04-30"},
		{"eight weeks end on a Thursday: the weekend settles nothing", "2026-03-12", "2026-05-12"},
		{"they end the day before Good Friday: two weekdays of Easter settle nothing", "2026-02-05", "2026-04-09"},
		{"they end in a weekend", "2026-03-07", "2026-05-06"},
	} {
		t.Run(s.story, func(t *testing.T) {
			t.Parallel()
			if got := term.AvailableOn(date(s.debited)).String(); got != s.available {
				t.Errorf("available on %s, want %s", got, s.available)
			}
		})
	}
	for on := date("2026-01-01"); on.Before(date("2027-01-01")); on = on.AddDays(1) {
		last := term.OverFor(on)
		if term.AvailableOn(last).After(on) || !term.AvailableOn(last.AddDays(1)).After(on) {
			t.Errorf("on %s the last that is over is %s", on, last)
		}
	}
	if never := (settlement.RefundTerm{}); never.AvailableOn(date("2026-03-02")) != (calendar.Date{}) || never.OverFor(date("2026-03-02")) != (calendar.Date{}) {
		t.Error("a term that nobody told is over")
	}
}
