package claim

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Reason is one line of an explanation: an amount that is added to what is owed, or, when negative, taken off, and why.
type Reason struct {
	Amount  money.Amount `json:"amount"`
	What    string       `json:"what"`
	Rule    string       `json:"rule"`
	Article string       `json:"article"`
	Detail  string       `json:"detail"`
}

// Why what comes after a demand that is met is not owed.
const (
	ruleMet   = "who pays what a letter asks within its term, or every instalment of an arrangement, owes nothing more"
	policyMet = "policy: a demand met in time closes the claim"
)

// Explain tells every cent that is owed at the end of a day: the amounts of the lines add up to the open total of the account of that day. It knows
// what is known now: a payment that was booked later counts from its value date, as if it had always been known.
func (f Facts) Explain(tables law.Tables, on calendar.Date) ([]Reason, Account, error) {
	f, err := f.WithCredits(tables)
	if err != nil {
		return nil, Account{}, err
	}
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return nil, Account{}, err
	}
	var lines []Reason
	for _, i := range f.Invoices {
		payable := "payable until " + i.Due.String()
		if !i.Agreed.IsZero() {
			payable = fmt.Sprintf("payable until %s, extended to %s", i.Agreed, i.Due)
		}
		lines = append(lines, Reason{i.Amount, "invoice " + i.Number, "principal", "the agreement between creditor and debtor", fmt.Sprintf("dated %s, %s", i.Issued, payable)})
	}
	lines = append(lines, f.explainInterest(tables, account)...)
	costs, err := f.explainCosts(tables, account)
	if err != nil {
		return nil, Account{}, err
	}
	lines = append(append(lines, costs...), f.explainCourt(tables, account)...)
	lines = append(lines, account.explainSettled()...)
	if agreed := f.NothingSince(account); !agreed.IsZero() {
		lines = append(lines, Reason{0, "nothing since " + agreed.String(), ruleMet, policyMet, "no interest ran on since the arrangement was agreed, and no costs came due"})
	}
	return append(lines, f.explainAgreed(on)...), account, nil
}

// explainCosts tells the collection costs, each rule that they rest on in a line, their VAT, and what information cost. The first line has the amount.
func (f Facts) explainCosts(tables law.Tables, account Account) (lines []Reason, err error) {
	if collection := account.Charged.Costs - account.CostsVAT - account.InformationCosts - account.CourtCosts - account.CostsDecided; collection > 0 {
		costs, err := tables.DemandCosts(f.chargeQuestion(account.CostsBase))
		if err != nil {
			return nil, err
		}
		for i, b := range costs.Basis {
			line := Reason{0, "collection costs", b.Rule, b.Article, b.Detail}
			if i == 0 {
				line.Amount, line.Detail = collection, fmt.Sprintf("%s; due from %s", b.Detail, account.CostsDueFrom)
				if collection < costs.Costs {
					line.Detail += fmt.Sprintf("; the 14-day letter named %s, and no more is asked than its part over what was unpaid", f.named().Costs)
				}
			}
			lines = append(lines, line)
		}
		if account.CostsVAT > 0 {
			lines[len(lines)-1].Amount, lines[len(lines)-1].What = account.CostsVAT, "VAT over the collection costs"
		}
	}
	lines = append(append(append(lines, f.explainDecided(account)...), f.explainVoid(account)...), f.explainHindered(account)...)
	if account.PaidInTime {
		rule, article := "the principal was paid within the term of the 14-day letter", "art. 6:96 lid 6 BW"
		if letter, _ := f.Noticed(); f.promisedPast(letter) {
			rule, article = "the principal was paid by the day of a promise that was accepted within the term of the 14-day letter", article+"; policy: who was given more time is not late"
		}
		lines = append(lines, Reason{0, "no collection costs", rule, article, fmt.Sprintf("the 14-day letter named %s", f.named().Total())})
	}
	return append(lines, f.explainInformation(account)...), nil
}

// explainDecided tells of collection costs that are owed by what was decided of them, and not by what is known now.
func (f Facts) explainDecided(account Account) []Reason {
	if account.CostsDecided == 0 {
		return nil
	}
	least, _ := f.DecidedCosts(account.On)
	step := f.Court[slices.IndexFunc(f.Court, func(s CourtStep) bool { return s.Awarded.Costs == least })]
	line := Reason{account.CostsDecided, "collection costs", "the judgment awards them: it binds, whatever came to be known since", "art. 236 Rv", fmt.Sprintf("judgment of %s: %s", step.On, least)}
	if let := step.binds(account.Allocations) - least; let > 0 {
		line.Detail += fmt.Sprintf("; with %s that it left out and that was written off", let)
	}
	if step.Stage == CourtSettled {
		line.Rule, line.Article, line.Detail = "the parties settled: what stood then binds, whatever came to be known since", "art. 7:900 BW", fmt.Sprintf("settled on %s: %s", step.On, least)
	}
	return []Reason{line}
}

// explainVoid tells of each 14-day letter of a consumer why its costs did not come due, when an insolvency broke its term or it named too much.
func (f Facts) explainVoid(account Account) (lines []Reason) {
	for _, l := range f.Letters {
		if l.Kind != FourteenDayLetter || l.State != LetterAccepted || f.Debtor.InBusiness || l.On.After(account.On) {
			continue
		}
		line := Reason{What: "no collection costs of the 14-day letter of " + l.On.String()}
		if by, broken := f.Broken(l); l.Overnamed.By != "" {
			line.Rule, line.Article = "it named more costs than were due over what was unpaid on its day", "art. 6:96 lid 6 BW; policy: a letter that named too much makes no costs due"
			line.Detail = fmt.Sprintf("it named %s over %s; settlement %s of %s made that too much, known since %s", l.Announced.Total(), l.Announced.Principal, l.Overnamed.By, l.Overnamed.On, l.Overnamed.Known)
		} else if broken && !by.From.After(account.On) {
			line.Rule, line.Article = "its term had not run out when the insolvency began", "art. 6:96 lid 6 BW; art. 26, 37, 128 and 299 Fw"
			line.Detail = fmt.Sprintf("%s since %s, the last day of the term was %s", by.Kind, by.From, f.termEnds(l))
		} else {
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// explainHindered tells of a debtor in business why no scale came due, when it was insolvent on the first day on which that would be.
func (f Facts) explainHindered(account Account) []Reason {
	day := calendar.Max(f.FirstDue().AddDays(1), f.HandedOverOn)
	flags := slices.DeleteFunc(f.NoInterest(account.On), func(x Flag) bool { return !x.Covers(day) })
	if !f.Debtor.InBusiness || day.After(account.On) || len(flags) == 0 {
		return nil
	}
	what := "no collection costs by the scale"
	if account.CostsDueFrom.IsZero() {
		what = "no collection costs"
	}
	return []Reason{{0, what, "none come due while the debtor is insolvent", "art. 26, 37, 128 and 299 Fw", fmt.Sprintf("they would on %s; %s %s", day, flags[0].Kind, flags[0].days())}}
}

// explainInformation tells what each piece of information cost about a debtor in business: one that came after all was paid is told, and not owed.
func (f Facts) explainInformation(account Account) (lines []Reason) {
	for _, cost := range f.InformationCosts {
		if !f.Debtor.InBusiness || cost.On.After(account.On) {
			continue
		}
		line := Reason{cost.Amount, "information costs " + cost.Key, "costs to find out about a debtor in business", "art. 6:96 BW; requirement T2", "made on " + cost.On.String()}
		if !slices.Contains(account.Informed, cost) {
			line.Amount, line.Rule, line.Article = 0, ruleMet, policyMet
			line.Detail = fmt.Sprintf("%s, made on %s, after that", cost.Amount, cost.On)
			if account.Dismissed != (Balance{}) {
				line.Rule, line.Article = "the court dismissed the claim", "art. 236 Rv"
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// explainCourt tells what a judgment made of the claim: the costs that it awards are owed; what it awards of the claim itself is told beside what is
// owed without it, for a person to write off what it left out. A claim that the court dismissed is told so.
func (f Facts) explainCourt(tables law.Tables, account Account) (lines []Reason) {
	if lost, is := f.CourtStep(CourtLost); is && !lost.On.After(account.On) {
		d := account.Dismissed
		return []Reason{{-d.Total(), "the court dismissed the claim", "nothing is owed any more", "art. 236 Rv", fmt.Sprintf("on %s: costs %s, interest %s, principal %s", lost.On, d.Costs, d.Interest, d.Principal)}}
	}
	judgment, given := f.Judgment()
	if !given || judgment.On.After(account.On) {
		return nil
	}
	a, on := judgment.Awarded, judgment.On.String()
	lines = append(lines,
		Reason{a.CourtCosts, "court costs", "awarded by the judgment", "art. 237 Rv", "judgment of " + on},
		Reason{0, "awarded of the claim", "the judgment", "art. 236 Rv", fmt.Sprintf("principal %s, interest %s, collection costs %s; what it left out is not owed: write it off", a.Principal, a.Interest, a.Costs)})
	more := Reason{0, "costs after the judgment", "on top, when they have to be made", "art. 237 lid 4 Rv", "no figure is confirmed for a judgment of " + on}
	if after, err := tables.CostsAfterJudgment(judgment.On); err == nil {
		more.Detail = fmt.Sprintf("%s, or %s when the judgment is served; not in the total", after.Unserved, after.Served)
	}
	return append(lines, more)
}

func (f Facts) explainInterest(tables law.Tables, account Account) (lines []Reason) {
	table, rule := f.InterestTable(tables), "statutory interest, days over 365, rounded over all lines together"
	if (f.Terms.InterestRate != law.Percent{}) {
		rule = "agreed interest, not compounded, days over 365, rounded over all lines together"
	}
	for _, l := range account.InterestLines() {
		what := fmt.Sprintf("interest %s to %s", l.From, l.To)
		if len(f.Invoices) > 1 {
			what += ", invoice " + l.Invoice
		}
		lines = append(lines, Reason{l.Interest, what, rule, table.Article,
			fmt.Sprintf("%d days, %s%% over %s", l.Days, l.Rate.Text, l.Base)})
	}
	if account.Open.Principal <= 0 {
		return lines
	}
	for _, flag := range f.NoInterest(account.On) {
		stop, _ := StopOf(flag.Kind)
		lines = append(lines, Reason{0, "no interest " + flag.days(), "none runs by law", stop.Article, flag.Kind})
	}
	if last, _ := f.interestRunsTo(account.On); account.InterestStatedTo.Before(last) {
		lines = append(lines, Reason{0, "interest after " + account.InterestStatedTo.String(), "is not stated", table.Article, account.InterestEnds})
	}
	return lines
}

func (x Flag) days() string {
	if x.Until.IsZero() {
		return "from " + x.From.String()
	}
	return x.From.String() + " to " + x.Until.String()
}

// divided is the rule by which a settlement of the kind is divided, and where it comes from.
func (k SettlementKind) divided() (rule, article string) {
	switch k {
	case CreditNote:
		return "the principal only: what is credited was never owed", "policy: what is credited was never owed"
	case WriteOff:
		return "costs, then interest, then principal is let go", "art. 6:160 BW"
	case SetOff:
		return "costs, then interest, then principal", "art. 6:127 BW; art. 6:44 lid 1 BW"
	case PaidToAgency, PaidToClient, ReturnedGoods, CounterPerformance:
	}
	return "costs, then interest, then principal", "art. 6:44 lid 1 BW"
}

// explainSettled takes off what was settled, and what was let go because a demand was met in time.
func (a Account) explainSettled() (lines []Reason) {
	gone := a.LetGo()
	for _, s := range a.Allocations {
		detail := fmt.Sprintf("costs %s, interest %s, principal %s", s.Costs, s.Interest, s.Principal)
		if s.Surplus > 0 {
			detail += fmt.Sprintf("; %s more than was owed", s.Surplus)
		}
		what := fmt.Sprintf("%s of %s", s.Settlement.Kind, s.Settlement.On)
		if s.Settlement.Invoice != "" {
			what += " for invoice " + s.Settlement.Invoice
		}
		rule, article := s.Settlement.Kind.divided()
		if gone > 0 && s.Settlement.Kind != CreditNote && s.Took() > 0 {
			rule += ", of what is left of them after what was let go"
		}
		lines = append(lines, Reason{-s.Took(), what, rule, article, detail})
	}
	if gone > 0 {
		lines = append(lines, Reason{-gone, "let go", ruleMet, policyMet, "interest that ran on since then, and costs that were not asked"})
	}
	return lines
}
