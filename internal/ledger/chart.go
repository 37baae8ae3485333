// Package ledger keeps the three books in double entry: of the trust foundation, of the agency, and a memo of what debtors owe. It turns facts into journals
// that add up to nothing. It must not decide what is owed or who gets what (claim and settlement do), and does no I/O.
package ledger

import "slices"

// Book is one of the three books. Every journal is in one book, and adds up to nothing there.
type Book string

// The books.
const (
	Trust   Book = "S" // of the foundation that holds third-party money (Stichting Derdengelden)
	Agency  Book = "A" // of the agency
	Debtors Book = "D" // a memo of what debtors owe: the claim is the client's asset, so it is in neither of the others
)

// Books lists all.
func Books() []Book { return []Book{Trust, Agency, Debtors} }

// Account is the code of an account; its first letter is its book. A balance is signed: debit is more than nothing.
type Account string

// The accounts.
const (
	TrustBank          Account = "S100"
	ClawbackReceivable Account = "S190" // paid out and taken back by a bank since; the agency tops it up the same day
	ClientPayable      Account = "S200"
	AgencyPayable      Account = "S210"
	RefundPayable      Account = "S220" // to debtors who paid too much
	Unallocated        Account = "S230" // received, and of no claim yet
	InTransit          Account = "S240" // payouts that the bank has not booked yet
	AgencyBank         Account = "A100"
	FromTrust          Account = "A110" // what the foundation owes the agency; mirrors S210
	FromClients        Account = "A120" // invoices
	ClawbackAdvanced   Account = "A130" // topped up on the trust account, until the client's next payout
	CourtCostsAdvanced Account = "A140"
	VATPayable         Account = "A250"
	FeeCosts           Account = "A400" // collection costs, with information costs that the debtor paid
	FeeInterest        Account = "A410"
	Commission         Account = "A420"
	MonitoringShare    Account = "A430"
	Subscriptions      Account = "A440"
	RechargedCosts     Account = "A450"
	BankCosts          Account = "A500"
	OwedPrincipal      Account = "D100"
	OwedInterest       Account = "D200"
	OwedCosts          Account = "D300"
	OwedCourtCosts     Account = "D400"
	OwedContra         Account = "D900"
)

// ChartEntry is an account with what it is called in the books and reports of a Dutch bookkeeper.
type ChartEntry struct {
	Account Account
	Name    string
	Balance bool // on the balance sheet; else profit and loss
}

// chart is every account, in the order of the codes. The table in the schema is tested against it.
var chart = []ChartEntry{
	{TrustBank, "Trust bank account", true},
	{ClawbackReceivable, "Clawback receivable", true},
	{ClientPayable, "Payable to clients", true},
	{AgencyPayable, "Payable to the agency", true},
	{RefundPayable, "Refunds payable to debtors", true},
	{Unallocated, "Received, not allocated yet", true},
	{InTransit, "Payouts in transit", true},
	{AgencyBank, "Bank account", true},
	{FromTrust, "Receivable from the trust foundation", true},
	{FromClients, "Trade debtors (clients)", true},
	{ClawbackAdvanced, "Clawbacks advanced", true},
	{CourtCostsAdvanced, "Court and bailiff costs advanced", true},
	{VATPayable, "VAT payable", true},
	{FeeCosts, "Fees: collection costs", false},
	{FeeInterest, "Fees: interest", false},
	{Commission, "Commission in the exceptions", false},
	{MonitoringShare, "Share in debt monitoring", false},
	{Subscriptions, "Yearly contributions and stickers", false},
	{RechargedCosts, "Recharged costs", false},
	{BankCosts, "Bank costs and losses", false},
	{OwedPrincipal, "Owed: principal", true},
	{OwedInterest, "Owed: interest", true},
	{OwedCosts, "Owed: collection costs", true},
	{OwedCourtCosts, "Owed: court costs", true},
	{OwedContra, "Owed: contra", true},
}

// Chart lists every account, in the order of the codes.
func Chart() []ChartEntry { return slices.Clone(chart) }

// Book is the book of the account.
func (a Account) Book() Book { return Book(a[:1]) }

// Name is what the account is called in the books; empty when the chart does not have it.
func (a Account) Name() string {
	for _, e := range chart {
		if e.Account == a {
			return e.Name
		}
	}
	return ""
}

// Known says whether the chart has the account.
func (a Account) Known() bool {
	return slices.ContainsFunc(chart, func(e ChartEntry) bool { return e.Account == a })
}
