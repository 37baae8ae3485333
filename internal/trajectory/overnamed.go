package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// withdrawnMark starts what a correction keeps of a 14-day letter that it says does not count, see Corrects.
const withdrawnMark = "void:"

// Judged gives the facts after what is settled of a claim changed, on a day: a 14-day letter that left, or may have, is one that named too much when what came to be known after it makes
// its costs more than the law allows (claim.Overnamed; decision 72). When that proves wrong it counts again, but not once the debtor was told: what was told stands. It is asked
// when a settlement is recorded or taken back, and not at each decision.
func Judged(f claim.Facts, rules Rules, today calendar.Date) (claim.Facts, error) {
	for i, l := range f.Letters {
		if out := l.Left() || l.State == claim.LetterSending; l.Kind != claim.FourteenDayLetter || !out || f.Debtor.InBusiness {
			continue
		}
		by, over, err := overnamed(f, rules.Tables, l)
		if err != nil {
			return f, fmt.Errorf("account of %s, the day of letter %s: %w", l.On, l.Step, err)
		}
		_, stands := f.Settled(l.Overnamed.By)
		if over && stands || !over && (l.Overnamed.By == "" || rules.Policy.toldWithdrawn(f, l)) {
			continue
		}
		now := claim.Overnamed{}
		if over { // by another settlement it is void since it was by the first
			now = claim.Overnamed{By: by.Key, On: by.On, Known: today}
			if l.Overnamed.By != "" {
				now.Known = l.Overnamed.Known
			}
		}
		f.Letters = slices.Clone(f.Letters)
		f.Letters[i].Overnamed = now
	}
	return f, nil
}

// overnamed gives the settlement of before the day of a 14-day letter, of those that it had not counted, by which it named too much: in the order in which they came to be known, the first
// after which the costs over what was open that day are less than without them, and less than it named. Both sums are by the account, where a payment goes to interest first (art. 6:44 BW).
func overnamed(f claim.Facts, tables law.Tables, l claim.Letter) (by claim.Settlement, over bool, err error) {
	counted, late, err := countedBy(f, tables, l)
	if err != nil || len(late) == 0 {
		return by, false, err
	}
	before, err := lawfulThen(f, tables, l, counted)
	if err != nil {
		return by, false, err
	}
	for _, s := range late {
		counted = append(counted, s)
		lawful, err := lawfulThen(f, tables, l, counted)
		if err != nil || lawful < min(before, l.Announced.Total()) {
			return s, err == nil, err
		}
	}
	return by, false, nil
}

// countedBy divides what counts on the day of a 14-day letter into what the letter had counted, and what came to be known after it and is of before its day, in the order in which it did. Of
// what came to be known on its day nobody kept which was first, and the letter tells: it had counted what leaves at least the principal that it named. What was paid on its day and was
// not counted crossed it, and is in neither. Of a letter of before what it names was kept nothing is late.
func countedBy(f claim.Facts, tables law.Tables, l claim.Letter) (counted, late []claim.Settlement, err error) {
	var sameDay []claim.Settlement
	for _, s := range f.Settlements {
		switch {
		case s.On.After(l.On) || l.Announced.Principal <= 0:
		case s.Known.Before(l.On):
			counted = append(counted, s)
		case s.Known == l.On:
			sameDay = append(sameDay, s)
		case s.On.Before(l.On):
			late = append(late, s)
		}
	}
	for _, s := range sameDay {
		left, err := openThen(f, tables, l, append(slices.Clone(counted), s))
		switch {
		case err != nil:
			return nil, nil, err
		case left >= l.Announced.Principal:
			counted = append(counted, s)
		case s.On.Before(l.On):
			late = append(late, s)
		}
	}
	slices.SortStableFunc(late, func(a, b claim.Settlement) int {
		return cmp.Or(a.Known.Compare(b.Known), a.On.Compare(b.On), cmp.Compare(a.Key, b.Key))
	})
	return counted, late, nil
}

// openThen is the principal that was open on the day of a letter, before it left, with these settlements and no others.
func openThen(f claim.Facts, tables law.Tables, l claim.Letter, settled []claim.Settlement) (money.Amount, error) {
	f.Settlements = settled
	f.Letters = slices.DeleteFunc(slices.Clone(f.Letters), func(x claim.Letter) bool { return !x.On.Before(l.On) })
	account, err := f.AccountOn(tables, l.On)
	return account.Open.Principal, err
}

// lawfulThen is what a 14-day letter may have named, with these settlements and no others.
func lawfulThen(f claim.Facts, tables law.Tables, l claim.Letter, settled []claim.Settlement) (money.Amount, error) {
	open, err := openThen(f, tables, l, settled)
	if err != nil {
		return 0, err
	}
	return f.NamedOver(tables, open, l)
}

// withdrawn says whether the fault is that of a 14-day letter that named too much itself. The debtor is told that it does not count, however little more it asked.
func (x Fault) withdrawn() bool { return x.Cause == CauseNamed && x.Letter.Overnamed.By != "" }

// toldWithdrawn says whether the debtor was told that a 14-day letter does not count: by a correction, by a person, or by the one that went instead.
func (p Policy) toldWithdrawn(f claim.Facts, l claim.Letter) bool {
	mark := withdrawnMark + Fault{Letter: l}.name()
	return slices.ContainsFunc(f.Letters, func(x claim.Letter) bool {
		again := x.Kind == l.Kind && x.On.After(l.On) && (x.Step != l.Step || x.Cycle > l.Cycle)
		says := again || slices.Contains(strings.Fields(x.Corrects), mark)
		return says && (x.Left() || x.State == claim.LetterSending)
	}) || slices.ContainsFunc(f.Tasks, func(t claim.Task) bool {
		return toldForGood(t) && p.Corrects(f, t, l) || slices.Contains(strings.Fields(t.Corrects), mark)
	})
}

// overnamedItself is the fault of a 14-day letter that named too much.
func overnamedItself(l claim.Letter) (x Fault, found bool) {
	by := l.Overnamed
	return Fault{Letter: l, Cause: CauseNamed, Key: by.By, Since: by.On}, by.By != ""
}

// settledSince says whether the settlement by which a 14-day letter named too much came to be known after a later letter left: that makes it wrong by itself.
func settledSince(f claim.Facts, by claim.Overnamed, l claim.Letter) bool {
	s, stands := f.Settled(by.By)
	return stands && !s.Known.Before(l.On)
}
