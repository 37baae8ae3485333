package simulation

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// others plays everybody but the agency's program in the life of one claim.
type others struct {
	model  Behaviour
	tables law.Tables
	seed   uint64 // of this claim in this run
}

// dice are those of one occasion. What is thrown depends on the occasion alone: the same claim answers the same letter alike on every trajectory, so that
// what differs between two of them is the trajectory.
func (o others) dice(occasion string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(occasion)) // a hash takes everything
	return rand.New(rand.NewPCG(o.seed, h.Sum64()))
}

func oneOf(r *rand.Rand, days []int) int { return days[r.IntN(len(days))] }

// after is what others do about a moment.
func (o others) after(f claim.Facts, m trajectory.Moment) []trajectory.Turn {
	a := m.Action
	switch {
	case a.Kind == trajectory.ActTask && (a.Task == trajectory.SmallBalance || a.Task == trajectory.InterestOnly):
		return []trajectory.Turn{turn(a.Day.AddDays(o.model.Operator.LetsGoAfter), o.letsGo)}
	case a.Letter == trajectory.AdviceLetter:
		return o.decides(a.Day)
	case a.Letter != "" && trajectory.Demands(a.Letter):
		return o.answers(f, a)
	}
	return nil
}

// turn happens at noon.
func turn(on calendar.Date, change func(*claim.Facts, calendar.Date)) trajectory.Turn {
	return trajectory.Turn{At: on.At(12, 0), Change: change}
}

func (o others) answers(f claim.Facts, a trajectory.Action) []trajectory.Turn {
	debtors := o.model.of(f.Debtor)
	chance, known := debtors.Letters[a.Letter]
	if !known {
		return nil
	}
	r := o.dice(fmt.Sprintf("%s/%d", a.Letter, a.Cycle))
	thrown, day := r.IntN(1000), a.Day.AddDays(oneOf(r, debtors.Days))
	kind := claim.PaidToAgency
	if r.IntN(1000) < debtors.ToClient {
		kind = claim.PaidToClient
	}
	asked := f.Letters[len(f.Letters)-1].Demanded
	switch {
	case thrown < chance.Pays:
		return []trajectory.Turn{turn(day, o.pays(kind, asked, a.Day))}
	case thrown < chance.Pays+chance.PaysPart:
		return []trajectory.Turn{turn(day, o.pays(kind, asked.Share(money.Cents(int64(debtors.Part)), money.Cents(1000)), a.Day))}
	case thrown < chance.Pays+chance.PaysPart+chance.Disputes:
		outcome := "rejected"
		if r.IntN(1000) < debtors.Upheld {
			outcome = "upheld"
		}
		key := fmt.Sprintf("%s/%d", a.Step, a.Cycle)
		return []trajectory.Turn{turn(day, disputes(key)), turn(day.AddDays(debtors.JudgedAfter), judged(key, outcome))}
	}
	return nil
}

// pays pays what a letter of a day asked, less what was paid since, and never more than is owed.
func (o others) pays(kind claim.SettlementKind, asked money.Amount, letterOn calendar.Date) func(*claim.Facts, calendar.Date) {
	return func(f *claim.Facts, on calendar.Date) {
		for _, s := range f.Settlements {
			if s.On.After(letterOn) {
				asked -= s.Amount
			}
		}
		o.settles(f, kind, asked, on)
	}
}

// letsGo writes off what is left.
func (o others) letsGo(f *claim.Facts, on calendar.Date) {
	const everything = money.Amount(1 << 50)
	o.settles(f, claim.WriteOff, everything, on)
}

func (o others) settles(f *claim.Facts, kind claim.SettlementKind, most money.Amount, on calendar.Date) {
	account, err := f.AccountOn(o.tables, on)
	if amount := money.Min(most, account.Open.Total()); err == nil && amount > 0 { // an error stops the life itself: Next meets it too
		s := claim.Settlement{Key: fmt.Sprintf("%03d", len(f.Settlements)), Kind: kind, On: on, Amount: amount}
		f.Settlements = append(slices.Clone(f.Settlements), s)
	}
}

func disputes(key string) func(*claim.Facts, calendar.Date) {
	return func(f *claim.Facts, on calendar.Date) {
		f.Pauses = append(slices.Clone(f.Pauses), claim.Pause{Key: key, Kind: claim.PauseDispute, From: on})
	}
}

func judged(key, outcome string) func(*claim.Facts, calendar.Date) {
	return func(f *claim.Facts, on calendar.Date) {
		f.Pauses = slices.Clone(f.Pauses)
		for i, p := range f.Pauses {
			if p.Key == key {
				f.Pauses[i].Until, f.Pauses[i].Outcome = on, outcome
			}
		}
	}
}

// decides is the client's answer to the escalation advice.
func (o others) decides(advised calendar.Date) []trajectory.Turn {
	c := o.model.Client
	r := o.dice("decision")
	thrown, day := r.IntN(1000), advised.AddDays(oneOf(r, c.Days))
	for _, choice := range []struct {
		chance int
		claim.Choice
	}{{c.Court, claim.ChooseCourt}, {c.Monitoring, claim.ChooseMonitoring}, {c.Close, claim.ChooseClose}} {
		if thrown -= choice.chance; thrown < 0 {
			return []trajectory.Turn{turn(day, func(f *claim.Facts, on calendar.Date) {
				if f.Decision == nil {
					f.Decision = &claim.Decision{Choice: choice.Choice, On: on}
				}
			})}
		}
	}
	return nil
}
