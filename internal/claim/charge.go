package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// costs is the unpaid part of the costs due on day.
func (r *run) costs(day calendar.Date) (money.Amount, error) {
	r.award(day)
	if r.frozen {
		return r.frozenCosts, nil
	}
	if err := r.charge(day); err != nil {
		return 0, err
	}
	return money.Max(0, r.chargedSoFar()-r.costsPaid), nil
}

// chargedSoFar is every kind of costs up to the day to which they were brought: those of collection are never less than was decided of them.
func (r *run) chargedSoFar() money.Amount {
	return money.Max(r.charged.Total+r.information, r.decided) + r.court
}

// agreed is what had come due by the end of the day on which an arrangement was agreed: its instalments have no more.
type agreed struct {
	key      string // of the arrangement
	charged  money.Amount
	interest money.Amount // that was open
}

// agree keeps what had come due of the arrangement that is in force on day, the first time that it is asked.
func (r *run) agree(day calendar.Date) error {
	a, inForce := r.facts.ArrangementOn(day)
	if !inForce || r.frozen || r.agreed.key == a.Key {
		return nil
	}
	if err := r.advance(a.On); err != nil {
		return err
	}
	_, err := r.costs(a.On)
	r.agreed = agreed{a.Key, r.chargedSoFar(), r.interest()}
	return err
}

// payable is the unpaid part of the costs due on day, and what of it waits, to be paid by what is paid beyond everything else: costs that came due since a
// payment arrangement was agreed, while that is in force (decision 20); and of a demand that is met, what a judgment awarded (decisions 25 and 81).
func (r *run) payable(day calendar.Date) (costs, waiting money.Amount, err error) {
	costs, err = r.costs(day)
	if r.frozen {
		return costs, money.Min(costs, r.court+r.bound), err
	}
	if a, inForce := r.facts.ArrangementOn(day); inForce && r.agreed.key == a.Key {
		waiting = money.Min(costs, money.Max(0, r.chargedSoFar()-r.agreed.charged))
	}
	return costs, waiting, err
}

// award adds what a judgment awards for the procedure, from its day on, whatever was met before, and keeps what was decided of the collection costs.
func (r *run) award(day calendar.Date) {
	if len(r.facts.Court) == 0 {
		return
	}
	r.decided, _ = r.facts.DecidedCosts(day)
	if judgment, given := r.facts.Judgment(); given && !judgment.On.After(day) {
		if r.court == 0 {
			r.court = judgment.Awarded.CourtCosts
			r.frozenCosts += r.court
		}
		r.decided = money.Max(r.decided, judgment.binds(r.allocations))
	}
	if r.frozen {
		r.bind()
	}
}

// bind keeps what was decided of the collection costs owed though a demand is met: of what was let go so much is owed after all. It is paid last, as the court costs are.
func (r *run) bind() {
	lack := money.Max(0, r.decided+r.court-r.costsPaid-r.frozenCosts)
	r.bound, r.frozenCosts = r.bound+lack, r.frozenCosts+lack
	r.gone.Costs -= money.Min(lack, r.gone.Costs)
}

// charge brings the costs up to day: collection costs from CostsDueFrom, over the principal that was open when they became due, and over that of an
// invoice that falls due later from the day after that, since costs over a debt that is not in default absorb nothing; and in business what was paid for
// information. In business the first day of default makes the minimum due and no more (art. 6:96
// lid 4 BW): the scale is for what is done to collect, which begins with hand-over, over what is open then (decision 27); none of both comes due while the debtor is
// insolvent (see unhindered). A consumer never owes more than the 14-day letter named.
func (r *run) charge(day calendar.Date) error {
	r.information, r.informed = 0, nil
	for _, cost := range r.facts.InformationCosts {
		if r.facts.Debtor.InBusiness && !cost.On.After(day) {
			r.information, r.informed = r.information+cost.Amount, append(r.informed, cost)
		}
	}
	if !reached(r.dueFrom, day) {
		return nil
	}
	r.fallDue(day)
	if r.paidInTime() || r.costsBase == 0 && !r.late {
		return nil
	}
	var err error
	if r.charged, err = r.tables.CostsOf(r.facts.chargeQuestion(r.costsBase)); err != nil {
		return err
	}
	most, known, err := r.mostNamed(r.costsBase)
	if r.capped = known && r.charged.Total > most.Total(); r.capped {
		r.charged = law.Costs{Costs: most.Costs, VAT: most.VAT, VATRate: r.charged.VATRate, Total: most.Total()}
	}
	return err
}

// fallDue adds to the base of the costs what is open of the invoices over which costs came due up to day.
func (r *run) fallDue(day calendar.Date) {
	if r.facts.Debtor.InBusiness {
		for i := range r.invoices {
			r.late = r.late || reached(r.facts.unhindered(r.invoices[i].Due.AddDays(1)), day) && r.accruals[i].Principal() > 0
		}
	}
	for ; r.inDefault < len(r.invoices) && reached(r.facts.scaleFrom(r.invoices[r.inDefault].Due), day); r.inDefault++ {
		r.costsBase += r.accruals[r.inDefault].Principal()
	}
}

// reached says whether a day that can be none has come by another.
func reached(from, day calendar.Date) bool { return !from.IsZero() && !from.After(day) }

// CostsDueFrom is the first day on which collection costs are owed: for a consumer the day after the term of the 14-day letter that was received
// (see noticeEnds); in business, where it is the minimum until hand-over, the day after the first
// invoice's last payment day (art. 6:96 lid 4 BW). Zero while no 14-day letter that counts (see Void) was received by a consumer, and in business when the debtor has been
// insolvent since then.
func (f Facts) CostsDueFrom() calendar.Date {
	notice, _ := f.Noticed()
	return f.costsDueFrom(notice)
}

// costsDueFrom is CostsDueFrom when the costs of a consumer rest on a letter, or, when that is the zero value, on none.
func (f Facts) costsDueFrom(notice Letter) calendar.Date {
	switch {
	case f.Debtor.InBusiness:
		return f.unhindered(f.FirstDue().AddDays(1))
	case notice.Received.IsZero():
		return calendar.Date{}
	}
	return f.noticeEnds(notice).AddDays(1)
}

// scaleFrom is the first day on which an invoice counts for the scale, of which the last day of payment was due: in business not before hand-over (decision 27), nor while
// the debtor is insolvent; no date while that has no end.
func (f Facts) scaleFrom(due calendar.Date) calendar.Date {
	from := due.AddDays(1)
	if f.Debtor.InBusiness {
		from = f.unhindered(calendar.Max(from, f.HandedOverOn))
	}
	return from
}

// unhindered is the first day, from a day on, that day included, on which no bankruptcy or debt restructuring is in force: costs that would come due while one is
// cannot be lodged (art. 26, 37, 128 and 299 Fw; decision 51). No date while that has no end.
func (f Facts) unhindered(day calendar.Date) calendar.Date {
	for {
		i := slices.IndexFunc(f.Flags, func(x Flag) bool { stop, _ := StopOf(x.Kind); return stop.EndsInterest && x.Covers(day) })
		switch {
		case i < 0:
			return day
		case f.Flags[i].Until.IsZero():
			return calendar.Date{}
		}
		day = f.Flags[i].Until.AddDays(1)
	}
}

// noticeEnds is the last day on which the principal is paid without costs after a 14-day letter that was received: that of its term (art. 6:96 lid 6 BW), or, when
// the agency accepted a promise to pay while that ran, the last on which that can be kept, whatever was promised (decision 43).
func (f Facts) noticeEnds(letter Letter) calendar.Date {
	last, _ := law.FourteenDays(letter.Received)
	for _, p := range f.Promises {
		if !p.On.After(last) {
			last = calendar.Max(last, p.lasts())
		}
	}
	return last
}

// termEnds is the last day of the term of a 14-day letter: until it is received the one that the letter names.
func (f Facts) termEnds(letter Letter) calendar.Date {
	if letter.Received.IsZero() {
		return letter.PayBy
	}
	return calendar.Max(letter.PayBy, f.noticeEnds(letter))
}

// promisedPast says whether a promise made the term of a 14-day letter longer.
func (f Facts) promisedPast(letter Letter) bool {
	last, _ := law.FourteenDays(letter.Received)
	return f.noticeEnds(letter).After(last)
}

// paidInTime says whether what was settled within the term of the 14-day letter is the principal that it was about: then no costs are owed (art. 6:96
// lid 6 BW), though interest took a part of it first (art. 6:44 BW). What was credited after the term was no part of it: it was never owed (decision 12).
func (r *run) paidInTime() bool {
	principal := r.notice.Announced.Principal
	if !r.facts.Debtor.Consumer() || principal <= 0 {
		return false
	}
	last := r.facts.noticeEnds(r.notice)
	for i, s := range r.settlements {
		if s.On.After(last) {
			principal -= r.credited[i]
		}
	}
	paid := sum(r.between(r.answersFrom(r.notice), last))
	return paid > 0 && paid >= principal
}

// mostNamed is the most that the 14-day letter lets be charged over a base: what it named. When letters for other claims share one calculation with it,
// and a part of any of them was paid in time, only its part, by principal, of one demand over them all: what each named for itself, together, would be more than
// one demand over the rests (art. 6:96 lid 7 BW; decision 14). known is false for letters of before it was kept.
func (r *run) mostNamed(base money.Amount) (most Announced, known bool, err error) {
	most = r.notice.Announced
	whole, shared, partPaid := most.Principal, most.Others != law.Demanded{}, base < most.Principal
	for _, other := range r.facts.OtherNotices {
		whole += other.Demanded.Principal
		shared = shared || other.Shared && !other.On.Before(r.notice.On)
		partPaid = partPaid || other.PartPaid
	}
	if known = most.Total() > 0; !known || !shared || !partPaid || most.Principal == 0 {
		return most, known, nil
	}
	once, err := r.tables.CollectionCosts(whole, r.notice.On)
	if part := once.Share(base, whole); err == nil && part < most.Costs {
		most.Costs, most.VAT = part, most.VAT.Share(part, most.Costs)
	}
	return most, true, err
}

// chargeQuestion is the question to which the collection costs over a principal are the answer: by the scale of the day of the 14-day letter, or in business
// of hand-over, or of the first day of default when that is later. In business the minimum is due when nothing in default was open at hand-over, or before it, and while the debtor has been insolvent since: then no scale has a day.
func (f Facts) chargeQuestion(base money.Amount) law.CostQuestion {
	letter, _ := f.Noticed()
	on := letter.On
	if f.Debtor.InBusiness {
		if on = f.scaleFrom(f.FirstDue()); base == 0 || on.IsZero() {
			return law.CostQuestion{Principals: []money.Amount{f.Principal()}, Least: true, On: f.CostsDueFrom()}
		}
	}
	return f.costQuestion(base, letter.Announced.Others, on)
}

// named is what the 14-day letter that a consumer received names as costs.
func (f Facts) named() Announced {
	letter, _ := f.Noticed()
	return letter.Announced
}
