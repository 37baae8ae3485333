package claim

import (
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// What starts what a correction keeps of a promise or an arrangement when it told that less is to be paid than was agreed: the day on which that was given and the cents that
// it comes to now follow, as promise@2026-11-02=40550. What was told stands, whatever is taken back afterwards (docs/decisions/0078).
const (
	promiseMark     = "promise@"
	arrangementMark = "arrangement@"
)

// lowered is what was agreed on a day, or less: what corrections that left, or may have, told that it comes to.
func (f Facts) lowered(agreed money.Amount, mark string, on calendar.Date) money.Amount {
	for _, l := range f.Letters {
		if l.Corrects == "" || !l.Left() {
			continue
		}
		for told := range strings.FieldsSeq(l.Corrects) {
			digits, ours := strings.CutPrefix(told, mark+on.String()+"=")
			if cents, err := strconv.ParseInt(digits, 10, 64); ours && err == nil {
				agreed = money.Min(agreed, money.Cents(cents))
			}
		}
	}
	return agreed
}

// AmountOf is what a promise comes to: what was promised, or what a correction told since that is enough.
func (f Facts) AmountOf(p Promise) money.Amount { return f.lowered(p.Amount, promiseMark, p.On) }

// TotalOf is what the instalments of an arrangement come to: what was agreed, or what a correction told since. Of the last less is asked then, or nothing.
func (f Facts) TotalOf(a Arrangement) money.Amount {
	return f.lowered(a.Total(), arrangementMark, a.On)
}

// dueBy is what of the instalments up to and including the i-th should have been paid.
func (f Facts) dueBy(a Arrangement, i int) money.Amount { return money.Min(a.DueBy(i), f.TotalOf(a)) }

// PromiseLess is what a promise comes to when the debtor is told on a day what is owed: that much, and what was settled since it was given, are enough. The mark is
// for the letter that tells it; empty when that is what was promised.
func (f Facts) PromiseLess(p Promise, owed money.Amount, day calendar.Date) (comes money.Amount, mark string) {
	comes = money.Min(f.AmountOf(p), f.settledBy(day)-p.Settled+p.TakenBack+owed)
	return comes, markOf(comes, p.Amount, promiseMark, p.On)
}

// ArrangementLess is what the instalments of an arrangement come to when the debtor is told what was owed at the end of the day of agreement, as is known now. What came due since is let
// go when they are paid in time (docs/decisions/0020). The mark is for the letter that tells it; empty when that is what was agreed.
func (f Facts) ArrangementLess(a Arrangement, then Balance) (comes money.Amount, mark string) {
	comes = money.Min(f.TotalOf(a), then.Total()+f.paid(a, a.On))
	return comes, markOf(comes, a.Total(), arrangementMark, a.On)
}

func markOf(comes, agreed money.Amount, mark string, on calendar.Date) string {
	if comes >= agreed {
		return ""
	}
	return mark + on.String() + "=" + strconv.FormatInt(comes.Cents(), 10)
}

// LeftOf is what is still to be paid of each instalment after a day when they come to so much together: what was settled pays the first of them, and of the last what is beyond it falls away.
func (f Facts) LeftOf(a Arrangement, comes money.Amount, day calendar.Date) []Instalment {
	left, covered := make([]Instalment, len(a.Instalments)), f.paid(a, day)
	for i, instalment := range a.Instalments {
		due := money.Min(a.DueBy(i), comes)
		left[i] = Instalment{Due: instalment.Due, Amount: money.Max(0, due-covered)}
		covered = money.Max(covered, due)
	}
	return left
}
