package letter

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// SettlementKind is how a part of the debt came off.
type SettlementKind string

// The kinds of settlement.
const (
	Received           SettlementKind = "received" // by the agency or by the client
	Credited           SettlementKind = "credited"
	SetOff             SettlementKind = "set-off"
	ReturnedGoods      SettlementKind = "returned-goods"
	CounterPerformance SettlementKind = "counter-performance"
	WrittenOff         SettlementKind = "written-off"
	Lapsed             SettlementKind = "lapsed" // interest and costs that nobody needs to pay any more: a demand was met in time; has no day
)

// settlementKinds are all kinds, in the order in which they are summed up.
var settlementKinds = []SettlementKind{Received, Credited, SetOff, ReturnedGoods, CounterPerformance, WrittenOff, Lapsed}

// Settlement is what came off what is owed on a day; Amount is more than nothing.
type Settlement struct {
	Kind   SettlementKind
	On     calendar.Date
	Amount money.Amount
}

// mostSettlements is how many are told one by one; more are summed up by kind.
const mostSettlements = 10

// settled is what came off in all; of is the part of one kind.
func (d Demand) settled() money.Amount {
	var sum money.Amount
	for _, kind := range settlementKinds {
		sum += d.of(kind)
	}
	return sum
}

func (d Demand) of(kind SettlementKind) money.Amount {
	var sum money.Amount
	for _, s := range d.Settled {
		if s.Kind == kind {
			sum += s.Amount
		}
	}
	return sum
}

// settledLines tell what came off: each settlement, or when they are many each kind.
func (d Demand) settledLines(lang Language) (lines []pair) {
	if len(d.Settled) <= mostSettlements {
		for _, s := range d.Settled {
			lines = append(lines, s.line(lang))
		}
		return lines
	}
	for _, kind := range settlementKinds {
		some := slices.DeleteFunc(slices.Clone(d.Settled), func(s Settlement) bool { return s.Kind != kind })
		if len(some) > 1 && kind != Lapsed {
			last := slices.MaxFunc(some, func(a, b Settlement) int { return a.On.Compare(b.On) }).On
			label := fmt.Sprintf(words[lang].SettledMany[kind], len(some), lang.date(last))
			lines = append(lines, pair{label: label, value: lang.amount(-d.of(kind))})
			continue
		}
		for _, s := range some {
			lines = append(lines, s.line(lang))
		}
	}
	return lines
}

func (s Settlement) line(lang Language) pair {
	label := words[lang].Settled[s.Kind]
	if !s.On.IsZero() {
		label += " " + lang.date(s.On)
	}
	return pair{label: label, value: lang.amount(-s.Amount)}
}

func (s Settlement) check(c *checks) {
	c.that(slices.Contains(settlementKinds, s.Kind), "settlement kind %q is unknown; right would be one of %v", s.Kind, settlementKinds)
	c.that(s.Amount > 0, "a settlement (%s) of %s must be more than nothing", s.Kind, s.Amount)
	c.that(s.On.IsZero() == (s.Kind == Lapsed), "a settlement (%s) on %q: all but what lapsed must have a day", s.Kind, s.On)
}
