package letter

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// InvalidError lists everything because of which a letter may not be made.
type InvalidError struct {
	Kind     Kind
	Problems []string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s is not right: %s", e.Kind, strings.Join(e.Problems, "; "))
}

// tidy composes accents (NFC), trims every string that v points to, and reports those with control characters, which could pass for mark-up.
func tidy(v any) (problems []string) {
	var walk func(name string, v reflect.Value)
	walk = func(name string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if !v.CanSet() {
				return
			}
			v.SetString(strings.TrimSpace(norm.NFC.String(v.String())))
			if strings.ContainsFunc(v.String(), unicode.IsControl) {
				problems = append(problems, name+" has control characters; it must be one line of text")
			}
		case reflect.Struct:
			for i := range v.NumField() {
				walk(strings.TrimPrefix(name+"."+v.Type().Field(i).Name, "."), v.Field(i))
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return // a picture is no text
			}
			for i := range v.Len() {
				walk(fmt.Sprintf("%s[%d]", name, i), v.Index(i))
			}
		}
	}
	walk("", reflect.ValueOf(v).Elem())
	return problems
}

// checks collects problems.
type checks []string

func (c *checks) that(ok bool, format string, args ...any) {
	if !ok {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

func (c *checks) valid(err error, what string) {
	if err != nil {
		*c = append(*c, what+": "+err.Error())
	}
}

// party wants what an address needs.
func (c *checks) party(p Party, who string) {
	c.that(p.Name != "" && p.Street != "" && p.Postcode != "" && p.Town != "", "%s must have a name, street, postcode and town", who)
}

// agency wants what art. 11 lid 1 Wki and art. 3.1 and 4.1 Besluit kwaliteit incassodienstverlening ask of the agency's letters.
func (c *checks) agency(p Party) {
	c.party(p, "agency")
	c.that(p.KvK != "", "agency must have its KvK number")
	c.that(p.Registration != "", "agency must have its registration number (Wki)")
	c.that(p.Email != "" && p.Phone != "", "agency must have an e-mail address and a telephone number")
}

func (l Letter) problems() []string {
	var c checks
	c.that(slices.Contains(DebtorKinds, l.Kind), "kind %q is not a letter to a debtor; right would be one of %v", l.Kind, DebtorKinds)
	c.that(slices.Contains(Languages, l.Language), "language %q is unknown; right would be one of %v", l.Language, Languages)
	c.that(!l.On.IsZero(), "it must have a date")
	c.that(l.FileReference != "", "it must have a file reference")
	c.party(l.Client, "client")
	c.party(l.Debtor, "debtor")
	c.agency(l.Agency)
	l.checkTerm(&c)
	if l.Kind == ComplaintConfirmation {
		l.checkComplaint(&c)
		return c
	}
	c.that(l.Complaint == Complaint{}, "only a confirmation tells of a complaint")
	c.that(l.Kind == Correction || len(l.Wrong.Letters) == 0 && l.Wrong.Refund == 0 && l.Wrong.Promised == Promised{}, "only a correction tells of letters that were wrong")
	c.that(l.arranged() || len(l.Arrangement.Instalments) == 0, "only its own letters and a correction tell of a payment arrangement")
	c.that(!l.Kind.own() || l.Client.Email != "" || l.Client.Phone != "", "client must have an e-mail address or a telephone number in its own letter")
	if l.Kind.own() {
		c.valid(l.Brand.Check(), "client's brand")
	}
	c.that(l.TrustName != "", "the account to pay to must have a name")
	c.valid(bank.ValidIBAN(l.TrustIBAN), "account to pay to")
	c.valid(bank.ValidRF(l.RF), "reference")
	c.valid(bank.ValidKenmerk(l.Kenmerk), "reference")
	l.checkKind(&c)
	if l.Kind.arrangement() {
		l.checkArrangement(&c)
	}
	if l.inParts() {
		l.checkParts(&c)
	}
	if l.Kind == Correction {
		l.checkWrong(&c)
	}
	if !l.asksNothing() {
		l.Demand.check(&c)
	}
	return c
}

func (l Letter) checkTerm(c *checks) {
	switch l.Kind {
	case FourteenDayLetter:
		c.that(l.PayBy.IsZero(), "it may not name a pay-by day: the 14 days run from the day after delivery (HR 25-11-2016)")
	case ComplaintConfirmation, Interruption:
		c.that(l.PayBy.IsZero(), "it asks no payment in time and may not name a pay-by day")
	case ArrangementConfirmation:
		c.that(l.PayBy.IsZero(), "each instalment has its own day, and it may not name another pay-by day")
	case Correction:
		c.that(l.PayBy.After(l.On) == (l.Demand.Total > 0 && !l.inParts()), "pay-by day %q must be after the letter's date %s when something is owed, and none when nothing is or each instalment has its own", l.PayBy, l.On)
	case MonitoringLetter:
		c.that(l.PayBy.IsZero() || l.PayBy.After(l.On), "pay-by day %s must be after the letter's date %s", l.PayBy, l.On)
	case Reminder, StickerReminder, Summons, FinalSummons, EscalationAdvice, ArrangementReminder, ClientRequest, DisputeUpheld:
		c.that(l.PayBy.After(l.On) && !l.PayBy.IsZero(), "pay-by day %s must be after the letter's date %s", l.PayBy, l.On)
	}
}

// checkKind holds the law that depends on the kind of letter.
func (l Letter) checkKind(c *checks) {
	d := l.Demand
	if l.Kind.own() {
		c.that(d.Interest == 0 && d.Costs == 0 && d.CostsVAT == 0 && d.InformationCosts == 0, "the client's own letter asks the principal only")
	}
	if l.Kind == FourteenDayLetter {
		c.that(l.Consumer, "it is for consumers only (art. 6:96 lid 6 BW)")
		c.that(d.Costs == 0, "it may not ask collection costs yet (art. 6:96 lid 6 BW)")
		c.that(d.AnnouncedCosts > 0, "it must announce the exact costs (art. 6:96 lid 6 BW)")
	} else {
		c.that(d.AnnouncedCosts == 0 && d.AnnouncedVAT == 0, "only a 14-day letter announces costs")
	}
	if l.Consumer {
		c.that(!d.CostsAgreed, "no clause takes a consumer off the scale (art. 6:96 lid 5 BW)")
		c.that(d.InformationCosts == 0, "information costs may not be asked of a consumer (art. 6:96 lid 5 BW)")
		c.that(d.InterestKind != CommercialInterest || d.Interest == 0, "a consumer owes no commercial interest (art. 6:119a BW)")
	}
}

var percent = regexp.MustCompile(`^\d{1,2}(\.\d{1,2})?$`)

// check recounts the figures: no wrong total leaves the building.
func (d Demand) check(c *checks) {
	var principal, interest money.Amount
	for i, v := range d.Invoices {
		principal += v.Amount
		c.that(v.Number != "" && !v.IssuedOn.IsZero() && !v.DueOn.IsZero(), "invoice %d must have a number, a date and a due date", i+1)
	}
	for _, v := range d.Settled {
		v.check(c)
	}
	for i, v := range d.InterestLines {
		interest += v.Interest
		c.that(len(d.Invoices) < 2 || d.has(v.Invoice), "interest line %d: invoice %q is not in the demand; right would be the number of one that is", i+1, v.Invoice)
		c.that(!v.From.IsZero() && !v.To.IsZero() && !v.To.Before(v.From) && v.Days == v.To.DaysSince(v.From)+1, "interest line %d: %s to %s is not %d days", i+1, v.From, v.To, v.Days)
		c.that(percent.MatchString(v.Percent), "interest line %d: rate %q must be like 4 or 10.40", i+1, v.Percent)
	}
	for _, v := range d.InterestFree {
		c.that(!v.From.IsZero() && !v.To.Before(v.From), "no interest from %s to %s: right would be a first and a last day", v.From, v.To)
		c.that(words[Dutch].Grounds[v.Why] != "" && words[English].Grounds[v.Why] != "", "why no interest runs is unknown: %q", v.Why)
	}
	c.that(len(d.Invoices) > 0, "it must name at least one invoice")
	c.that(d.Principal > 0 && principal == d.Principal, "the invoices are %s together, the principal is %s", principal, d.Principal)
	c.that(interest == d.Interest, "the interest lines are %s together, the interest is %s", interest, d.Interest)
	c.that(min(d.Interest, d.Costs, d.CostsVAT, d.InformationCosts, d.CourtCosts, d.AnnouncedCosts, d.AnnouncedVAT) >= 0, "interest and costs may not be negative")
	c.that(d.Costs == 0 || d.CostsOver > 0, "it must say over what principal the collection costs are calculated")
	c.that(d.CostsVAT == 0 || d.Costs > 0, "VAT over collection costs goes with collection costs")
	c.that(d.CostsVAT+d.AnnouncedVAT == 0 || percent.MatchString(d.VATPercent), "the rate of VAT %q must be like 21", d.VATPercent)
	c.that(d.Interest == 0 || words[Dutch].basis(d.InterestKind) != "", "interest kind %q is unknown", d.InterestKind)
	c.that(d.Interest == 0 || !d.InterestStatedUpTo.IsZero(), "it must say up to which day the interest is calculated")
	sum := d.Principal + d.Interest + d.Costs + d.CostsVAT + d.InformationCosts + d.CourtCosts - d.settled()
	c.that(sum == d.Total, "principal, interest and costs less what was settled are %s, the total is %s", sum, d.Total)
	c.that(d.Total > 0, "the total is %s: nothing is owed", d.Total)
}

func (d Demand) has(invoice string) bool {
	return slices.ContainsFunc(d.Invoices, func(v Invoice) bool { return v.Number == invoice })
}
