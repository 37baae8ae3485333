package letter

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// PayoutView is what a specification of a payout shows of each claim.
type PayoutView string

// The views.
const (
	NetView      PayoutView = "net"      // what the client gets
	GrossView    PayoutView = "gross"    // what the debtor paid, and what of it is the agency's
	CombinedView PayoutView = "combined" // both
)

// PayoutViews lists all; the first is the default.
var PayoutViews = []PayoutView{CombinedView, NetView, GrossView}

// PayoutSpecification tells a client of what a payout consists, claim by claim. Received = Agency + Later + Paid for each of them, and what is paid of all of them less
// Kept and SetOff, and with Credit, is the payout. Texts that a person typed must be Legible. The same specification gives the same bytes.
type PayoutSpecification struct {
	Language       Language
	View           PayoutView
	On             calendar.Date // as of which it was computed
	PaysOn         calendar.Date // for which the bank has it; zero: it does not have it yet
	Agency, Client Party
	ID, EndToEndID string
	IBAN, Holder   string
	Amount, Kept   money.Amount
	KeptBefore     money.Amount // of Kept, what was kept back when the client was paid nothing, and no specification told
	SetOff         money.Amount // kept back of open invoices
	Invoices       []string     // that are set off, by their numbers
	Credit         money.Amount // what the client has to its credit, and is paid
	Credited       []string     // the invoices of which it has that
	Claims         []PaidClaim
}

// PaidClaim is what a payout pays of a claim. Later is what came in and is paid later; less than nothing: it came in before, and is paid now.
type PaidClaim struct {
	Reference, Debtor             string // empty: it is of no claim
	Received, Agency, Later, Paid money.Amount
}

// payoutWords are the words of a specification.
type payoutWords struct {
	Subject, WillPay, Pays, Statement, Columns, Later, Kept, KeptBefore, SetOff, NoClaim, Total, Payout, KeptRow, SetOffRow, Reference, Day string
	Credit, CreditRow                                                                                                                       string
	Claim, Debtor, Received, Agency, LaterHead, Paid                                                                                        string
}

var payoutTexts = map[Language]payoutWords{
	Dutch: {
		Subject: "Specificatie van uitbetaling %s", WillPay: "Wij gaan u %s betalen, op naam van %s, op rekening %s.", Pays: "Wij betalen u %s op %s, op naam van %s, op rekening %s.",
		Statement:  "Op uw afschrift staat het kenmerk %s.",
		Columns:    "‘Ontvangen’ is wat uw debiteur aan ons heeft betaald. ‘Voor ons’ is ons deel daarvan: rente en kosten, of wat u met ons hebt afgesproken. ‘Voor u’ is wat nu voor u is. Wat wij inhouden of verrekenen, gaat daar nog van af.",
		Later:      "‘Later’ betalen wij later: dit geld hebben wij geïncasseerd, en de debiteur kan het nog laten terughalen. Staat er een min, dan kwam het geld eerder binnen en betalen wij het nu.",
		Kept:       "Wij houden %s in. Dat hadden wij al aan u betaald of met u verrekend, maar de bank heeft het daarna teruggehaald.",
		KeptBefore: "Van dit bedrag hebben wij %s al eerder ingehouden.",
		SetOff:     "Wij verrekenen %s met wat u ons moet betalen: factuur %s.",
		Credit:     "Wij betalen u %s terug. Dat had u bij ons tegoed, van factuur %s.", CreditRow: "Uw tegoed van facturen",
		NoClaim: "verrekening van eerder", Total: "Samen", Payout: "Uitbetaling", KeptRow: "Al betaald of verrekend", SetOffRow: "Verrekend met facturen", Reference: "Uitbetaling", Day: "Berekend op",
		Claim: "Uw kenmerk", Debtor: "Debiteur", Received: "Ontvangen", Agency: "Voor ons", LaterHead: "Later", Paid: "Voor u",
	},
	English: {
		Subject: "Specification of payout %s", WillPay: "We are going to pay you %s, in the name of %s, to account %s.", Pays: "We pay you %s on %s, in the name of %s, to account %s.",
		Statement:  "Your bank statement shows the reference %s.",
		Columns:    "‘Received’ is what your debtor paid to us. ‘Ours’ is our part of it: interest and costs, or what you agreed with us. ‘Yours’ is what is for you now. What we keep back or set off still comes off it.",
		Later:      "‘Later’ is paid later: we collected this money by direct debit, and the debtor can still fetch it back. With a minus it came in before, and we pay it now.",
		Kept:       "We keep back %s. We had paid that to you already, or set it off, but a bank took it back since.",
		KeptBefore: "We kept back %s of this amount before.",
		SetOff:     "We set off %s against what you have to pay us: invoice %s.",
		Credit:     "We pay you back %s. You had that to your credit with us, of invoice %s.", CreditRow: "Your credit of invoices",
		NoClaim: "settled from before", Total: "Together", Payout: "Payout", KeptRow: "Paid or set off before", SetOffRow: "Set off against invoices", Reference: "Payout", Day: "Computed on",
		Claim: "Your reference", Debtor: "Debtor", Received: "Received", Agency: "Ours", LaterHead: "Later", Paid: "Yours",
	},
}

// PayoutSumError says that the claims of a specification do not come to what is paid: nobody may get such a paper.
type PayoutSumError struct {
	ID              string
	Claims, Amounts money.Amount
}

func (e *PayoutSumError) Error() string {
	return fmt.Sprintf("specification of payout %s: its claims come to %s, and it pays %s with what is kept back", e.ID, e.Claims, e.Amounts)
}

// ComposePayout makes the paper of a specification. What does not add up is a *PayoutSumError, a view that there is not an error, and a character that the fonts lack a
// *GlyphError.
func ComposePayout(p PayoutSpecification) (Document, error) {
	p.View = cmp.Or(p.View, CombinedView)
	if err := p.check(); err != nil {
		return Document{}, err
	}
	w := payoutTexts[p.Language]
	page := paper{
		lang: p.Language, subject: fmt.Sprintf(w.Subject, p.ID), on: p.On, sender: p.Agency, mark: true, look: house, window: p.Client.window(p.Language), footer: p.Agency.footer(p.Language),
		references: []pair{{label: w.Reference, value: p.ID}, {label: w.Day, value: p.Language.date(p.On)}}, blocks: p.blocks(w),
	}
	pdf, text, err := page.draw()
	if err != nil {
		return Document{}, fmt.Errorf("compose payout: %w", err)
	}
	return Document{Subject: page.subject, Text: text, PDF: pdf}, nil
}

func (p PayoutSpecification) check() error {
	var sum money.Amount
	for _, c := range p.Claims {
		sum += c.Paid
		if c.Received != c.Agency+c.Later+c.Paid {
			return &PayoutSumError{p.ID, c.Received, c.Agency + c.Later + c.Paid}
		}
	}
	if paid := p.Amount + p.Kept + p.SetOff - p.Credit; sum != paid {
		return &PayoutSumError{p.ID, sum, paid}
	}
	if p.View != NetView && p.View != GrossView && p.View != CombinedView {
		return fmt.Errorf("compose payout: %q is not a view; right would be one of %v", p.View, PayoutViews)
	}
	if _, known := payoutTexts[p.Language]; !known {
		return fmt.Errorf("compose payout: %q is not a language", p.Language)
	}
	return nil
}

func (p PayoutSpecification) blocks(w payoutWords) []block {
	lang, iban := p.Language, strings.ReplaceAll(bank.FormatIBAN(p.IBAN), " ", "\u00a0") // stays on one line
	var blocks []block
	if p.PaysOn.IsZero() {
		blocks = append(blocks, plainWords(fmt.Sprintf(w.WillPay, lang.amount(p.Amount), p.Holder, iban)))
	} else {
		blocks = append(blocks, plainWords(fmt.Sprintf(w.Pays, lang.amount(p.Amount), lang.date(p.PaysOn), p.Holder, iban)+" "+fmt.Sprintf(w.Statement, p.EndToEndID)))
	}
	if p.Kept != 0 {
		words := fmt.Sprintf(w.Kept, lang.amount(p.Kept))
		if p.KeptBefore != 0 {
			words += " " + fmt.Sprintf(w.KeptBefore, lang.amount(p.KeptBefore))
		}
		blocks = append(blocks, plainWords(words))
	}
	if p.SetOff != 0 {
		blocks = append(blocks, plainWords(fmt.Sprintf(w.SetOff, lang.amount(p.SetOff), strings.Join(p.Invoices, ", "))))
	}
	if p.Credit != 0 {
		blocks = append(blocks, plainWords(fmt.Sprintf(w.Credit, lang.amount(p.Credit), strings.Join(p.Credited, ", "))))
	}
	figure := figure{grids: []grid{p.table(w)}}
	if p.Kept != 0 {
		figure.sums = append(figure.sums, pair{label: w.KeptRow, value: lang.amount(-p.Kept)})
	}
	if p.SetOff != 0 {
		figure.sums = append(figure.sums, pair{label: w.SetOffRow, value: lang.amount(-p.SetOff)})
	}
	if p.Credit != 0 {
		figure.sums = append(figure.sums, pair{label: w.CreditRow, value: lang.amount(p.Credit)})
	}
	figure.sums = append(figure.sums, pair{label: w.Payout, value: lang.amount(p.Amount), strong: true})
	blocks = append(blocks, block{kind: objectBlock, figure: &figure})
	if p.View != NetView {
		blocks = append(blocks, plainWords(w.Columns))
		if p.waits() {
			blocks = append(blocks, plainWords(w.Later))
		}
	}
	return blocks
}

// waits says whether anything is paid later, or came in before.
func (p PayoutSpecification) waits() bool {
	for _, c := range p.Claims {
		if c.Later != 0 {
			return true
		}
	}
	return false
}

// table is a row for each claim, and one that sums them up.
func (p PayoutSpecification) table(w payoutWords) grid {
	amounts := []struct {
		head   string
		of     func(PaidClaim) money.Amount
		stands bool
	}{
		{w.Received, func(c PaidClaim) money.Amount { return c.Received }, p.View != NetView},
		{w.Agency, func(c PaidClaim) money.Amount { return c.Agency }, p.View != NetView},
		{w.LaterHead, func(c PaidClaim) money.Amount { return c.Later }, p.View == CombinedView && p.waits()},
		{w.Paid, func(c PaidClaim) money.Amount { return c.Paid }, p.View != GrossView},
	}
	const all, of = 165.0, 27.0
	g := grid{totals: true, columns: []column{{w.Claim, false, 0}, {w.Debtor, false, 0}}}
	words, sums := all, []string{w.Total, ""}
	for _, a := range amounts {
		if a.stands {
			g.columns, words = append(g.columns, column{a.head, true, of}), words-of
			var sum money.Amount
			for _, c := range p.Claims {
				sum += a.of(c)
			}
			sums = append(sums, p.Language.amount(sum))
		}
	}
	g.columns[0].width, g.columns[1].width = words*0.4, words*0.6
	for _, c := range p.Claims {
		row := []string{cmp.Or(c.Reference, w.NoClaim), c.Debtor}
		for _, a := range amounts {
			if a.stands {
				row = append(row, p.Language.amount(a.of(c)))
			}
		}
		g.rows = append(g.rows, row)
	}
	g.rows = append(g.rows, sums)
	return g
}
