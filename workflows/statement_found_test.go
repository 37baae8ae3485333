package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Who paid for a debtor is known by its name too: with it a number is enough, from whatever account.
func TestWhoPaidBeforeIsKnownByName(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	w.run(w.imports("1 0.00 20.00: 2026-11-03 20.00 r1 <Mevr. E. Buurman/NL20INGB0001234567> |{a}"), w.Store)
	w.run(w.imports("2 20.00 32.34: 2026-11-04 12.34 r2 <BUURMAN E/NL69INGB0123456789> |dossier DOS-700001"), w.Store)
	if got, want := w.state(), "a 32.34"; got != want {
		t.Errorf("got %s", got)
	}
}

// What was found is stored whole: each proposal with what was seen, and why not the second.
func TestWhatWasFoundIsStored(t *testing.T) {
	t.Parallel()
	w := newBankWorld(t)
	w.owes("a", "J. Voorbeeldman", "100.00")
	w.owes("b", "P. Anderson", "50.00")
	w.run(w.imports("1 0.00 50.00: 2026-11-03 50.00 r1 {a} {b}"), w.Store)
	waiting, err := w.WaitingReceipts(t.Context())
	w.ok(err)
	if got, want := w.found(waiting[0]), "b 50.00 (reference, amount that was asked) or a 50.00 (reference): 23 bits against 36: it lacks, or has less of: amount that was asked"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// found tells "claim amount (what was seen, what was seen) or claim amount (...): why not".
func (w *bankWorld) found(r postgres.Waiting) string {
	var proposals []string
	for _, p := range r.Match.Proposals {
		var parts, seen []string
		for _, part := range p.Parts {
			for name, c := range w.claims {
				if c.ClaimID == part.Claim {
					parts = append(parts, fmt.Sprintf("%s %s", name, part.Amount))
				}
			}
		}
		for _, e := range p.Evidence {
			seen = append(seen, string(e.Kind))
		}
		proposals = append(proposals, fmt.Sprintf("%s (%s)", strings.Join(parts, ", "), strings.Join(seen, ", ")))
	}
	return strings.Join(proposals, " or ") + ": " + r.Match.WhyNot
}
