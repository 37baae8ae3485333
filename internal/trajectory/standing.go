package trajectory

import (
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
	Told        claim.Told         // what the letter keeps of it
}

// StandingOn is that of a correction on a day of which an amount is owed. During an arrangement it asks what is left of that, see Asks.
func StandingOn(f claim.Facts, tables law.Tables, on calendar.Date, owed money.Amount) (s Standing, err error) {
	if s.Arrangement, s.Arranged = f.ArrangementOn(on); s.Arranged {
		s.Told, err = f.ArrangementLess(s.Arrangement, tables, on)
		s.Left = f.LeftOf(s.Arrangement, s.Told.Comes, on)
		return s, err
	}
	if s.Promise, s.Promised = f.PromiseOn(on); s.Promised {
		s.Told = f.PromiseLess(s.Promise, owed, on)
	}
	return s, nil
}

// Asks is what a correction asks of which an amount is owed: during an arrangement what is left of its instalments, because what came due since is let go when they are paid in time.
func (s Standing) Asks(owed money.Amount) money.Amount {
	if s.Arranged {
		return s.left()
	}
	return owed
}

// Over is how much more was promised than is asked now; 0.00 when a part was, which stays so.
func (s Standing) Over(asks money.Amount) money.Amount {
	if !s.Promised {
		return 0
	}
	return money.Max(0, s.Promise.Amount-asks)
}

// left is what the instalments still ask together.
func (s Standing) left() money.Amount { return sumOf(s.Left) }

func sumOf(instalments []claim.Instalment) (sum money.Amount) {
	for _, instalment := range instalments {
		sum += instalment.Amount
	}
	return sum
}

// Confirmed is what the confirmation of a payment arrangement tells beside what was agreed: what was settled since, also what was paid before and came to be known since, which pays the first instalments; and how much less
// was owed on the day of agreement, as is known now, which comes off the last: the interest that a payment of before takes away. Where Told is the zero value it tells what was agreed, and nothing else.
type Confirmed struct {
	Settled, Less money.Amount
	Asks          money.Amount // what is left of the instalments
	Told          claim.Told   // what the letter keeps
	Costs, Lawful money.Amount // the collection costs with their VAT that it tells, and the most that the law allows it to; 0.00 where it tells none
}

// Confirms is what the confirmation of the payment arrangement in force tells on the day of an account of what is owed. What is left then is what a correction of that day asks, and it keeps of which it told, as that does
// (docs/decisions/0087). An error means that the law tables cannot answer.
func Confirms(f claim.Facts, tables law.Tables, account claim.Account) (Confirmed, error) {
	s, err := StandingOn(f, tables, account.On, 0)
	if err != nil || !s.Arranged {
		return Confirmed{}, err
	}
	return s.confirms(f, tables, account)
}

func (s Standing) confirms(f claim.Facts, tables law.Tables, account claim.Account) (c Confirmed, err error) {
	c.Costs = s.Arrangement.Charged
	if c.Costs > 0 && owedCosts(f, account.On) { // else none are allowed
		if c.Lawful, err = f.LawfulCosts(tables, account); err != nil {
			return c, err
		}
	}
	settled, less := f.SettledSince(s.Arrangement, account.On), s.Arrangement.Total()-s.Told.Comes
	if settled > 0 || less != 0 {
		c.Settled, c.Less, c.Asks, c.Told = settled, less, s.left(), s.Told
	}
	return c, nil
}

// agreedOn is what a correction of today tells of what was agreed, where one is due or an arrangement is to be confirmed, and what the confirmation tells: else nobody asks.
func (d *decision) agreedOn() (s Standing, c Confirmed, err error) {
	a, arranged := d.facts.ArrangementOn(d.today)
	unconfirmed := arranged && !d.confirmed(a)
	if len(d.untold) == 0 && !unconfirmed {
		return s, c, nil
	}
	if s, err = StandingOn(d.facts, d.rules.Tables, d.today, owedNow(d.facts, d.account)); err == nil && unconfirmed {
		c, err = s.confirms(d.facts, d.rules.Tables, d.account)
	}
	return s, c, err
}

// owedNow is what the debtor is told that is owed on the day of an account, by a correction or by hand: while no letter asked more, the principal only.
func owedNow(f claim.Facts, account claim.Account) money.Amount {
	if AsksPrincipal(f, account.On) {
		return f.UnpaidPrincipal(account.On)
	}
	return account.Open.Total()
}

// untellable says whether a correction cannot tell what becomes of what was agreed: a payment arrangement was not confirmed yet, a person has to look at what was taken back, or to tell the debtor who
// promised of that, or no instalment is left.
func (d *decision) untellable() bool {
	s := d.agreed
	if s.Promised {
		review := s.Promise.ReviewTask()
		return s.Promise.TakenBack > 0 && (!d.told(review) || s.Promise.Again)
	}
	return s.Arranged && (!d.confirmed(s.Arrangement) || s.Arrangement.TakenBack > 0 || s.left() == 0)
}

// confirmed says whether the letter that confirms an arrangement left, or may have, or an operator skipped it.
func (d *decision) confirmed(a claim.Arrangement) bool {
	_, confirmed := d.done(a.Step(), 1)
	return confirmed
}

// payWithin is how many days a correction gives that leaves on a day: none of its own during an arrangement, of which each instalment has its day, and never a day before one that was promised, also when what was promised counts as paid by
// money that nobody knew of then: the debtor did not hear so.
func (d *decision) payWithin(on calendar.Date) int {
	if _, arranged := d.facts.ArrangementOn(on); arranged && d.account.Open.Total() > 0 { // on its own day: it may have lapsed by then
		return 0
	}
	days := CorrectionTerm
	for _, p := range d.facts.Promises {
		if p.Ended.IsZero() {
			days = max(days, p.By.DaysSince(on))
		}
	}
	return days
}
