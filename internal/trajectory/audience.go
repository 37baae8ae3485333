package trajectory

import (
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Audience is who is told what comes next for a claim, and why.
type Audience string

// Who can be told.
const (
	ToOperator Audience = "operator"
	ToClient   Audience = "client"
)

// Facts is what an audience may know of a claim. A client never learns that its debtor has another claim: what it is told rests on facts in which there
// is none, so that no reason and no day can say it. A letter that has to wait for one of another claim then leaves later than the day that the client
// was told, by the days of debtor_spacing at most: to a client a day is one before which nothing leaves.
func (a Audience) Facts(f claim.Facts) claim.Facts {
	if a == ToClient {
		f.OtherContact = calendar.Date{}
	}
	return f
}

// Explain tells an audience what comes next, and what becomes of every step. The workflow acts on what Next says, not on this.
func (a Audience) Explain(f claim.Facts, rules Rules, now time.Time) (next Action, steps []Fate, err error) {
	f = a.Facts(f)
	if next, err = Next(f, rules, now); err != nil {
		return Action{}, nil, err
	}
	steps, err = Course(f, rules, now)
	return next, steps, err
}
