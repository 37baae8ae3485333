package activities

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// Every kind of event that is made of a list of the domain has a Dutch word in a package for the court, and what no word is known for is told by its name.
func TestHappeningsHaveADutchWord(t *testing.T) {
	t.Parallel()
	kinds := claim.FlagKinds()
	for _, kind := range claim.SettlementKinds() {
		kinds = append(kinds, string(kind))
	}
	for _, stage := range claim.CourtStages() {
		kinds = append(kinds, "court-"+string(stage))
	}
	for _, kind := range kinds {
		if happenings[kind] == "" {
			t.Errorf("%q has no word", kind)
		}
	}
	for kind, want := range map[string]string{
		"bankrupt": "Faillissement", "bankrupt-cleared": "Faillissement: niet meer", "task-opened": "", "exception-own-arrangement": "", "request": "", "of-tomorrow": "of-tomorrow", "court-served": "Dagvaarding betekend",
	} {
		if got := happened(kind); got != want {
			t.Errorf("%s is %q, want %q", kind, got, want)
		}
	}
	if got := euros("1234.5"); got != "€ 1.234,50" {
		t.Errorf("an amount is %q", got)
	}
}
