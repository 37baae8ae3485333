package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// InterestOnly is the key of the task to decide whether what is left is asked when as much as the principal was paid before a letter asked more. Done, a
// person said that it is (docs/decisions/0085-who-says-that-interest-is-asked.md); the other answer closes the claim.
const InterestOnly = "interest-only"

// interestOnly asks a person when a step asks principal only, and none is left of what it asks.
func (d *decision) interestOnly() Action {
	return d.person(InterestOnly, fmt.Sprintf("as much as the principal was paid, but interest and costs came first (art. 6:44 BW): whether the %s that is left is still asked is for a person to say", d.account.Open.Total()))
}

// asksNothing says whether a step asks no more than principal, and none is left of what it asks.
func (d *decision) asksNothing(step Step) bool {
	return step.Stage != StageSummons && d.asks(step) == 0
}

// passedOver is why a step that asks nothing is left out, once a person said that the rest is asked: the trajectory goes on with the first that asks it. Empty while nobody
// did, and when principal is asked again because a payment was taken back.
func (d *decision) passedOver(step Step) string {
	if !d.asksNothing(step) || !slices.Contains(d.facts.Tasks, claim.Task{Key: InterestOnly}) {
		return ""
	}
	return "it asks principal only, as much as that was paid, and a person said that the rest is asked"
}
