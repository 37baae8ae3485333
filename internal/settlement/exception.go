package settlement

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Exception is one of the five cases in which the client owes commission over the whole principal (service agreement, Uitzonderingen; requirement T11).
type Exception int

// The exceptions, by their number in the agreement.
const (
	Withdrawal     Exception = 1
	OwnArrangement Exception = 2
	NoWord         Exception = 3
	OwnCollection  Exception = 4
	Obstruction    Exception = 5
)

// exceptions is the table: what an operator calls it and the kind under which it is billed.
var exceptions = map[Exception]struct{ kind, words string }{
	Withdrawal:     {"withdrawal", "the client withdraws the assignment"},
	OwnArrangement: {"own-arrangement", "the client made an arrangement or a settlement outside the agency"},
	NoWord:         {"no-word", "the client gave no word, or wrong information"},
	OwnCollection:  {"own-collection", "the client arranged or collected the payment itself"},
	Obstruction:    {"obstruction", "the client gives no permission to charge interest and costs, or obstructs collection"},
}

// Exceptions lists all, in the order of the agreement.
func Exceptions() []Exception {
	return []Exception{Withdrawal, OwnArrangement, NoWord, OwnCollection, Obstruction}
}

// Kind is the kind under which it is billed; the CHECK in the schema is tested against it.
func (x Exception) Kind() string { return exceptions[x].kind }

// String is the exception as an operator reads it.
func (x Exception) String() string {
	return fmt.Sprintf("exception %d: %s", int(x), exceptions[x].words)
}

// PaidByClient says whether the exception can be why a claim is paid: the client came to terms, or collected, itself.
func (x Exception) PaidByClient() bool { return x == OwnArrangement || x == OwnCollection }

// Scales are the commission scales of the agreement, over a principal, without VAT, by plan. See agreement.Plans.
type Scales map[string]law.CostScale

// Price is what an exception costs the client. Commission + Costs - Share = Net; Net + VAT = Total.
type Price struct {
	Exception  Exception     `json:"exception"`
	On         calendar.Date `json:"on"`
	Commission money.Amount  `json:"commission"`
	Costs      money.Amount  `json:"costs"` // other costs made, that the debtor has not paid
	// Share is what the client owes the agency already of what it received itself, at most the commission: that is not asked twice. Information costs that it
	// received stay beside the commission.
	Share money.Amount `json:"share,omitempty"`
	// Beside is all that the client owes the agency of what it received itself, before VAT: it is billed as that came in, whether this price is confirmed or not, and no part of Total.
	Beside money.Amount `json:"beside,omitempty"`
	Net    money.Amount `json:"net"`
	VAT    money.Amount `json:"vat"`
	Total  money.Amount `json:"total"`
	Basis  []law.Basis  `json:"basis"`
}

// NoScaleError says that no commission scale is configured for a plan.
type NoScaleError struct{ Plan string }

func (e *NoScaleError) Error() string {
	return fmt.Sprintf("plan %q has no commission scale; right would be commission in its file", e.Plan)
}

// Price is what an exception costs the client when it is applied to a claim on a day: commission over the whole principal as it was handed over, by
// the scale of the client's plan, and the information costs that the debtor did not pay, less what the client owes of what it received itself, with VAT; policy divides that.
// Where the agreement charges nothing the basis names its clause. A plan without a scale is a *NoScaleError.
func (s Scales) Price(x Exception, f claim.Facts, tables law.Tables, on calendar.Date, policy Policy) (Price, error) {
	price := Price{Exception: x, On: on}
	scale, ok := s[f.Plan]
	if !ok {
		return price, &NoScaleError{f.Plan}
	}
	account, err := f.AccountOn(tables, on)
	if err != nil {
		return price, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	price.Beside = ownShare(account, f, policy)
	if free, ok := free(x, f, account); ok {
		price.Basis = append([]law.Basis{free}, price.beside()...)
		return price, nil
	}
	unpaid, received := informationCosts(account)
	price.Commission, price.Costs = scale.Over(f.Principal()), unpaid
	price.Share = money.Min(price.Commission, money.Max(0, price.Beside-received))
	price.Net = price.Commission + price.Costs - price.Share
	vat, row, err := tables.VAT(price.Net, on)
	if err != nil {
		return price, err
	}
	price.VAT, price.Total = vat, price.Net+vat
	price.Basis = []law.Basis{
		{Rule: x.String(), Article: fmt.Sprintf("service agreement, Uitzonderingen, %d", int(x)), Detail: "commission over the whole principal and all other costs made"},
		{Rule: "commission over the whole principal", Article: "service agreement, scale of plan " + f.Plan, Detail: scale.How(f.Principal())},
	}
	if price.Costs > 0 {
		price.Basis = append(price.Basis, law.Basis{Rule: "other costs made", Article: "service agreement, Uitzonderingen", Detail: fmt.Sprintf("information costs that the debtor did not pay: %s", price.Costs)})
	}
	if price.Share > 0 {
		price.Basis = append(price.Basis, law.Basis{Rule: "less what the client owes already", Article: "service agreement, Uitzonderingen names commission and costs made, and nothing beside them", Detail: fmt.Sprintf("the agency's part of what the client received itself, information costs aside: %s", price.Share)})
	}
	price.Basis = append(append(price.Basis, price.beside()...), permitted(x, f)...)
	price.Basis = append(price.Basis, law.Basis{Rule: "VAT", Article: row.Article, Detail: fmt.Sprintf("%s%% of %s = %s", row.Percent.Text, price.Net, vat)})
	return price, nil
}

// beside tells what the client is billed beside the price, so that nobody looks for it in there.
func (p Price) beside() []law.Basis {
	if p.Beside == 0 {
		return nil
	}
	return []law.Basis{{Rule: "billed beside this price, whether it is confirmed or not", Article: "service agreement, Kosten incasso (requirements T6, S20)", Detail: fmt.Sprintf("the agency's part of what the client received itself (costs and interest, or half of what came in during debt monitoring): %s, before VAT", p.Beside)}}
}

// permitted tells who looks at the price of an arrangement of the client's own which ones it had permission for: those are no exception.
func permitted(x Exception, f claim.Facts) (notes []law.Basis) {
	for _, r := range f.Requests {
		if x == OwnArrangement && r.Answer == claim.AnswerYes {
			notes = append(notes, law.Basis{Rule: "an arrangement with permission is no exception", Article: "service agreement, Verplichtingen van de opdrachtgever (requirement T13)", Detail: fmt.Sprintf("permission %s was given on %s", r.Key, r.Answered)})
		}
	}
	return notes
}

// informationCosts are the information costs that the debtor did not pay, and those that the client received. Of costs that were paid in part these count as
// paid first; what was let go was not paid.
func informationCosts(account claim.Account) (unpaid, received money.Amount) {
	unpaid = account.InformationCosts
	for _, a := range account.Allocations {
		paid := money.Min(unpaid, a.Costs)
		switch a.Settlement.Kind {
		case claim.WriteOff:
			continue
		case claim.PaidToClient:
			received += paid
		case claim.PaidToAgency, claim.CreditNote, claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance:
		}
		unpaid -= paid
	}
	return unpaid, received
}

// ownShare is what the client owes the agency of what it received itself; see Policy.Shares.
func ownShare(account claim.Account, f claim.Facts, policy Policy) (share money.Amount) {
	for _, s := range policy.Shares(account, f.Principal(), f.Halved) {
		if s.Settlement.Kind == claim.PaidToClient {
			share += s.Agency
		}
	}
	return share
}

// free names the clause by which the agreement charges nothing, if there is one. That nothing was sent to the debtor yet is none: the assignment was given.
func free(x Exception, f claim.Facts, account claim.Account) (law.Basis, bool) {
	switch {
	case f.OpenedOn.IsZero():
		return law.Basis{Rule: "there is no assignment before the intake", Article: "service agreement, Voorwaarden aan de vordering", Detail: "what was not accepted cannot be withdrawn at a price"}, true
	case f.Upheld():
		return law.Basis{Rule: "the dispute was upheld: no cure, no pay has ended", Article: "service agreement, Betwisting (requirements T14, T15)", Detail: "only costs that were agreed since are billed"}, true
	case account.Open.Total() <= 0 && !x.PaidByClient():
		return law.Basis{Rule: "nothing is owed any more: the assignment has ended", Article: "service agreement, Einde opdracht tot incasso (requirement T10)", Detail: "what has ended cannot be withdrawn or obstructed"}, true
	case f.AmicablePhaseOver() && !x.PaidByClient():
		return law.Basis{Rule: "the amicable phase ended without payment", Article: "service agreement, Kosten incasso and Gerechtelijk incasso (requirements T7, T8)", Detail: "the client is free not to go on, so neither taking the claim back nor saying nothing costs anything"}, true
	}
	return law.Basis{}, false
}
