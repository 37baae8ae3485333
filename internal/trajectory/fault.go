package trajectory

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Cause is what came to be known after a letter left.
type Cause string

// The causes for which a letter was wrong. After the first three it should not have left at all, whatever it asked.
const (
	CauseStop     Cause = "stopped"  // a fact about the debtor for which nothing leaves, see claim.Stop
	CauseDispute  Cause = "disputed" // the debtor had disputed the claim
	CauseHold     Cause = "on-hold"
	CauseReturned Cause = "14-day-letter-returned"  // so the costs were not due
	CauseVoid     Cause = "14-day-letter-void"      // likewise: the 14-day letter should not have left
	CauseBroken   Cause = "14-day-term-broken"      // likewise: an insolvency began within the term of the 14-day letter
	CauseNamed    Cause = "14-day-letter-overnamed" // likewise, and of the 14-day letter itself: it named more costs than the law allows
	CausePaid     Cause = "paid"
	CauseCredited Cause = "credited"
	CauseCosts    Cause = "information-costs-taken-back"
	CauseSettled  Cause = "settled" // set off, goods returned, something else done for it, let go
)

// Causes lists every cause.
func Causes() []Cause {
	return []Cause{CauseStop, CauseDispute, CauseHold, CauseReturned, CauseVoid, CauseBroken, CauseNamed, CausePaid, CauseCredited, CauseCosts, CauseSettled}
}

// barred says whether no letter at all should have left.
func (c Cause) barred() bool { return c == CauseStop || c == CauseDispute || c == CauseHold }

// Tolerance is how much more than was owed a letter may have asked without being wrong: cents of interest that ran differently make no fault.
const Tolerance = money.Amount(100)

// Fault is a letter to the debtor that left, or may have, and should not have left or asked too much, as is known now.
type Fault struct {
	Letter claim.Letter
	Owed   claim.Balance // of what the letter is about, on its day; of a reminder of the client the principal only, see Parts
	Cause  Cause
	Key    string        // of the settlement, information cost, hold or dispute, or the kind of the flag; empty when the 14-day letter came back
	Since  calendar.Date // the day from which that counts
	// Besides is what else came to be known since that counts from before its day, each as the weightiest would be without those before it, and with the letter; see learnt.
	Besides []Fault
}

// Over is how much more was asked than was owed; 0 when the letter should not have left though it asked no more.
func (x Fault) Over() money.Amount { return money.Max(0, x.Letter.Demanded-x.Owed.Total()) }

// Why tells the fault in words.
func (x Fault) Why() string {
	switch x.Cause {
	case CauseStop:
		return fmt.Sprintf("no letter should have left: %s since %s", x.Key, x.Since)
	case CauseDispute:
		return fmt.Sprintf("no letter should have left: disputed since %s", x.Since)
	case CauseHold:
		return fmt.Sprintf("no letter should have left: on hold since %s", x.Since)
	case CauseReturned:
		return "the 14-day letter came back: collection costs were not due"
	case CauseVoid:
		return fmt.Sprintf("the 14-day letter should not have left (%s since %s): collection costs were not due", x.Key, x.Since)
	case CauseBroken:
		return fmt.Sprintf("the term of the 14-day letter had not run out (%s since %s): collection costs were not due", x.Key, x.Since)
	case CauseNamed:
		return fmt.Sprintf("the 14-day letter named too much, which settlement %s of %s made known: collection costs were not due", x.Key, x.Since)
	case CausePaid:
		return fmt.Sprintf("paid on %s, which was not known then", x.Since)
	case CauseCredited:
		return fmt.Sprintf("credited on %s, which was not known then", x.Since)
	case CauseCosts:
		return "information costs were taken back: they were not due"
	case CauseSettled:
	}
	return fmt.Sprintf("settled on %s, which was not known then", x.Since)
}

// Faults gives the letters to the debtor that left, or may have, and that were wrong as is known now, in the order in which they left: each that left though
// a stop, a dispute or a hold had begun before its day, and each that asked more than was owed on its day by more than Tolerance, because of something
// that came to be known since and counts from before its day. What was paid on the day of the letter crossed it, and makes no fault. What was let go since,
// because a demand was met in time (decision 4), was owed when the letter asked it. Settlements of which the facts do not say since when they are known count as known.
func Faults(f claim.Facts, tables law.Tables) (faults []Fault, err error) {
	if nothingLearnt(f) { // as of most claims, all their lives
		return nil, nil
	}
	for _, left := range f.Letters {
		l := asksOf(f, left)
		if !l.Left() || l.Demanded <= 0 {
			continue
		}
		since, err := withoutCounted(f, tables, l)
		if err != nil {
			return nil, fmt.Errorf("account of %s, the day of letter %s: %w", l.On, l.Step, err)
		}
		all := learnt(since, l)
		if len(all) == 0 {
			continue
		}
		x := all[0]
		x.Besides = all[1:]
		if x.Owed, err = owedThen(f, tables, l); err != nil {
			return nil, fmt.Errorf("account of %s, the day of letter %s: %w", l.On, l.Step, err)
		}
		if x.Letter.On = left.On; x.Cause.barred() || x.withdrawn() || x.Over() > Tolerance {
			faults = append(faults, x)
		}
	}
	return faults, nil
}

// nothingLearnt says whether nothing is known of a claim of what can make a letter wrong, whenever it left: see learnt.
func nothingLearnt(f claim.Facts) bool {
	if len(f.Settlements)+len(f.CostsTakenBack)+len(f.Pauses)+len(f.Flags) > 0 {
		return false
	}
	for i := range f.Letters {
		if l := &f.Letters[i]; l.Kind == claim.FourteenDayLetter && (l.State == claim.LetterFailed || l.Overnamed.By != "") {
			return false
		}
	}
	return true
}

// asksOf is a letter with what it asks, as of the day of which it tells. That of the confirmation of a payment arrangement is the day of agreement, and what all instalments come to, but for one that tells what was settled since.
func asksOf(f claim.Facts, l claim.Letter) claim.Letter {
	if l.Kind != ArrangementConfirmation || l.Told.Of != "" {
		return l
	}
	for _, a := range f.Arrangements {
		if a.Step() == l.Step {
			l.On, l.Demanded = a.On, a.Total()
		}
	}
	return l
}

// withoutCounted is the facts without the settlements that came to be known on the day of a letter and that it had counted already: it asked less than was owed without them. Of others nobody can
// say whether they came before the letter or after it.
func withoutCounted(f claim.Facts, tables law.Tables, l claim.Letter) (claim.Facts, error) {
	all := f.Settlements
	for _, s := range all {
		if s.Known != l.On || !s.On.Before(l.On) {
			continue
		}
		without := f
		without.Settlements = slices.DeleteFunc(slices.Clone(all), func(x claim.Settlement) bool { return x.Key == s.Key })
		owed, err := owedThen(without, tables, l)
		if err != nil {
			return f, err
		}
		asked := owed.Total()
		if l.Kind == Correction { // it may have asked the principal only
			asked = money.Min(asked, without.UnpaidPrincipal(l.On.AddDays(-1)))
		}
		if l.Demanded < asked-Tolerance {
			f.Settlements = slices.DeleteFunc(slices.Clone(f.Settlements), func(x claim.Settlement) bool { return x.Key == s.Key })
		}
	}
	return f, nil
}

// learnt is what came to be known after a letter left and counts from before its day: the weightiest first, and settlements and costs that were taken back from the last that came to be known.
func learnt(f claim.Facts, l claim.Letter) (all []Fault) {
	if x, found := barredBefore(f, l); found {
		all = append(all, x)
	}
	if x, found := unfoundedIn(f, l); found {
		all = append(all, x)
	}
	type late struct {
		Fault
		known calendar.Date
	}
	var lates []late
	for _, s := range f.Settlements {
		if s.On.Before(l.On) && !s.Known.Before(l.On) {
			lates = append(lates, late{Fault{Letter: l, Cause: causeOf(s.Kind), Key: s.Key, Since: s.On}, s.Known})
		}
	}
	for _, c := range f.CostsTakenBack {
		if !c.On.After(l.On) && !c.Back.Before(l.On) {
			lates = append(lates, late{Fault{Letter: l, Cause: CauseCosts, Key: c.Key, Since: c.On}, c.Back})
		}
	}
	slices.SortStableFunc(lates, func(a, b late) int { return a.known.Compare(b.known) })
	for _, x := range slices.Backward(lates) { // of two of one day the last that is told
		all = append(all, x.Fault)
	}
	return all
}

// barredBefore is what had begun before the day of a letter and for which nothing leaves but what interrupts limitation.
func barredBefore(f claim.Facts, l claim.Letter) (x Fault, found bool) {
	by, barred := f.Barred(l.On)
	if !barred || l.Kind == InterruptionLetter || l.Kind == ArrangementConfirmation { // which asks nothing that was not agreed
		return Fault{}, false
	}
	x = Fault{Letter: l, Key: by.Key, Since: by.Since}
	switch by.Pause {
	case claim.PauseHold:
		x.Cause = CauseHold
	case claim.PauseDispute:
		x.Cause = CauseDispute
	default:
		x.Cause = CauseStop
	}
	return x, true
}

// unfoundedIn is why no costs rest on a letter, or on the 14-day letter of before it. What was decided of the collection costs takes the place of both: no letter is wrong for that any more.
func unfoundedIn(f claim.Facts, l claim.Letter) (x Fault, found bool) {
	if _, decided := decidedCosts(f); decided {
		return Fault{}, false
	}
	if x, found = overnamedItself(l); found {
		return x, true
	}
	return unnoticedBefore(f, l)
}

// decidedCosts is what a judgment that stands, or a settlement, says of the collection costs, if there is one.
func decidedCosts(f claim.Facts) (least money.Amount, decided bool) {
	if len(f.Court) == 0 {
		return 0, false
	}
	return f.DecidedCosts(f.Court[len(f.Court)-1].On)
}

// asksCosts says whether a letter asks collection costs: a correction once they were asked before it, or the term of the 14-day letter was over. When that letter goes again since, its costs were not due yet.
func asksCosts(f claim.Facts, l claim.Letter) bool {
	if l.Kind != Correction {
		return stages[l.Kind] == StageSummons || slices.Contains([]string{MonitoringLetter, InterruptionLetter, ArrangementConfirmation}, l.Kind)
	}
	asked := slices.ContainsFunc(f.Letters, func(x claim.Letter) bool {
		return x.On.Before(l.On) && (x.Kind == claim.FourteenDayLetter && x.PayBy.Before(l.On) || x.Kind != Correction && x.Left() && asksCosts(f, x))
	})
	return asked && !slices.ContainsFunc(f.Letters, func(x claim.Letter) bool { return x.Kind == claim.FourteenDayLetter && !x.On.Before(l.On) })
}

// unnoticedBefore is the 14-day letter that came back, should not have left, or of which an insolvency broke the term, and on which the costs rested that a later
// letter asked; none when they were due all the same.
func unnoticedBefore(f claim.Facts, l claim.Letter) (x Fault, found bool) {
	if !asksCosts(f, l) {
		return Fault{}, false
	}
	for _, notice := range f.Letters {
		if notice.Kind != claim.FourteenDayLetter || !notice.On.Before(l.On) {
			continue
		}
		if x, found = lostNotice(f, notice, l); found && !owedCosts(f, l.On) {
			return x, true
		}
	}
	return Fault{}, false
}

// lostNotice is why no costs rest on a 14-day letter of before another letter.
func lostNotice(f claim.Facts, notice, l claim.Letter) (x Fault, lost bool) {
	if by, barred := f.Barred(notice.On); barred && notice.Left() {
		return Fault{Letter: l, Cause: CauseVoid, Key: by.Key, Since: by.Since}, true
	}
	if by, broken := f.Broken(notice); broken && notice.Left() && by.From.Before(l.On) {
		return Fault{Letter: l, Cause: CauseBroken, Key: by.Kind, Since: by.From}, true
	}
	if by := notice.Overnamed; by.By != "" && !settledSince(f, by, l) {
		return Fault{Letter: l, Cause: CauseNamed, Key: by.By, Since: by.On}, true
	}
	return Fault{Letter: l, Cause: CauseReturned, Since: notice.On}, notice.State == claim.LetterFailed
}

// unfounded is why a consumer owed no collection costs on a day: what became of the last 14-day letter of before it.
func unfounded(f claim.Facts, on calendar.Date) string {
	for _, notice := range slices.Backward(f.Letters) {
		if notice.Kind != claim.FourteenDayLetter || !notice.On.Before(on) {
			continue
		}
		x, lost := overnamedItself(notice) // also when that is known since only
		if !lost {
			x, lost = lostNotice(f, notice, claim.Letter{On: on})
		}
		if lost {
			return x.Why()
		}
	}
	return "no 14-day letter was received in time: collection costs were not due"
}

func owedCosts(f claim.Facts, on calendar.Date) bool {
	from := f.CostsDueFrom()
	return !from.IsZero() && !from.After(on)
}

func causeOf(kind claim.SettlementKind) Cause {
	switch kind {
	case claim.PaidToAgency, claim.PaidToClient:
		return CausePaid
	case claim.CreditNote:
		return CauseCredited
	case claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance, claim.WriteOff:
	}
	return CauseSettled
}

// owedThen is what was owed, as is known now, of what a letter asks: of the client's own reminders the principal, of that of an arrangement what was overdue, of a correction during one what was
// left of it; of collection costs no less than was decided of them since, of a letter that asks them.
func owedThen(f claim.Facts, tables law.Tables, l claim.Letter) (claim.Balance, error) {
	f.Settlements = slices.DeleteFunc(slices.Clone(f.Settlements), func(s claim.Settlement) bool { return s.On == l.On }) // it crossed the letter
	switch {
	case stages[l.Kind] == StageReminders:
		return claim.Balance{Principal: f.UnpaidPrincipal(l.On)}, nil
	case l.Kind == ArrangementReminder:
		a, _ := f.Arrangement(l.On)
		return claim.Balance{Principal: f.OverdueOn(a, l.On)}, nil
	}
	if a, arranged := f.ArrangementToldBy(l); arranged {
		told, err := f.ArrangementLess(a, tables, l.On)
		return claim.Balance{Principal: sumOf(f.LeftOf(a, told.Comes, l.On))}, err
	}
	account, err := f.AccountOn(tables, l.On)
	if least, _ := decidedCosts(f); asksCosts(f, l) {
		account.Open.Costs += money.Max(0, least+account.CourtCosts-account.Charged.Costs)
	}
	return account.Open, err
}

// Parts tells what a letter asked, in parts, by what was known when it left; ok is false when the file does not tell that to the cent, and of the reminder of
// an arrangement, which asks no parts.
func Parts(f claim.Facts, records claim.Records, tables law.Tables, l claim.Letter) (asked claim.Balance, ok bool, err error) {
	if stages[l.Kind] == StageReminders {
		return claim.Balance{Principal: l.Demanded}, true, nil
	}
	for _, known := range []calendar.Date{l.On, l.On.AddDays(-1)} { // what was recorded on its day may have come before it, or after
		account, err := f.KnownOn(records, known).AccountOn(tables, l.On)
		if err != nil || account.Open.Total() == l.Demanded && l.Kind != ArrangementReminder {
			return account.Open, err == nil, err
		}
	}
	return claim.Balance{}, false, nil
}
