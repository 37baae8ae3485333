// Package report tells a client of an agency how its claims go: figures over a period, each with one definition that is its code, and tables of them for a spreadsheet.
// It must not read a database and must not draw: postgres gathers the books of one client, letter makes the paper.
package report

import (
	"cmp"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Period is from a day up to and including another.
type Period struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
}

// Has says whether a day is in the period.
func (p Period) Has(day calendar.Date) bool { return !day.Before(p.From) && !day.After(p.To) }

// Means is how something of a claim was settled, as far as a client asks.
type Means string

// The means.
const (
	ToAgency Means = "paid-to-agency"
	ToClient Means = "paid-to-client"
	InWorth  Means = "worth"        // settlement.HasWorth: the client got it, and not as money
	Anew     Means = "divided-anew" // of payments: what was divided later, or pays another part of the claim since, as after a credit note or when costs were taken back
	Credited Means = "credit-note"
	LetGo    Means = "write-off"
)

// AllMeans lists them in the order in which a report tells them.
func AllMeans() []Means { return []Means{ToAgency, ToClient, InWorth, Anew, Credited, LetGo} }

// Recovers says whether the client, or the agency, got something by it: a credit note and what is let go only make a claim less.
func (m Means) Recovers() bool { return m != Credited && m != LetGo }

// MeansOf is that of a kind of settlement.
func MeansOf(kind claim.SettlementKind) Means {
	switch kind {
	case claim.PaidToAgency:
		return ToAgency
	case claim.PaidToClient:
		return ToClient
	case claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance:
		return InWorth
	case claim.CreditNote:
		return Credited
	case claim.WriteOff:
	}
	return LetGo
}

// Claim is a claim of the client as it stands on the day of the report.
type Claim struct {
	ID           string        `json:"id"`
	Reference    string        `json:"reference"` // the client's own
	Debtor       string        `json:"debtor"`
	HandedOverOn calendar.Date `json:"handed_over_on"`
	DueOn        calendar.Date `json:"due_on"`    // the last day on which its oldest invoice was paid in time
	Principal    money.Amount  `json:"principal"` // of its invoices, as handed over
	Phase        Phase         `json:"phase"`
}

// Move is what the ledger settled of a claim, or took back: then its amounts are less than nothing. On is its value date.
type Move struct {
	Claim                      string // id
	On                         calendar.Date
	Means                      Means
	Principal, Interest, Costs money.Amount // what the debtor owes less; costs are those of collection and of a court
	Client, Agency, Surplus    money.Amount // of money on the trust account: for whom it is; a surplus is the debtor's
}

// Note is what a credit note did to a claim, of which the journal has the whole (Anew): it took something off the principal, and what else the journal has divides anew what was paid. Together they are nothing. What is
// taken back is less than nothing.
func Note(claim string, on calendar.Date, took money.Amount) []Move {
	return []Move{{Claim: claim, On: on, Means: Credited, Principal: took}, {Claim: claim, On: on, Means: Anew, Principal: -took}}
}

// Post adds a line of a journal of kind ledger.Settled, in cents as it is booked: debit is more than nothing.
func (m *Move) Post(account ledger.Account, cents money.Amount) {
	part := map[ledger.Account]*money.Amount{
		ledger.OwedPrincipal: &m.Principal, ledger.OwedInterest: &m.Interest, ledger.OwedCosts: &m.Costs, ledger.OwedCourtCosts: &m.Costs,
		ledger.ClientPayable: &m.Client, ledger.AgencyPayable: &m.Agency, ledger.RefundPayable: &m.Surplus,
	}[account]
	if part != nil { // the others are their contra, or in the agency's own book
		*part -= cents
	}
}

// TrustMove is what the trust account owes the client more since a value date, or less.
type TrustMove struct {
	Kind   ledger.Kind
	On     calendar.Date
	Amount money.Amount
}

// Bill is an invoice of the agency to the client, or a credit note: its amounts are what is taken back.
type Bill struct {
	Number          string
	Credit          bool
	On              calendar.Date
	Net, VAT, Total money.Amount
}

// Books are everything of one client that a report is made of, up to and including its day.
type Books struct {
	Claims []Claim
	Moves  []Move
	Trust  []TrustMove
	Bills  []Bill
}

// Report is what a client is told. Amounts are euros, days inclusive. Each figure is defined by the function that its field names.
type Report struct {
	Period
	On         calendar.Date `json:"on"`          // the day of the report: where claims stand, how old they are
	HandedOver Count         `json:"handed_over"` // Books.HandedOver
	Refused    int           `json:"refused"`     // Books.Refused
	Phases     []PhaseFigure `json:"phases"`      // Books.Stand
	Settled    []Settled     `json:"settled"`     // Books.Settled
	Division   Division      `json:"division"`    // Books.Division
	Trust      Payable       `json:"trust"`       // Books.Payable
	Invoiced   Invoiced      `json:"invoiced"`    // Books.Invoiced
	Recovery   Rate          `json:"recovery"`    // Books.Recovery
	DaysToPay  Median        `json:"days_to_pay"` // Books.DaysToPay
	Ages       []Age         `json:"ages"`        // Books.Ages
	Months     []Month       `json:"months"`      // Books.Months
	Claims     []Row         `json:"claims"`      // Books.Rows
}

// Of makes the report over a period as of a day, which is not before its end. The same books, period and day give the same report.
func Of(b Books, p Period, on calendar.Date) Report {
	b.Claims = slices.SortedFunc(slices.Values(b.Claims), func(x, y Claim) int {
		return cmp.Or(cmp.Compare(x.Reference, y.Reference), cmp.Compare(x.ID, y.ID))
	})
	return Report{
		Period: p, On: on, HandedOver: b.HandedOver(p), Refused: b.Refused(p), Phases: b.Stand(on), Settled: b.Settled(p), Division: b.Division(p), Trust: b.Payable(p),
		Invoiced: b.Invoiced(p), Recovery: b.Recovery(p, on), DaysToPay: b.DaysToPay(p, on), Ages: b.Ages(on), Months: b.Months(p), Claims: b.Rows(p, on),
	}
}

// Recovered is what was recovered in the period, by all means that recover.
func (r Report) Recovered() (sum Settled) {
	for _, s := range r.Settled {
		if s.Means.Recovers() {
			sum.Principal, sum.Interest, sum.Costs = sum.Principal+s.Principal, sum.Interest+s.Interest, sum.Costs+s.Costs
		}
	}
	return sum
}
