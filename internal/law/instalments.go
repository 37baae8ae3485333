package law

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// InstalmentRule is against collection costs that pile up over periodic instalments of one contract (rent, a subscription): each demand looks back
// over what was demanded for the same contract.
type InstalmentRule struct {
	Article     string `yaml:"article"`
	Source      string `yaml:"source"`
	Months      int    `yaml:"months"`      // how long it looks back
	Unconfirmed string `yaml:"unconfirmed"` // why a person decides; empty when the text is certain
}

// Earlier is a 14-day letter for other instalments of the same contract.
type Earlier struct {
	On calendar.Date
	Demanded
}

// InstalmentQuestion asks what a 14-day letter may name as costs for unpaid instalments of one contract.
type InstalmentQuestion struct {
	Instalments []money.Amount // unpaid, in this letter
	Before      []Earlier      // letters for other instalments of the contract
	On          calendar.Date
}

// InstalmentCosts gives the most that the rule allows, without VAT, as far as it is known: not more than the highest that one instalment alone would
// cost, nor than what is left of the scale over everything demanded within the months that it looks back. applies is false when the rule says
// nothing: before it was law, and for a single instalment without another letter in those months. Where the text is not
// confirmed (Basis says so) a person decides; the figure is the proposal. A day before the first scale is a *TooOldError.
func (t Tables) InstalmentCosts(q InstalmentQuestion) (costs Costs, applies bool, err error) {
	scale, err := t.scale(q.On)
	if err != nil || scale.Instalments == nil {
		return Costs{}, false, err
	}
	rule := *scale.Instalments
	var highest, principal, named money.Amount
	for _, instalment := range q.Instalments {
		highest, principal = money.Max(highest, scale.Over(instalment)), principal+instalment
	}
	earlier := 0
	for _, before := range q.Before {
		if !before.On.Before(q.On.AddMonths(-rule.Months)) {
			earlier, principal, named = earlier+1, principal+before.Principal, named+before.Costs
		}
	}
	if len(q.Instalments) < 2 && earlier == 0 {
		return Costs{}, false, nil
	}
	costs.Costs = money.Max(0, money.Min(highest, scale.Over(principal)-named))
	costs.Total = costs.Costs
	costs.Basis = []Basis{{"costs over periodic instalments do not pile up", rule.Article,
		fmt.Sprintf("%d instalments, %d earlier letters in %d months: at most %s for one instalment, and %s over all of %s less %s named before = %s",
			len(q.Instalments), earlier, rule.Months, highest, scale.Over(principal), principal, named, costs.Costs)}}
	if rule.Unconfirmed != "" {
		costs.Basis = append(costs.Basis, Basis{"not confirmed", rule.Article, rule.Unconfirmed + " (" + rule.Source + ")"})
	}
	return costs, true, nil
}

// Confirmed says whether the text of the rule against piling up is certain on a day; where it is not, a person decides.
func (t Tables) Confirmed(on calendar.Date) bool {
	scale, err := t.scale(on)
	return err == nil && (scale.Instalments == nil || scale.Instalments.Unconfirmed == "")
}
