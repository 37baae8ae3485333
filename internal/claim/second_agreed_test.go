package claim_test

import (
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// What a payment arrangement does to an account, in the second program (docs/decisions/0020): while it is in force, costs that came due since it was agreed
// take nothing of what is paid, but the last that is left. Who pays all of it while it is in force owes nothing of what came due since: no interest (the
// confirmation says so, art. 6:160 BW) and no costs. Of one that is over the whole is due, as if nothing had been agreed.

// secondThen is what had come due when an arrangement was agreed, at the end of that day: costs in all, paid or not, and the interest that was open.
type secondThen struct{ costs, interest int64 }

// remember keeps what had come due, on the days on which something is agreed.
func (s *second) remember(n int) {
	for k, a := range s.f.Arrangements {
		if num(a.On) == n {
			s.then[k] = secondThen{s.due(n), secondInterest(s.invoices)}
		}
	}
}

// inForce is the place of the arrangement that is in force on a day; -1 when none is. A newer one takes the place of an older, whatever becomes of it.
func (s *second) inForce(n int) (k int) {
	k = -1
	for i, a := range s.f.Arrangements {
		if num(a.On) <= n {
			k = i
		}
	}
	if k < 0 || n >= s.over(s.f.Arrangements[k]) {
		return -1
	}
	return k
}

const never = 1 << 30

// over is the day from which an arrangement is not in force any more: a person ended it, or the term of a reminder was over and its parts were not paid.
func (s *second) over(a claim.Arrangement) (day int) {
	day = never
	if !a.Ended.IsZero() {
		day = num(a.Ended)
	}
	for i := range a.Instalments {
		if last := s.unmet(a, i); last < never {
			day = min(day, last+1)
		}
	}
	return day
}

// unmet is when the first term of a reminder of an instalment was over, if that was not met: neither were the parts paid by then, nor what it asked in its term. What was counted may be taken back since.
func (s *second) unmet(a claim.Arrangement, i int) (first int) {
	first = never
	answered := false
	for _, l := range s.f.Letters {
		last, ok := s.reminds(a, i, l)
		if !ok || last > first {
			continue
		}
		first, answered = last, answered && last == first
		more := s.instalmentsPaid(a, i, last)
		since := num(l.On) - 1
		if asked := l.Demanded.Cents(); asked > 0 {
			if -s.instalmentsPaid(a, i, since) > asked {
				since++
			}
			answered = answered || s.paidIn(since+1, last) >= asked
		}
		answered = answered || more >= 0
	}
	if answered {
		return never
	}
	return first
}

// paidIn is what was settled from one day up to and including another.
func (s *second) paidIn(from, to int) (cents int64) {
	for _, p := range s.f.Settlements {
		if n := num(p.On); n >= from && n <= to {
			cents += p.Amount.Cents()
		}
	}
	return cents
}

// reminds says whether a letter reminds of an instalment: it is the reminder of that one, or of one before it, and left when this one was missed too; and
// until when it can be paid then.
func (s *second) reminds(a claim.Arrangement, i int, l claim.Letter) (last int, ok bool) {
	if l.State != claim.LetterAccepted || num(l.On) > s.on || num(l.On) <= secondGrace(num(a.Instalments[i].Due), a.GraceDays) {
		return 0, false
	}
	for before := i; before >= 0 && !ok; before-- {
		ok = l.Step == a.ReminderStep(before)
	}
	last = num(l.On)
	if !l.Received.IsZero() {
		last = max(last, num(l.Received))
	}
	for left := a.ReminderDays; left > 0; {
		if last++; !s.waits(last) {
			left--
		}
	}
	return last, ok
}

// waits: a day on hold, or on which the debtor was bankrupt, in debt restructuring or vulnerable, is no day of a term once that has ended.
func (s *second) waits(n int) bool {
	for _, p := range s.f.Pauses {
		if n >= num(p.From) && n <= num(p.Until) {
			return true
		}
	}
	for _, x := range s.f.Flags {
		if !x.Until.IsZero() && n >= num(x.From) && n <= num(x.Until) {
			return true
		}
	}
	return false
}

// secondGrace is the last day on which the money of an instalment may be on its way, after so many days on which banks and offices work.
func secondGrace(due, days int) int {
	for ; days > 0; days-- {
		for due++; secondDays()[due].free; due++ {
		}
	}
	return due
}

// instalmentsPaid is what was paid by the end of a day beyond the instalments up to and including the i-th; less than nothing when they are not paid. What was
// known when the arrangement was agreed is no part of it, nor is it missed when it is taken back.
func (s *second) instalmentsPaid(a claim.Arrangement, i, day int) (more int64) {
	more = a.TakenBack.Cents() - a.Settled.Cents()
	for _, p := range s.f.Settlements {
		if num(p.On) <= day {
			more += p.Amount.Cents()
		}
	}
	return more - min(sumOfParts(a, i), s.comes(a, day))
}

func sumOfParts(a claim.Arrangement, last int) (sum int64) {
	for _, part := range a.Instalments[:last+1] {
		sum += part.Amount.Cents()
	}
	return sum
}

// comes is what all instalments come to by the end of a day: had everything been credited on the day of agreement that was credited since, less interest and costs would have been in them.
func (s *second) comes(a claim.Arrangement, day int) int64 {
	all := sumOfParts(a, len(a.Instalments)-1)
	if come, known := s.come[comesBy{a.Key, day}]; known {
		return come
	}
	then, moved := s.f, map[string]bool{}
	then.Settlements = nil
	for _, p := range s.f.Settlements {
		if p.Kind == claim.CreditNote && num(p.On) > num(a.On) && num(p.On) <= day {
			moved[p.Key], p.On = true, a.On
		}
		then.Settlements = append(then.Settlements, p)
	}
	if len(moved) > 0 {
		less := newSecond(s.f, a.On).account().Open.Total()
		account := newSecond(then, a.On).account()
		for _, x := range account.Allocations {
			if moved[x.Settlement.Key] {
				less -= x.Principal
			}
		}
		known := int64(0) // of before, since it was agreed
		for _, p := range s.f.Settlements {
			if num(p.On) <= num(a.On) {
				known += p.Amount.Cents()
			}
		}
		owed := newSecond(s.f, a.On).account().Open.Total().Cents()
		never := max(0, all-owed-max(0, known-a.Settled.Cents())) // was owed, as is known by now
		all -= max(0, never+(less-account.Open.Total()).Cents())
	}
	s.come[comesBy{a.Key, day}] = all
	return all
}

// comesBy is of which arrangement and on which day one asks what it comes to.
type comesBy struct {
	key string
	day int
}

// kept is the day on which the last instalment was paid while the arrangement was in force, and what was paid before and is owed again with it.
func (s *second) kept(k int) int {
	a := s.f.Arrangements[k]
	for _, p := range s.settlements {
		if n := num(p.On); s.instalmentsPaid(a, len(a.Instalments)-1, n) >= a.TakenBack.Cents() {
			if n < num(a.On) || s.inForce(n) != k {
				return never
			}
			return n
		}
	}
	return never
}

// meetArrangement looks, before a settlement is applied, whether it is the first since an arrangement was agreed that is kept. What came due since is let go,
// and more where what was agreed does not reach; not where that is because something was taken back that it counted.
func (s *second) meetArrangement(n int) {
	for k, a := range s.f.Arrangements {
		until, from := s.kept(k), num(a.On)
		if until == never || num(s.settlements[n].On) < from || n > 0 && num(s.settlements[n-1].On) >= from {
			continue
		}
		agreed, paid, credited := a.Settled.Cents()+s.comes(a, until), int64(0), int64(0)
		for _, p := range s.settlements {
			switch on := num(p.On); {
			case on < from:
				agreed -= p.Amount.Cents()
			case on <= until && p.Kind == claim.CreditNote:
				credited += p.Amount.Cents()
				paid += p.Amount.Cents()
			case on <= until:
				paid += p.Amount.Cents()
			}
		}
		paying := max(0, min(paid, agreed)-credited)
		if a.TakenBack > 0 { // no instalment has what is owed again
			paying = never
		}
		s.settle(n, paying, true, max(0, s.owed()[ofInterest]-s.then[k].interest))
		return
	}
}

// waiting is what of the open costs takes nothing of an instalment: what came due since, or what a judgment awards since a demand was met.
func (s *second) waiting() int64 {
	if s.settled != 0 {
		return s.bound + s.court(s.today) - s.courtPaid
	}
	k := s.inForce(s.today)
	if k < 0 {
		return 0
	}
	open := s.owed()[ofCosts]
	return open - min(open, max(0, s.then[k].costs-s.paid[ofCosts]))
}

// settle lets go what is owed beyond what is being paid: costs that wait, interest, other costs; of an arrangement all that wait, and at least the interest that
// is told. Principal is never let go, nor what a judgment awards. Nothing runs any more.
func (s *second) settle(n int, paying int64, arranged bool, interest int64) {
	waiting := s.waiting()
	s.giveBack(s.owed()[ofPrincipal] - paying)
	owed := s.owed()
	s.settled = num(s.settlements[n].On)
	awarded := min(owed[ofCosts], s.court(s.today)) // the costs that are paid last
	s.courtPaid = s.court(s.today) - awarded
	owed[ofCosts] -= awarded
	short := owed[ofCosts] + owed[ofInterest] + owed[ofPrincipal] - paying
	first := min(owed[ofCosts], max(0, waiting-awarded))
	if !arranged {
		first = min(first, max(0, short))
	}
	rents := min(owed[ofInterest], max(interest, short-first))
	rest := min(owed[ofCosts]-first, max(0, short-first-rents))
	s.gone[ofInterest], s.rents = s.gone[ofInterest]+rents, owed[ofInterest]-rents
	s.gone[ofCosts], s.costs = s.gone[ofCosts]+first+rest, owed[ofCosts]-first-rest
	s.decide()
}

// due is all costs that came due by a day: those of collection at least what was decided of them.
func (s *second) due(n int) int64 { return max(s.charge(s.base()), s.decided(n)) + s.court(n) }

// decide: a demand that was met lets nothing go that a court awards, or that stood when the parties settled (art. 236 Rv, art. 7:900 BW). What is paid pays it last.
func (s *second) decide() {
	if s.settled == 0 {
		return
	}
	kept := s.paid[ofCosts] + s.owed()[ofCosts] - s.court(s.today)
	lack := max(0, s.decided(s.today)-kept)
	s.bound += lack
	s.gone[ofCosts] -= min(lack, s.gone[ofCosts])
}

// decided is the most that a judgment, or a settlement, had as collection costs by a day: a judgment also what was let go of them from its day on, as far as it left that out. Of one that was set aside nothing is left.
func (s *second) decided(n int) (costs int64) {
	for _, step := range s.f.Court {
		if step.Stage == claim.CourtLost {
			return 0
		}
		if num(step.On) <= n {
			costs = max(costs, step.Awarded.Costs.Cents()+min(s.letGoFrom(step.On), step.LeftOut.Cents()))
		}
	}
	return costs
}

// letGoFrom is what was written off of costs so far, from a day on.
func (s *second) letGoFrom(day calendar.Date) (costs int64) {
	for _, x := range s.allocations {
		if x.Settlement.Kind == claim.WriteOff && num(x.Settlement.On) >= num(day) {
			costs += x.Costs.Cents()
		}
	}
	return costs
}

// court is what a judgment awards for the procedure, from its day on (art. 237 Rv). One that was set aside never was.
func (s *second) court(n int) (awarded int64) {
	for _, step := range s.f.Court {
		switch {
		case step.Stage == claim.CourtLost:
			return 0
		case step.Stage == claim.CourtJudgment && num(step.On) <= n:
			awarded = step.Awarded.CourtCosts.Cents()
		}
	}
	return awarded
}

// dismissal: at the end of the day on which the court dismisses the claim nothing is owed any more, and nothing runs from then on (art. 236 Rv).
func (s *second) dismissal(n int) {
	for _, step := range s.f.Court {
		if step.Stage != claim.CourtLost || num(step.On) != n {
			continue
		}
		for k, owed := range s.owed() {
			s.gone[k] += owed
		}
		if s.settled == 0 {
			s.settled = n
		}
		s.costs, s.rents, s.courtPaid = 0, 0, 0 // what an arrangement let wait and was paid is none of a court
		for _, i := range s.invoices {
			i.payPrincipal(i.principal)
		}
	}
}

// secondAgreed are the arrangements and the stages of a procedure as they were known at the end of a day.
func secondAgreed(f claim.Facts, text string, known int) claim.Facts {
	arrangements, court := f.Arrangements, f.Court
	f.Arrangements, f.Court = nil, nil
	for _, a := range arrangements {
		if num(a.On) > known {
			continue
		}
		if !a.Ended.IsZero() && num(a.Ended) > known {
			a.Ended = claim.Arrangement{}.Ended
		}
		if a.TakenBack = 0; strings.Contains(text, " reversed ") {
			a.TakenBack = shortInBooks(a, booksOf(text), known)
		}
		f.Arrangements = append(f.Arrangements, a)
	}
	promises := f.Promises
	f.Promises = nil
	for _, p := range promises {
		if !p.Ended.IsZero() && num(p.Ended) > known {
			p.Ended = claim.Promise{}.Ended
		}
		if num(p.On) <= known {
			f.Promises = append(f.Promises, p)
		}
	}
	for _, step := range court {
		if num(step.On) <= known {
			f.Court = append(f.Court, step)
		}
	}
	return f
}
