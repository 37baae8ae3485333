package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
)

// matchingSeed makes the worlds of the benchmark the same each time.
const matchingSeed = 11

// matchingPolicy pays back by itself what is up to fifty euros too much.
var matchingPolicy = matching.Policy{MaxSurplus: money.MustParse("50.00")}

// measureMatching matches 50,000 made-up payments on as many open claims in each mix, of which it knows the truth, and then for time alone on more claims.
func (b *bench) measureMatching(context.Context) error {
	for _, mix := range []matching.Mix{matching.BaseMix, matching.HardMix, matching.NoiseMix} {
		if err := b.matchMix(mix.Name, mix, matchingPolicy); err != nil {
			return err
		}
	}
	for _, known := range []int{0, 400, 1000} { // how much depends on the accounts that clients know
		mix := matching.BaseMix
		mix.KnownAccounts = known
		if err := b.matchRate(fmt.Sprintf("base_accounts_%d", known/10), mix, matchingPolicy); err != nil {
			return err
		}
	}
	proven := matchingPolicy
	proven.Proven = map[matching.Rule]bool{matching.NameAmount: true}
	for _, mix := range []matching.Mix{matching.BaseMix, matching.HardMix, matching.NoiseMix} { // once the rule in shadow may act
		if err := b.matchRate(mix.Name+"_name_amount", mix, proven); err != nil {
			return err
		}
	}
	for _, claims := range []int{50_000, 1_000_000} {
		if err := b.matchTime(claims); err != nil {
			return err
		}
	}
	return nil
}

// matchMix plays a mix and tells what became of all of it and of each class.
func (b *bench) matchMix(name string, mix matching.Mix, policy matching.Policy) error {
	all, classes, err := b.playMix(mix, policy)
	if err != nil {
		return err
	}
	b.tally(name, all)
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		b.tally(name+"_"+strings.ReplaceAll(class, " ", "_"), *classes[class])
	}
	return nil
}

// matchRate plays a mix and tells only how much was automatic and what of it was wrong.
func (b *bench) matchRate(name string, mix matching.Mix, policy matching.Policy) error {
	all, _, err := b.playMix(mix, policy)
	if err != nil {
		return err
	}
	b.automatic(name, all)
	return nil
}

func (b *bench) playMix(mix matching.Mix, policy matching.Policy) (all matching.Tally, classes map[string]*matching.Tally, err error) {
	w := matching.NewWorld(matchingSeed, b.of(50_000), mix)
	x, err := w.Index()
	if err != nil {
		return all, nil, err
	}
	classes = map[string]*matching.Tally{}
	err = matching.Play(w, x, b.of(50_000), policy, func(p matching.Paid, r matching.Result) {
		all.Count(p, r)
		if classes[p.Class] == nil {
			classes[p.Class] = &matching.Tally{}
		}
		classes[p.Class].Count(p, r)
	})
	return all, classes, err
}

func (b *bench) tally(name string, t matching.Tally) {
	b.figure("matching_"+name, float64(t.Payments), "payments")
	b.automatic(name, t)
	b.share("matching_"+name+"_recall", t.Shown, t.Open)
	b.share("matching_"+name+"_first_suggestion", t.First, t.Suggested)
}

// automatic tells what was matched without a person: of payments for open claims how much and how well, of others how many, which is all wrong.
func (b *bench) automatic(name string, t matching.Tally) {
	_, high := wilson(t.WrongDebtor, max(t.Automatic, t.Payments-t.Open))
	if t.Open > 0 {
		b.share("matching_"+name+"_automatic", t.Right, t.Open)
		b.share("matching_"+name+"_precision", t.Right, t.Automatic)
	}
	b.figure("matching_"+name+"_wrong", float64(t.Automatic-t.Right), "payments")
	b.figure("matching_"+name+"_wrong_debtor", float64(t.WrongDebtor), "payments")
	b.figure("matching_"+name+"_wrong_debtor_at_most", 1e6*high, "per million")
}

// share prints a part of a whole in percent with its 95% interval; nothing of nothing is not printed.
func (b *bench) share(name string, part, whole int) {
	if whole == 0 {
		return
	}
	low, high := wilson(part, whole)
	b.figure(name, 100*float64(part)/float64(whole), "percent")
	b.figure(name+"_low", 100*low, "percent")
	b.figure(name+"_high", 100*high, "percent")
}

// wilson is the 95% score interval of a share (Wilson, 1927), which also holds where nothing or everything was counted.
func wilson(part, whole int) (low, high float64) {
	const z = 1.959964
	n, p := float64(whole), float64(part)/float64(whole)
	middle, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max((middle-half)/(1+z*z/n), 0), min((middle+half)/(1+z*z/n), 1)
}

// matchTime tells what one payment takes among so many open claims.
func (b *bench) matchTime(claims int) error {
	name := fmt.Sprintf("matching_time_%d", claims)
	w := matching.NewWorld(matchingSeed, b.of(claims), matching.BaseMix)
	x, err := w.Index()
	if err != nil {
		return err
	}
	payments := make([]matching.Paid, b.of(5000))
	for i := range payments {
		payments[i] = w.Next()
	}
	b.figure(name+"_claims", float64(x.Len()), "claims")
	return b.timed(name, time.Millisecond, len(payments), func(i int) error {
		x.Match(payments[i].Payment, matchingPolicy)
		return nil
	})
}
