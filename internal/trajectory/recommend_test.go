package trajectory_test

import (
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What a register says before the advice counts as a sign of insolvency only when it can be so of the debtor.
func TestWhichAnswersAreASignOfInsolvency(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, debtor string
		found        claim.Finding
		want         bool
	}{
		{"a clean slate of a consumer", "consumer", claim.FoundCleanSlate, true},
		{"of a sole trader", "sole trader", claim.FoundCleanSlate, true},
		{"of a company it is of somebody else", "company", claim.FoundCleanSlate, false},
		{"a company whose bankruptcy ended", "company", claim.FoundBankruptcyEnded, true},
	} {
		f := tell(c.debtor)
		f.Checks = []claim.Check{{Register: claim.InsolvencyRegister, Cycle: claim.CycleBeforeAdvice, Try: 1, On: day("2026-11-02"), Found: c.found, Since: day("2026-09-10")}}
		_, grounds := trajectory.Recommend(f, claim.Account{On: day("2026-11-03")}, trajectory.Procedure{}, claim.ChooseMonitoring)
		if got := slices.Contains(grounds, trajectory.InsolvencyRisk); got != c.want {
			t.Errorf("%s: %v, want %v", c.kind, got, c.want)
		}
	}
}
