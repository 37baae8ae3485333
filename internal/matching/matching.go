// Package matching finds the claims that a payment is for: a cascade of rules, each with its evidence, over an index of the open claims. It books
// nothing, does no I/O and never guesses: what is not proven is at most a suggestion to a person.
package matching

import (
	"fmt"
	"maps"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Version is that of the rules: it moves on with every change of what they find.
const Version = 3

// Payment is one credit of the trust account, in euros. Fields that the bank did not give are empty.
type Payment struct {
	Amount     money.Amount
	On         calendar.Date // value date
	Payer      string        // name of the account that paid
	OnBehalfOf string        // ultimate debtor: whom the payer pays for
	IBAN       string        // account that paid
	Postcode   string        // of the payer
	Structured string        // structured remittance: an RF reference or a betalingskenmerk
	EndToEnd   string        // the payer's own identification
	Text       string        // unstructured remittance, lines separated by newlines
	Returned   bool          // the bank says that it brings back a payment of ours
}

// Claim is one open claim as a payer may name it.
type Claim struct {
	ID, Debtor   string // Debtor is the same for all claims of one debtor
	RF, Kenmerk  string // our references; unique among open claims
	Numbers      []string
	Invoices     []string
	Name         string // of the debtor
	Company      bool
	Client       string // name of the creditor: a text may tell it without saying anything else
	Postcode     string
	Total        money.Amount // all that is owed today
	Principal    money.Amount // what of it is principal
	LastDemanded money.Amount // what the last letter asked; zero when there was none
	Instalment   money.Amount // what is due of an arrangement or promise; zero without one
	OnHold       bool         // disputed or paused: a person decides
}

// Outcome is what becomes of a payment.
type Outcome string

// The outcomes, from the least that is known to the most.
const (
	Queued    Outcome = "queue"   // waits for a person, without a claim
	Suggested Outcome = "suggest" // waits for a person, who is shown the likeliest claims
	Automatic Outcome = "auto"    // booked on its claims
)

// Part is what of a payment a claim gets.
type Part struct {
	Claim  string
	Amount money.Amount
}

// Proposal is one reading of a payment. Parts and surplus add up to it.
type Proposal struct {
	Debtor   string
	Parts    []Part       // in the order of claim ids
	Surplus  money.Amount // more than is owed: to be paid back
	Score    int          // bits: log2 of the odds that the payment is the first claim's, see weigh
	Evidence []Evidence
}

// Evidence is one thing that was seen. It may hold personal data.
type Evidence struct {
	Kind  Kind
	Claim string // whose it is
	Seen  string // as the bank or the payer wrote it
	Where Field
	Bits  int // what it adds to the score; below zero it speaks against the claim
}

// Result says what becomes of a payment, by which rule, and why. Proposals[0] is the match or the first suggestion, Proposals[1] the runner-up; at
// most three, none when the payment is queued.
type Result struct {
	Outcome   Outcome
	Rule      Rule
	Why       string
	Proposals []Proposal
	WhyNot    string // why the runner-up is not it; empty without one
}

// Policy is what an agency decides about matching. The zero value switches nothing off and pays no surplus back by itself.
type Policy struct {
	Off        map[Rule]bool   // kill switch: such a rule is passed over
	Proven     map[Rule]bool   // rules that begin in shadow and may act by now
	NotDebtors map[string]bool // accounts (IBAN, normalised) of ourselves, banks and payment providers
	MaxSurplus money.Amount    // more than this above what is owed is looked at by a person
}

// Withholds says why a rule allocates nothing by itself of what comes from an account (IBAN, normalised); empty: it may.
func (p Policy) Withholds(rule Rule, iban string) string {
	switch {
	case p.NotDebtors[iban]:
		return "no debtor pays from its account, which is of the agency, or of a bank or a payment provider (bank.not_debtors)"
	case p.Off[rule]:
		return fmt.Sprintf("rule %s is switched off (bank.rules_off)", rule)
	}
	return ""
}

// Doubts says why a person decides about a payment of an amount that is a claim's by its reference: about all that is paid on the claim, or since nothing is owed on it any more, or too little. Empty: nobody need.
func (p Policy) Doubts(c Claim, amount money.Amount) string {
	switch over := amount - c.Total; {
	case c.OnHold:
		return "the claim is on hold"
	case c.Total <= 0: // paid twice, before its workflow closed it
		return "nothing is owed on it any more"
	case over > p.MaxSurplus:
		return fmt.Sprintf("it is %s more than the claim owes", over)
	}
	return ""
}

// inShadow are the rules that only suggest until their suggestions have proven right.
var inShadow = map[Rule]bool{NameAmount: true}

// InShadow gives the rules that only suggest until their suggestions have proven right (Policy.Proven).
func InShadow() []Rule { return slices.Sorted(maps.Keys(inShadow)) }

// ShadowDoubt is why a rule in shadow only suggests what it would have matched.
const ShadowDoubt = "this rule only suggests until its suggestions have proven right"

// Kind is a kind of evidence.
type Kind string

// The kinds of evidence.
const (
	Reference     Kind = "reference"
	Repaired      Kind = "reference with one typing error"
	Uncheckable   Kind = "reference without its check digits"
	Garbled       Kind = "reference with two typing errors"
	Number        Kind = "claim number"
	InvoiceNumber Kind = "invoice number"
	Mistyped      Kind = "claim or invoice number with one typing error"
	Account       Kind = "account that paid for the debtor before"
	SharedAccount Kind = "account that paid for several debtors before"
	OtherAccount  Kind = "another account than before"
	FullName      Kind = "name"
	PayerName     Kind = "name that paid for the debtor before"
	Surname       Kind = "surname"
	ExactAmount   Kind = "amount that was asked"
	Instalment    Kind = "amount of an instalment"
	TooMuch       Kind = "more than is owed"
	Postcode      Kind = "postcode"
	Creditor      Kind = "name of the creditor"
	Rounded       Kind = "amount that was asked, rounded or a little more"
)

// Field is where evidence was seen.
type Field string

// The fields of a payment.
const (
	InStructured Field = "structured remittance"
	InEndToEnd   Field = "end-to-end id"
	InText       Field = "text"
	InPayer      Field = "payer"
	InAccount    Field = "account"
	InAmount     Field = "amount"
)
