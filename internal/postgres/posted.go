package postgres

import (
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/ledger"
)

// Posted is a journal as it stands in the books, with the business instant at which it was booked.
type Posted struct {
	ID int64 `json:"id"`
	ledger.Draft
	At time.Time `json:"at"`
}

// OfFact says whether the journal is of the fact of a claim that has the key: a settlement, its reversal, a charge.
func (p Posted) OfFact(key string) bool {
	parts := strings.SplitN(p.Key, "/", 2) // the claim, and what happened there
	if len(parts) < 2 {
		return false
	}
	_, fact, ok := strings.Cut(parts[1], ":")
	return ok && (fact == key || strings.HasPrefix(fact, key+"/"))
}

// About says whether a line of the journal is of the claim.
func (p Posted) About(claim string) bool {
	return slices.ContainsFunc(p.Lines, func(l ledger.Line) bool { return l.Claim == claim })
}
