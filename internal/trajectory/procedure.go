package trajectory

import (
	"cmp"
	"fmt"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Procedure is what a court procedure over all that is owed costs the client, as far as the tables of law and the price list tell: what lawyers cost before
// the civil court is in neither. VAT is there when the client cannot deduct it, else every amount is without.
type Procedure struct {
	Asked      money.Amount // of the court: all that is owed
	Cantonal   bool         // the cantonal court decides; else a lawyer is needed (art. 79 lid 2 Rv), who comes on top
	Year       string       // of the court fee
	Fee        money.Amount
	Summons    money.Amount
	SummonsVAT money.Amount
	Salary     money.Amount // of a representative, a point: what the loser pays to the winner (art. 237 and 238 Rv), not what one charges; none before the civil court, whose scale is not in the tables
	Price      Offer
}

// LostPoints is how many points of salary a client who loses pays: for the debtor's answer and a hearing. A client who wins gets one, for the summons of a case
// that was not defended.
const LostPoints = 2

// Own is what the client pays itself, whoever wins.
func (p Procedure) Own() money.Amount {
	return p.Fee + p.Summons + p.SummonsVAT + p.Price.Amount + p.Price.VAT
}

// Back is what a debtor who loses usually has to pay for the costs, on top of the claim, if there is money for it. The price of our own work is not among it.
func (p Procedure) Back() money.Amount {
	return p.Fee + p.Summons + p.SummonsVAT + p.Salary
}

// Lost is what a client who loses has spent: its own costs and the salary of the debtor's representative.
func (p Procedure) Lost() money.Amount { return p.Own() + LostPoints*p.Salary }

// Offer is the procedure at a fixed price (requirement S11): its amount without VAT, or why it is not offered.
type Offer struct {
	Amount, VAT money.Amount
	Not         NoOffer
}

// NoOffer is why a procedure is not offered at a fixed price.
type NoOffer string

// Why there is no fixed price; empty when there is one.
const (
	NoPrice       NoOffer = "unset"    // the agency names none
	NotInPlan     NoOffer = "plan"     // the plan has none
	NotUndisputed NoOffer = "disputed" // only for a claim that the debtor did not dispute
	NotCantonal   NoOffer = "civil"    // only before the cantonal court
)

// ProcedureOf gives the procedure over what an account is, with the tables that hold on its day, or the last earlier one when next year's are not known
// yet; fixed is what the client's plan has at a fixed price. A day that no table covers is a *law.NoTableError.
func ProcedureOf(f claim.Facts, account claim.Account, tables law.Tables, fixed agreement.Court) (Procedure, error) {
	asked, on := account.Open.Total(), tables.LastCourtDay(account.On)
	costs, err := tables.CourtCosts(asked, cmp.Or(f.Claimant, law.LegalPerson), on)
	if err != nil {
		return Procedure{}, err
	}
	p := Procedure{Asked: asked, Cantonal: law.Cantonal(asked), Year: costs.Year, Fee: costs.Fee, Summons: costs.Summons, Salary: costs.Salary}
	p.Price = offer(f, p.Cantonal, fixed)
	if !f.Terms.CostsVAT {
		return p, nil
	}
	if p.SummonsVAT, err = vat(tables, p.Summons, account.On); err != nil {
		return p, err
	}
	p.Price.VAT, err = vat(tables, p.Price.Amount, account.On)
	return p, err
}

func vat(tables law.Tables, net money.Amount, on calendar.Date) (money.Amount, error) {
	amount, _, err := tables.VAT(net, on)
	return amount, err
}

func offer(f claim.Facts, cantonal bool, fixed agreement.Court) Offer {
	switch {
	case !fixed.FixedPrice:
		return Offer{Not: NotInPlan}
	case !fixed.Offered():
		return Offer{Not: NoPrice}
	case len(disputes(f)) > 0:
		return Offer{Not: NotUndisputed}
	case !cantonal:
		return Offer{Not: NotCantonal}
	}
	return Offer{Amount: *fixed.Price}
}

// NotOfferedError says that a client cannot take the court procedure at a fixed price, and why.
type NotOfferedError struct {
	Why  NoOffer
	Plan string
}

func (e *NotOfferedError) Error() string {
	why := map[NoOffer]string{
		NotInPlan: "it is not part of plan " + e.Plan, NoPrice: "plan " + e.Plan + " names no price for it (dunning agreement plans)",
		NotUndisputed: "it is only for a claim that the debtor did not dispute", NotCantonal: "it is only before the cantonal court (art. 93 Rv), and more is owed than that decides about",
	}
	return "the court at a fixed price is not offered: " + why[e.Why] + " (requirement S11)"
}

// FixedPrice gives what a client is billed who takes the court procedure at a fixed price on a day, with the VAT of that day, and how it came about. That it is
// not offered for the claim is a *NotOfferedError; a day that no table covers is a *law.NoTableError.
func (r Rules) FixedPrice(f claim.Facts, on calendar.Date) (claim.FixedPrice, law.Basis, error) {
	account, err := f.AccountOn(r.Tables, on)
	if err != nil {
		return claim.FixedPrice{}, law.Basis{}, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	offered := offer(f, law.Cantonal(account.Open.Total()), r.Plans[f.Plan].Court)
	if offered.Not != "" {
		return claim.FixedPrice{}, law.Basis{}, &NotOfferedError{offered.Not, f.Plan}
	}
	vat, rate, err := r.Tables.VAT(offered.Amount, on)
	basis := law.Basis{
		Rule: "the client chose the court at the fixed price of plan " + f.Plan, Article: "service agreement, requirement S11",
		Detail: fmt.Sprintf("%s%% VAT of %s = %s (%s)", rate.Percent.Text, offered.Amount, vat, rate.Article),
	}
	return claim.FixedPrice{Net: offered.Amount, VAT: vat}, basis, err
}
