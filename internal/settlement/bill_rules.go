package settlement

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// BillError says what an invoice lacks that the law asks of it: nobody may get such a paper. It names no person.
type BillError struct {
	Number, Field, Problem, Article string
}

func (e *BillError) Error() string {
	return fmt.Sprintf("invoice %s: %s %s (%s)", e.Number, e.Field, e.Problem, e.Article)
}

// billRule is something that must stand on an invoice; broken says what is wrong, and what would be right.
type billRule struct {
	field, article string
	broken         func(Bill) string
}

func missing(text, right string) string {
	if strings.TrimSpace(text) == "" {
		return "is empty; right would be " + right
	}
	return ""
}

func missingAddress(p BillParty) string {
	return missing(p.Street, "a street")
}

// billRules are what art. 35a Wet op de omzetbelasting 1968 asks (art. 226 of Directive 2006/112/EC), and that the figures tie.
var billRules = []billRule{
	{"date", "art. 35a lid 1 onder a Wet OB", func(v Bill) string {
		if v.On.IsZero() {
			return "is empty; right would be the day on which it is made"
		}
		return ""
	}},
	{"number", "art. 35a lid 1 onder b Wet OB", func(v Bill) string { return missing(v.Number, "the next number") }},
	{"agency.vat", "art. 35a lid 1 onder c Wet OB", func(v Bill) string {
		return missing(v.Agency.VAT, "the agency's VAT number in the configuration")
	}},
	{"name of the agency", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missing(v.Agency.Name, "its full name") }},
	{"address of the agency", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missingAddress(v.Agency) }},
	{"town of the agency", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missing(v.Agency.Town, "a town") }},
	{"name of the client", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missing(v.Client.Name, "its full name") }},
	{"address of the client", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missingAddress(v.Client) }},
	{"town of the client", "art. 35a lid 1 onder e Wet OB", func(v Bill) string { return missing(v.Client.Town, "a town") }},
	{"lines", "art. 35a lid 1 onder f and g Wet OB", linesBroken},
	{"VAT", "art. 35a lid 1 onder h, i and j Wet OB", vatBroken},
	{"account", "art. 6:114 BW", func(v Bill) string {
		if v.Kind == CreditNote || v.Payable() <= 0 {
			return ""
		}
		return missing(v.Agency.IBAN, "payout.agency_iban in the configuration")
	}},
	{"due day", "art. 6:119a BW", func(v Bill) string {
		if v.Kind == ClientBill && v.DueOn.Before(v.On) {
			return "is before its date; right would be later"
		}
		return ""
	}},
	{"invoice that it corrects", "art. 219 of Directive 2006/112/EC", func(v Bill) string {
		if v.Kind == CreditNote {
			return missing(v.Corrects, "the number of the invoice")
		}
		return ""
	}},
	{"reason", "art. 219 of Directive 2006/112/EC", func(v Bill) string {
		if v.Kind == CreditNote {
			return missing(v.Reason, "why it is taken back")
		}
		return ""
	}},
}

func linesBroken(v Bill) string {
	var net, settled money.Amount
	for i, l := range v.Lines {
		switch {
		case l.Nr != i+1 || strings.TrimSpace(l.Text) == "":
			return fmt.Sprintf("have no line %d that says what it is for", i+1)
		case l.On.IsZero():
			return fmt.Sprintf("have no day of supply in line %d", l.Nr)
		case l.Units < 1 || money.Amount(l.Units)*l.Price != l.Net:
			return fmt.Sprintf("have %d x %s in line %d, which is not %s", l.Units, l.Price, l.Nr, l.Net)
		}
		net, settled = net+l.Net, settled+l.Settled
	}
	switch {
	case len(v.Lines) == 0:
		return "are none"
	case net != v.Net || settled != v.Settled:
		return fmt.Sprintf("come to %s, of which %s is settled, and the invoice says %s and %s", net, settled, v.Net, v.Settled)
	}
	return ""
}

func vatBroken(v Bill) string {
	var net, vat money.Amount
	for _, s := range v.VATs {
		if s.Percent == "" {
			return "has no rate"
		}
		net, vat = net+s.Net, vat+s.VAT
	}
	if net != v.Net || vat != v.VAT || v.Net+v.VAT != v.Total {
		return fmt.Sprintf("by rate is %s over %s, and the invoice says %s over %s, and %s in all", vat, net, v.VAT, v.Net, v.Total)
	}
	return ""
}

// Check holds an invoice to the rules. The first that it breaks is an *BillError.
func (v Bill) Check() error {
	for _, rule := range billRules {
		if problem := rule.broken(v); problem != "" {
			return &BillError{v.Number, rule.field, problem, rule.article}
		}
	}
	return nil
}
