package workflows_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/workflows"
)

// Whoever imports has another clock than the server: what follows from a statement is not dated before it was booked.
func TestNothingIsDatedBeforeTheStatement(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	key := w.imports("1 0.00 100.00: 2026-11-03 100.00 r1 betaling {a}")
	later := statementDay.AddDays(2).At(21, 0)
	w.runBooked(workflows.StatementInput{Key: key, BookedAt: later}, w.Store)
	events, err := w.Timeline(t.Context(), w.claims["a"].Ref)
	w.ok(err)
	for _, e := range events {
		if e.Kind == string(claim.PaidToAgency) && !e.At.Equal(later) {
			t.Errorf("paid at %s, want %s", e.At, later)
		}
	}
	if got := w.state(); got != "a 100.00" {
		t.Error(got)
	}
}
