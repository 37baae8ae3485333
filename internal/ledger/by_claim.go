package ledger

import (
	"maps"
	"slices"

	"github.com/incassocenter/dunning/internal/money"
)

// ByClaim names the claims of what a journal takes from what a client is to be paid, or gives back to it. parts are amounts by claim, empty for what is of none;
// they add up to the journal's line of that account, whatever its side. Parts that do not are a *DraftError.
func (j Journal) ByClaim(parts map[string]money.Amount) (Journal, error) {
	d := j.Draft()
	lines := d.Lines
	d.Lines = nil
	for _, l := range lines {
		if l.Account != ClientPayable {
			d.Lines = append(d.Lines, l)
			continue
		}
		for _, claim := range sortedClaims(parts) {
			named := Line{Account: ClientPayable, Cents: parts[claim], Claim: claim}
			if l.Cents < 0 {
				named.Cents = -named.Cents
			}
			d.Lines = append(d.Lines, named)
		}
	}
	return d.Journal()
}

// sortedClaims are the claims of parts that are something.
func sortedClaims(parts map[string]money.Amount) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(parts)), func(claim string) bool { return parts[claim] == 0 })
}
