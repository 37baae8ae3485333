package claim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Submission is one claim as a client hands it over.
type Submission struct {
	Client       string // code
	Reference    string // the client's own name for the claim
	Debtor       Debtor
	Invoices     []Invoice
	Agreement    Agreement
	NotElsewhere bool // the client declares that no other agency has or had it (requirement T5)
}

// Agreement is what a client tells of its agreement with the debtor. Percentages are empty where the law's hold.
type Agreement struct {
	Title         string // subject and title of the debt (art. 3.1 lid 2 Besluit kwaliteit incassodienstverlening)
	InstalmentsOf string // the contract of which the invoices are periodic instalments; empty when they are none
	InterestRate  law.Percent
	CostsClause   law.Percent // in business only
	Sale          Sale        // of consumers only: whether the debt is the price of a purchase
}

// Differs names the first column in which another row of the same claim, or the same claim handed over again, says something else. That it is a purchase is
// what holds where nothing is told of it.
func (a Agreement) Differs(b Agreement) (column string) {
	for _, pair := range [][3]string{
		{"title", a.Title, b.Title}, {"instalments_of", a.InstalmentsOf, b.InstalmentsOf},
		{"interest_rate", a.InterestRate.Plain().Text, b.InterestRate.Plain().Text}, {"costs_clause", a.CostsClause.Plain().Text, b.CostsClause.Plain().Text},
		{"consumer_sale", strconv.FormatBool(a.Sale == SaleNo), strconv.FormatBool(b.Sale == SaleNo)},
	} {
		if pair[1] != pair[2] {
			return pair[0]
		}
	}
	return ""
}

// Debtor is who owes, with what is needed to write to it.
type Debtor struct {
	Kind                                                              DebtorKind
	Name, Attention, Street, Postcode, Town, Country, Email, Language string
}

// Fingerprint names the same debtor of a client across claims: kind, name, postcode and house number, without case, points and spaces, and however
// an accent is encoded.
// The kind is part of it because it decides which law applies: a corrected kind must not be overruled by the debtor of an earlier claim.
func (d Debtor) Fingerprint() string {
	number := strings.TrimLeftFunc(d.Street, func(r rune) bool { return !unicode.IsDigit(r) })
	keep := func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}
	letters := func(text string) string { return strings.Map(keep, norm.NFC.String(text)) }
	return strings.Join([]string{d.Kind.String(), letters(d.Name), letters(d.Postcode), letters(number), letters(d.Country)}, "|")
}

// Identity is the fingerprint without the kind: whose invoice it is does not depend on what the client calls the debtor (requirement T5).
func (d Debtor) Identity() string {
	_, identity, _ := strings.Cut(d.Fingerprint(), "|")
	return identity
}

// Principal is the sum of the invoices.
func (s Submission) Principal() money.Amount { return Facts{Invoices: s.Invoices}.Principal() }

// Folded is the number of an invoice as it is compared: F1, f1 and " F1" are one invoice of one debtor (requirement T5), as are "F 1" and "F  1". What
// letters print, and what other facts name, is the number as it was written first.
func Folded(number string) string { return strings.ToUpper(strings.Join(strings.Fields(number), " ")) }

// Written is the invoices in one comparable line, each by its folded number.
func (s Submission) Written() string {
	lines := make([]string, len(s.Invoices))
	for i, invoice := range s.Invoices {
		lines[i] = fmt.Sprintf("%s %d", Folded(invoice.Number), invoice.Amount.Cents())
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// AmountClass is the size of a claim, coarse enough to stand in a list in clear text.
func AmountClass(principal money.Amount) string {
	for _, class := range []struct {
		below money.Amount
		name  string
	}{{money.Cents(100_00), "0-100"}, {money.Cents(500_00), "100-500"}, {money.Cents(2_500_00), "500-2500"}, {money.Cents(10_000_00), "2500-10000"}} {
		if principal < class.below {
			return class.name
		}
	}
	return "10000-"
}

// Summary tells an operator what kind of claim this is, in one line without names.
func (f Facts) Summary() string {
	return fmt.Sprintf("%s, EUR %s, %d invoice(s)", f.Debtor, AmountClass(f.Principal()), len(f.Invoices))
}

// maxAgeMonths is the age in calendar months past the due date up to which an invoice is taken (requirement T4).
const maxAgeMonths = 6

const (
	// MaxInvoices is how many invoices a claim can have: the facts of a claim travel through Temporal, which takes 2 MB at once.
	MaxInvoices = 500
	// maxNumber is how many characters an invoice number can have.
	maxNumber = 60
	// maxPrincipal is the most that a payment QR can ask.
	maxPrincipal = money.Amount(999_999_999_99)
	// maxInvoiceYears is how long before hand-over an invoice can have been written: an earlier day is a typing error.
	maxInvoiceYears = 20
)

// CheckInvoices says why the invoices of one claim cannot be taken together, with the column and the first invoice that is wrong; problem is
// empty when they can.
func CheckInvoices(invoices []Invoice) (column, problem string, invoice int) {
	if len(invoices) > MaxInvoices {
		return "invoice", tooMany, MaxInvoices
	}
	var total money.Amount
	for i, one := range invoices {
		if total += one.Amount; total > maxPrincipal {
			return "amount", fmt.Sprintf("brings the claim above %s, the most that a payment QR can ask; right would be several claims", maxPrincipal), i
		}
	}
	return "", "", 0
}

var tooMany = fmt.Sprintf("is one too many: a claim has at most %d invoices; right would be several claims, each with a reference of its own", MaxInvoices)

// CheckInvoice says why an invoice cannot be taken on the day of hand-over, with the column that is wrong; empty when it can.
// An invoice of exactly six calendar months past its due date passes (requirement T4). It must be overdue: the term to pay is the client's.
func CheckInvoice(i Invoice, on calendar.Date) (column, problem string) {
	due := "due_date"
	if !i.Agreed.IsZero() {
		due = "extended_to"
	}
	switch {
	case utf8.RuneCountInString(i.Number) > maxNumber:
		return "invoice", fmt.Sprintf("is longer than %d characters; right would be the number as it stands on the invoice", maxNumber)
	case i.Issued.Before(on.AddYears(-maxInvoiceYears)):
		return "invoice_date", fmt.Sprintf("%s is more than %d years before hand-over on %s; right would be the day on the invoice", i.Issued, maxInvoiceYears, on)
	case i.Amount <= 0:
		return "amount", fmt.Sprintf("%s is not more than 0.00; right would be what is open of the invoice: 1234.50 or 1.234,50", i.Amount)
	case !i.Agreed.IsZero() && i.Agreed.Before(i.Issued):
		return "due_date", fmt.Sprintf("%s is before the invoice date %s", i.Agreed, i.Issued)
	case i.Due.Before(i.Issued):
		return due, fmt.Sprintf("%s is before the invoice date %s", i.Due, i.Issued)
	case !i.Due.Before(on):
		return due, fmt.Sprintf("%s is not past yet: the debtor may still pay in time; right would be a claim of its own, handed over from %s", i.Due, i.Due.AddDays(1))
	case on.After(i.Due.AddMonths(maxAgeMonths)):
		return due, fmt.Sprintf("%s is more than %d months before hand-over on %s (requirement T4)", i.Due, maxAgeMonths, on)
	}
	return "", ""
}

// CheckIntake says why a claim cannot be taken into collection; empty when it can. It repeats, under the workflow, what hand-over checked.
func CheckIntake(f Facts) string {
	if len(f.Invoices) == 0 {
		return "it has no invoices"
	}
	if column, problem, i := CheckInvoices(f.Invoices); problem != "" {
		return fmt.Sprintf("invoice %s: %s: %s", f.Invoices[i].Number, column, problem)
	}
	for _, invoice := range f.Invoices {
		if column, problem := CheckInvoice(invoice, f.HandedOverOn); problem != "" {
			return fmt.Sprintf("invoice %s: %s: %s", invoice.Number, column, problem)
		}
	}
	return ""
}
