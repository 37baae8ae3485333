package activities_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var summons = trajectory.Action{Kind: trajectory.ActLetter, Step: "final-summons", Letter: "final-summons", Cycle: 1, Channel: "email", Term: 5, Stage: trajectory.StageSummons}

// A letter after a bankruptcy that was lifted tells the days without interest, and why. Due on 4 September, it had none before the fifth.
func TestALetterTellsTheDaysWithoutInterest(t *testing.T) {
	t.Parallel()
	const bankrupt, restructured = "geen rente: faillissement", "geen rente: schuldsanering"
	for _, c := range []struct{ name, story, want, interest string }{
		{"no flag", "1000.00", "", "€ 23,08"}, // 81 days of 10.40%
		{"ten days of bankruptcy", "1000.00; 2026-10-20 flagged bankrupt until 2026-10-29", "20-10-2026 29-10-2026 10 " + bankrupt + " 0% € 0,00", "€ 20,23"},
		{"restructuring since before the invoice was due", "1000.00; 2026-08-01 flagged wsnp until 2026-09-06", "05-09-2026 06-09-2026 2 " + restructured + " 0% € 0,00", "€ 22,51"},
		{"a bankruptcy that was over by then", "1000.00; 2026-08-01 flagged bankrupt until 2026-09-04", "", "€ 23,08"},
		{"one that never was", "1000.00; 2026-10-20 flagged bankrupt until 2026-10-19", "", "€ 23,08"},
		{"debt counselling: interest ran on", "1000.00; 2026-10-20 flagged debt-counselling until 2026-10-29", "", "€ 23,08"},
	} {
		draft, err := writer(t).Write(file(t, c.story, "premium", "nl"), summons, advised.At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(draft.Body), " ")
		if !strings.Contains(text, c.want) || (c.want == "") == strings.Contains(text, "geen rente") || !strings.Contains(text, "Rente tot en met 24 november 2026 "+c.interest) {
			t.Errorf("%s: want %q and %s in\n%s", c.name, c.want, c.interest, draft.Body)
		}
	}
}

// Whatever decided that it is due, no letter to the debtor is lawful while a stop flag is set.
func TestNoLetterIsLawfulWhileAFlagStops(t *testing.T) {
	t.Parallel()
	for _, stop := range claim.Stops() {
		_, err := writer(t).Write(file(t, "1000.00; 2026-11-24 flagged "+stop.Kind, "premium", "nl"), summons, advised.At(10, 0))
		var unlawful *postgres.UnlawfulError
		if !errors.As(err, &unlawful) || len(unlawful.Rules) != 1 || !strings.HasPrefix(unlawful.Rules[0], "not on hold, disputed or stopped") {
			t.Errorf("%s: %v", stop.Kind, err)
		}
	}
}
