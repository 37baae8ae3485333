package claim

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// readRow reads one row; column and reason say what is wrong with it.
func readRow(f fields) (s Submission, i Invoice, column, reason string) {
	for _, c := range Columns() {
		if problem := c.problem(f.get(c.Name)); problem != "" {
			return s, i, c.Name, problem
		}
	}
	s = Submission{Client: f.get("client"), Reference: f.get("claim"), Debtor: Debtor{
		Name: f.get("debtor"), Attention: f.get("attention"), Street: f.get("street"), Postcode: f.get("postcode"), Town: f.get("town"),
		Country: strings.ToUpper(f.get("country")), Email: f.get("email"), Language: strings.ToLower(f.get("language")),
	}}
	if column, reason = readDebtor(f, &s.Debtor); reason != "" {
		return s, i, column, reason
	}
	if answer := strings.ToLower(f.get("not_elsewhere")); answer != "yes" && answer != "ja" {
		return s, i, "not_elsewhere", "is not yes: a claim that is or was with another agency is refused (requirement T5)"
	}
	s.NotElsewhere = true
	if s.Agreement, column, reason = readAgreement(f, s.Debtor.Kind); reason != "" {
		return s, i, column, reason
	}
	i, column, reason = readInvoice(f, s.Debtor.Kind)
	return s, i, column, reason
}

func readAgreement(f fields, debtor DebtorKind) (a Agreement, column, reason string) {
	a.Title, a.InstalmentsOf = f.get("title"), f.get("instalments_of")
	if a.InterestRate, reason = readPercent(f.get("interest_rate")); reason != "" {
		return a, "interest_rate", reason
	}
	if a.CostsClause, reason = readPercent(f.get("costs_clause")); reason != "" {
		return a, "costs_clause", reason
	}
	if (a.CostsClause != law.Percent{}) && debtor.Consumer() {
		return a, "costs_clause", "no clause takes a consumer off the scale (art. 6:96 lid 5 BW); right would be to leave it empty"
	}
	if a.Sale, reason = readSale(f.get("consumer_sale"), debtor); reason != "" {
		return a, "consumer_sale", reason
	}
	return a, "", ""
}

// readSale says what is told of whether a consumer's debt is the price of a purchase. Of a debtor in business there is nothing to tell.
func readSale(answer string, debtor DebtorKind) (told Sale, reason string) {
	switch strings.ToLower(answer) {
	case "":
		return SaleNotTold, ""
	case "yes", "ja", "true":
		if debtor.InBusiness {
			return SaleNotTold, "is yes, and this debtor is in business; right would be no, or nothing: only a consumer has a consumer sale (art. 7:5 lid 1 BW)"
		}
		return SaleYes, ""
	case "no", "nee", "false":
		if debtor.InBusiness {
			return SaleNotTold, ""
		}
		return SaleNo, ""
	}
	return SaleNotTold, fmt.Sprintf("%q is not yes or no; right would be no for rent, services and subscriptions of a consumer, yes or nothing for a purchase", answer)
}

var agreedPercent = regexp.MustCompile(`^[0-9]{1,2}(\.[0-9]{1,2})?$`)

// maxPercent is the most that can have been agreed: more is a typing error.
const maxPercent = 25

// readPercent reads 12, 12.5, 12,5 or 12,5%, each in its plain form: 12,50 is the same percentage when the file is handed over again.
func readPercent(text string) (p law.Percent, reason string) {
	if text == "" {
		return p, ""
	}
	p.Text = strings.Replace(strings.TrimSpace(strings.TrimSuffix(text, "%")), ",", ".", 1)
	if !agreedPercent.MatchString(p.Text) {
		return p, fmt.Sprintf("%q is not a percentage; right would be 12 or 12,5", text)
	}
	if percent := p.Fraction(); percent.Sign() == 0 || percent.Cmp(big.NewRat(maxPercent, 100)) > 0 {
		return p, fmt.Sprintf("%s%% cannot have been agreed; right would be more than 0 and at most %d, or nothing for what the law says", p.Text, maxPercent)
	}
	return p.Plain(), ""
}

func readInvoice(f fields, debtor DebtorKind) (i Invoice, column, reason string) {
	i.Number = f.get("invoice")
	var err error
	if i.Issued, err = calendar.ParseDate(f.get("invoice_date")); err != nil {
		return i, "invoice_date", err.Error()
	}
	if i.Due, column, reason = readDue(f, debtor, i.Issued); reason != "" {
		return i, column, reason
	}
	if text := f.get("extended_to"); text != "" {
		extended, err := calendar.ParseDate(text)
		if err != nil {
			return i, "extended_to", err.Error()
		}
		if !extended.After(i.Due) {
			return i, "extended_to", fmt.Sprintf("%s gives no more time than %s; right would be a later day, or nothing", extended, i.Due)
		}
		i.Agreed, i.Due = i.Due, extended
	}
	if i.Amount, err = money.Parse(f.get("amount")); err != nil {
		return i, "amount", err.Error()
	}
	return i, "", ""
}

// readDue is the agreed day, or in business what the law says when none was agreed. A consumer is in default after an agreed term only
// (art. 6:83 a BW), so there the day must be known.
func readDue(f fields, debtor DebtorKind, issued calendar.Date) (due calendar.Date, column, reason string) {
	var received calendar.Date
	var err error
	if text := f.get("invoice_received"); text != "" {
		if received, err = calendar.ParseDate(text); err != nil {
			return due, "invoice_received", err.Error()
		}
		if received.Before(issued) {
			return due, "invoice_received", fmt.Sprintf("%s is before the invoice date %s", received, issued)
		}
	}
	switch text := f.get("due_date"); {
	case text != "":
		if due, err = calendar.ParseDate(text); err != nil {
			return due, "due_date", err.Error()
		}
		return due, "", ""
	case debtor.Consumer():
		return due, "due_date", "is empty; a consumer needs an agreed last day of payment (art. 6:83 a BW)"
	case received.IsZero():
		return due, "due_date", "is empty; right would be the last day on which payment was in time, or, when no term was agreed, the day of receipt in invoice_received"
	}
	return law.DueWithoutTerm(received), "", ""
}

func readDebtor(f fields, d *Debtor) (column, reason string) {
	switch strings.ToLower(f.get("debtor_kind")) {
	case "consumer":
		d.Kind = DebtorKind{NaturalPerson: true}
	case "sole-trader":
		d.Kind = DebtorKind{InBusiness: true, NaturalPerson: true}
	case "company":
		d.Kind = DebtorKind{InBusiness: true}
	default:
		return "debtor_kind", "is not consumer, sole-trader or company"
	}
	if d.Country == "" {
		d.Country = "NL"
	}
	if d.Language == "" {
		d.Language = "nl"
	}
	if wrong := d.tidy(); len(wrong) > 0 {
		return wrong[0].Column, wrong[0].Reason
	}
	return "", ""
}
