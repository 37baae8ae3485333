package postgres

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// TraceStep is money on its way, with where it was before or after it. Steps add up to Amount; a step without is an end: a bank entry, or where the money is.
type TraceStep struct {
	Amount  money.Amount   `json:"amount"` // less than nothing: it is missing there
	What    string         `json:"what"`
	Key     string         `json:"key"`               // that is traced from here
	Account ledger.Account `json:"account,omitempty"` // of an end in the trust foundation's books: where the money is
	On      calendar.Date  `json:"on,omitzero"`
	Steps   []TraceStep    `json:"steps,omitempty"`
}

// Ends are the steps without others, of all below.
func Ends(steps []TraceStep) (ends []TraceStep) {
	for _, s := range steps {
		if len(s.Steps) == 0 {
			ends = append(ends, s)
		}
		ends = append(ends, Ends(s.Steps)...)
	}
	return ends
}

// portion is an amount of a lot.
type portion struct {
	*ledger.Lot
	amount money.Amount
}

// portions are lots as a whole.
func portions(lots []*ledger.Lot) (list []portion) {
	for _, l := range lots {
		list = append(list, portion{l, l.Amount})
	}
	return list
}

// grouped collects the things that have the same name, in the order in which they come first.
func grouped[T any, K comparable](list []T, name func(T) K) (groups [][]T) {
	at := map[K]int{}
	for _, x := range list {
		k := name(x)
		i, known := at[k]
		if !known {
			i, at[k] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], x)
	}
	return groups
}

func sumOf(list []portion) (sum money.Amount) {
	for _, p := range list {
		sum += p.amount
	}
	return sum
}

// place is what portions of one step have in common.
type place struct {
	pot ledger.Pot
	key string
}

func placeOf(p portion) place { return place{p.Pot, p.By.Key} }

// from tells where portions came from: each where it was, back to the bank entry. What is told already on the way to it is an end: a charge that was taken back made up for what it had left short itself.
func (t *tracing) from(list []portion) (steps []TraceStep) {
	for _, group := range grouped(list, placeOf) {
		first := group[0].Lot
		s := TraceStep{Amount: sumOf(group), What: t.words(first), Key: t.nameOf(first), On: first.By.On}
		if first.By.Kind == ledger.Settled && first.Claim != "" && first.Pot.Account != ledger.Unallocated {
			s.What, s.Key = s.What+" of "+t.claim(first.Claim), first.Claim
		}
		if !t.onWay[first] {
			t.onWay[first] = true
			if s.Steps = t.earlier(group); first.OutOfNothing() {
				s.What, s.Steps = "it was not there: what makes up for it", t.madeUp(group)
			}
			delete(t.onWay, first)
		}
		steps = append(steps, s)
	}
	return steps
}

// earlier tells where the portions of one step were before.
func (t *tracing) earlier(group []portion) []TraceStep {
	var before []portion
	for _, p := range group {
		if p.From != nil {
			before = append(before, portion{p.From, p.amount})
		}
	}
	return t.from(before)
}

// madeUp tells where the money came from that made up for lots of no money that came in, and what of it is missing still.
func (t *tracing) madeUp(list []portion) (steps []TraceStep) {
	var by []portion
	for _, p := range list {
		for _, f := range p.Fills {
			part := min(p.amount, -f.Amount)
			by, p.amount = append(by, portion{f.Of, part}), p.amount-part
		}
		if p.amount != 0 {
			steps = append(steps, TraceStep{Amount: p.amount, What: t.placed(p.Lot), Key: t.nameOf(p.Lot), Account: p.Pot.Account})
		}
	}
	return append(t.from(by), steps...)
}

// before is from, of what portions were a part of.
func (t *tracing) before(list []portion) (steps []TraceStep) {
	var earlier []portion
	for _, p := range list {
		if p.From != nil {
			p.Lot = p.From
		}
		earlier = append(earlier, p)
	}
	return t.from(earlier)
}

// to tells what became of lots, as far as it can be told.
func (t *tracing) to(lots []*ledger.Lot) (steps []TraceStep) {
	var next []portion
	for _, l := range lots {
		next = append(next, portions(l.To)...)
	}
	byClaim := func(p portion) place {
		if p.By.Kind == ledger.Settled && p.From.Pot.Account == ledger.Unallocated { // of a claim, and there its parts
			return place{key: p.By.Key}
		}
		return placeOf(p)
	}
	for _, group := range grouped(next, byClaim) {
		of := make([]*ledger.Lot, len(group))
		for i, p := range group {
			of[i] = p.Lot
		}
		first := of[0]
		if byClaim(group[0]).pot.Account != "" {
			steps = append(steps, t.step(of))
			continue
		}
		s := TraceStep{Amount: sumOf(group), What: t.claim(first.Claim) + t.decision(first), Key: first.Claim, On: first.By.On}
		for _, part := range grouped(of, func(l *ledger.Lot) ledger.Pot { return l.Pot }) {
			s.Steps = append(s.Steps, t.step(part))
		}
		steps = append(steps, s)
	}
	return append(append(steps, t.fills(lots)...), t.rests(lots)...)
}

// step is a step to lots that went the same way, with what became of them.
func (t *tracing) step(lots []*ledger.Lot) TraceStep {
	first := lots[0]
	s := TraceStep{Amount: sumOf(portions(lots)), What: t.words(first), Key: t.nameOf(first), On: first.By.On, Steps: t.to(lots)}
	if went := func(l *ledger.Lot) bool { return len(l.To)+len(l.Fills) > 0 }; len(s.Steps) == 1 && !slices.ContainsFunc(lots, went) { // all of it is there
		s.What, s.Account, s.Key, s.Steps = s.What+": "+s.Steps[0].What, s.Steps[0].Account, s.Steps[0].Key, nil
	}
	return s
}

// fills are what of lots made up for other money, or was made up by it.
func (t *tracing) fills(lots []*ledger.Lot) (steps []TraceStep) {
	type fill struct {
		ledger.Fill
		of *ledger.Lot
	}
	type name struct {
		with *ledger.Lot
		key  string
		up   bool
	}
	var all []fill
	for _, l := range lots {
		for _, f := range l.Fills {
			all = append(all, fill{f, l})
		}
	}
	for _, group := range grouped(all, func(f fill) name { return name{f.Of.Root(), f.of.By.Key, f.Amount > 0} }) {
		f := group[0]
		s := TraceStep{What: "made up by", Key: t.nameOf(f.of), On: f.By.On}
		if f.Amount > 0 {
			s.What = "makes up for what had left of"
		}
		s.What = fmt.Sprintf("%s %s in %s", s.What, t.words(f.Of.Root()), f.of.Pot.Account)
		for _, x := range group {
			s.Amount += x.Amount
		}
		steps = append(steps, s)
	}
	return steps
}

// rests are where the money is that went nowhere since.
func (t *tracing) rests(lots []*ledger.Lot) (steps []TraceStep) {
	var here []portion
	wentOn := slices.ContainsFunc(lots, func(l *ledger.Lot) bool { return len(l.To) > 0 })
	for _, l := range lots {
		if l.Rest != 0 && (l.Pot.Account != ledger.TrustBank || wentOn) {
			here = append(here, portion{l, l.Rest})
		}
	}
	for _, group := range grouped(here, placeOf) {
		l := group[0].Lot
		steps = append(steps, TraceStep{Amount: sumOf(group), What: t.placed(l), Key: t.nameOf(l), Account: l.Pot.Account})
	}
	return steps
}
