package trajectory

import (
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Standing is what of a correction is about the promise or the payment arrangement that is in force on its day: it is no dunning, so it leaves all the same, and tells what becomes of
// what was agreed (docs/decisions/0078). The zero value is that nothing was.
type Standing struct {
	Promised    bool
	Promise     claim.Promise
	Arranged    bool
	Arrangement claim.Arrangement
	Left        []claim.Instalment // what is still to be paid of each instalment; 0.00 of one that is paid, or that falls away
	Comes       money.Amount       // what the promise or the instalments come to now, with what was settled since; at most what was agreed
	mark        string
}

// StandingOn is that of a correction on a day that asks an amount.
func StandingOn(f claim.Facts, tables law.Tables, on calendar.Date, asks money.Amount) (s Standing, err error) {
	if s.Arrangement, s.Arranged = f.ArrangementOn(on); s.Arranged {
		then, err := f.AccountOn(tables, s.Arrangement.On)
		s.Comes, s.mark = f.ArrangementLess(s.Arrangement, then.Open)
		s.Left = f.LeftOf(s.Arrangement, s.Comes, on)
		return s, err
	}
	if s.Promise, s.Promised = f.PromiseOn(on); s.Promised {
		s.Comes, s.mark = f.PromiseLess(s.Promise, asks, on)
	}
	return s, nil
}

// Corrects is what a correction keeps: the faults that it tells, and that less is to be paid than was agreed.
func (s Standing) Corrects(faults []Fault) string {
	return strings.TrimSpace(Corrects(faults) + " " + s.mark)
}

// Over is how much more was promised than is asked now; 0.00 when a part was, which stays so.
func (s Standing) Over(asks money.Amount) money.Amount {
	if !s.Promised {
		return 0
	}
	return money.Max(0, s.Promise.Amount-asks)
}

// left is what the instalments still ask together.
func (s Standing) left() (sum money.Amount) {
	for _, instalment := range s.Left {
		sum += instalment.Amount
	}
	return sum
}

// agreedOn is what a correction of today tells of what was agreed, where one is due or an arrangement is to be confirmed: else nobody asks.
func (d *decision) agreedOn() (Standing, error) {
	a, arranged := d.facts.ArrangementOn(d.today)
	if len(d.untold) == 0 && (!arranged || d.confirmed(a)) {
		return Standing{}, nil
	}
	asks := d.account.Open.Total()
	if AsksPrincipal(d.facts, d.today) {
		asks = d.facts.UnpaidPrincipal(d.today)
	}
	return StandingOn(d.facts, d.rules.Tables, d.today, asks)
}

// untellable says whether a payment arrangement is in force of which a correction cannot tell what is still to be paid: it was not confirmed yet, a person has to look at what was taken back,
// or no instalment is left.
func (d *decision) untellable() bool {
	s := d.agreed
	return s.Arranged && (!d.confirmed(s.Arrangement) || s.Arrangement.TakenBack > 0 || s.left() == 0)
}

// confirmed says whether the letter that confirms an arrangement left, or may have, or an operator skipped it.
func (d *decision) confirmed(a claim.Arrangement) bool {
	_, confirmed := d.done(a.Step(), 1)
	return confirmed
}

// payWithin is how many days a correction gives that leaves on a day: none of its own during an arrangement, of which each instalment has its day, and not fewer than were promised.
func (d *decision) payWithin(on calendar.Date) int {
	switch {
	case d.agreed.Arranged && d.account.Open.Total() > 0:
		return 0
	case d.agreed.Promised:
		return max(CorrectionTerm, d.agreed.Promise.By.DaysSince(on))
	}
	return CorrectionTerm
}
