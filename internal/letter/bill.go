package letter

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// billWords are the words of an invoice to a client.
type billWords struct {
	Invoice, Credit, Number, Day, Due, Corrects, ClientVAT, AgencyVAT string
	For, On, Units, Price, Amount                                     string
	Net, VAT, Total, Settled, ToPay, Back, Balance, HasBalance        string
	Pay, Nothing, Given, BackWords, SettledWords, Why, With           string
	Claim                                                             string
	Fors                                                              map[settlement.BillFor]string
	Reasons                                                           map[string]string // of credit notes that no person asked for
}

var billTexts = map[Language]billWords{
	Dutch: {
		Invoice: "Factuur %s", Credit: "Creditfactuur %s", Number: "Factuurnummer", Day: "Factuurdatum", Due: "Betalen voor of op", Corrects: "Bij factuur", ClientVAT: "Uw btw-nummer", AgencyVAT: "Ons btw-nummer",
		For: "Omschrijving", On: "Geleverd op", Units: "Aantal", Price: "Prijs", Amount: "Bedrag",
		Net: "Totaal zonder btw", VAT: "Btw %s over %s", Total: "Totaal met btw", Settled: "Al verrekend", ToPay: "Te betalen", Back: "Minder te betalen",
		Pay:     "Wilt u %s betalen voor of op %s? Maak het over op rekening %s op naam van %s. Zet erbij: %s.",
		Balance: "Uw tegoed", HasBalance: "U hebt %s bij ons tegoed. Wij verrekenen dit bedrag, of wij betalen het aan u terug.",
		Nothing: "U hoeft niets te betalen.", Given: "U hoeft %s minder te betalen.",
		BackWords:    "Hebt u al betaald? Dan verrekenen wij dit bedrag, of wij betalen het aan u terug.",
		SettledWords: "‘Al verrekend’ is ons deel van wat uw debiteuren aan ons hebben betaald. Dat deel hebben wij al.",
		With:         "Tegoed van factuur %s",
		Why:          "Waarom u deze creditfactuur krijgt: %s.", Claim: "%s, dossier %s",
		Fors: map[settlement.BillFor]string{
			settlement.ForCosts: "Incassokosten", settlement.ForInterest: "Rente", settlement.ForMonitoring: "Ons deel bij schuldbewaking", settlement.ForContribution: "Jaarbijdrage",
			settlement.ForStickers: "Incassostickers", settlement.ForAgreedCosts: "Afgesproken kosten na betwisting", settlement.ForCourt: "Procedure bij de kantonrechter, vaste prijs",
			"withdrawal": "Provisie: opdracht ingetrokken", "own-arrangement": "Provisie: eigen regeling of schikking", "no-word": "Provisie: geen of onjuiste informatie",
			"own-collection": "Provisie: zelf geïncasseerd", "obstruction": "Provisie: geen toestemming of belemmering",
		},
		Reasons: map[string]string{settlement.ReasonTakenBack: "een betaling van uw debiteur is teruggehaald of anders verdeeld", settlement.ReasonEnded: "uw overeenkomst was voor dat jaar al beëindigd"},
	},
	English: {
		Invoice: "Invoice %s", Credit: "Credit note %s", Number: "Invoice number", Day: "Invoice date", Due: "To be paid by", Corrects: "Of invoice", ClientVAT: "Your VAT number", AgencyVAT: "Our VAT number",
		For: "Description", On: "Supplied on", Units: "Number", Price: "Price", Amount: "Amount",
		Net: "Total without VAT", VAT: "VAT %s of %s", Total: "Total with VAT", Settled: "Settled already", ToPay: "To pay", Back: "Less to pay",
		Pay:     "Please pay %s by %s. Transfer it to account %s in the name of %s. Mention: %s.",
		Balance: "Your balance", HasBalance: "You have a balance of %s with us. We set this amount off, or pay it back to you.",
		Nothing: "You need not pay anything.", Given: "You have to pay %s less.",
		BackWords:    "Have you paid already? Then we set this amount off, or pay it back to you.",
		SettledWords: "‘Settled already’ is our part of what your debtors paid to us. We have that part already.",
		With:         "Your balance of invoice %s",
		Why:          "Why you get this credit note: %s.", Claim: "%s, claim %s",
		Fors: map[settlement.BillFor]string{
			settlement.ForCosts: "Collection costs", settlement.ForInterest: "Interest", settlement.ForMonitoring: "Our share in debt monitoring", settlement.ForContribution: "Yearly contribution",
			settlement.ForStickers: "Collection stickers", settlement.ForAgreedCosts: "Agreed costs after a dispute", settlement.ForCourt: "Court procedure at a fixed price",
			"withdrawal": "Commission: assignment withdrawn", "own-arrangement": "Commission: arrangement or settlement of your own", "no-word": "Commission: no word or wrong information",
			"own-collection": "Commission: collected by yourself", "obstruction": "Commission: no permission or obstruction",
		},
		Reasons: map[string]string{settlement.ReasonTakenBack: "a payment of your debtor was taken back or divided otherwise", settlement.ReasonEnded: "your agreement had ended before that year"},
	},
}

// BillText says in a language what a line of an invoice to a client is for. It names no debtor: an invoice is kept longer than the claim.
func BillText(lang Language, l settlement.BillLine) string {
	w := billTexts[lang]
	text := cmp.Or(w.Fors[l.For], words[lang].Products[Product(l.For)])
	if l.Reference == "" {
		return text
	}
	return fmt.Sprintf(w.Claim, text, l.Reference)
}

// BillReason says in a language why a credit note is made: what a person wrote, or the words for what made it by itself.
func BillReason(lang Language, reason string) string {
	return cmp.Or(billTexts[lang].Reasons[reason], reason)
}

// ComposeBill makes the paper of an invoice to a client, or of a credit note. One that breaks a rule is a *settlement.BillError, and a character that the fonts
// lack a *GlyphError. The same invoice gives the same bytes.
func ComposeBill(v settlement.Bill, agency Party) (Document, error) {
	lang := Language(v.Language)
	w, known := billTexts[lang]
	if !known {
		return Document{}, fmt.Errorf("compose invoice: %q is not a language", v.Language)
	}
	if err := v.Check(); err != nil {
		return Document{}, err
	}
	title := w.Invoice
	if v.Kind == settlement.CreditNote {
		title = w.Credit
	}
	client := Party{Name: v.Client.Name, Street: v.Client.Street, Postcode: v.Client.Postcode, Town: v.Client.Town}
	page := paper{
		lang: lang, subject: fmt.Sprintf(title, v.Number), on: v.On, sender: agency, mark: true, look: house, window: client.window(lang), footer: agency.footer(lang),
		references: billReferences(v, w, lang), blocks: billBlocks(v, w, lang),
	}
	pdf, text, err := page.draw()
	if err != nil {
		return Document{}, fmt.Errorf("compose invoice: %w", err)
	}
	return Document{Subject: page.subject, Text: text, PDF: pdf}, nil
}

func billReferences(v settlement.Bill, w billWords, lang Language) []pair {
	list := []pair{{label: w.Number, value: v.Number}, {label: w.Day, value: lang.date(v.On)}}
	if v.Kind == settlement.CreditNote {
		list = append(list, pair{label: w.Corrects, value: v.Corrects})
	} else if v.Payable() > 0 {
		list = append(list, pair{label: w.Due, value: lang.date(v.DueOn)})
	}
	list = append(list, pair{label: w.AgencyVAT, value: v.Agency.VAT})
	if v.Client.VAT != "" {
		list = append(list, pair{label: w.ClientVAT, value: v.Client.VAT})
	}
	return list
}

func billBlocks(v settlement.Bill, w billWords, lang Language) []block {
	var blocks []block
	if v.Kind == settlement.CreditNote {
		blocks = append(blocks, plainWords(fmt.Sprintf(w.Why, strings.TrimRight(v.Reason, ". "))))
	}
	figure := figure{grids: []grid{billGrid(v, w, lang)}}
	add := func(label string, a money.Amount, strong bool) {
		figure.sums = append(figure.sums, pair{label: label, value: lang.amount(a), strong: strong})
	}
	add(w.Net, v.Net, false)
	for _, s := range v.VATs {
		add(fmt.Sprintf(w.VAT, lang.percent(s.Percent), lang.amount(s.Net)), s.VAT, false)
	}
	paid := v.Settled != 0 || len(v.Credits) > 0
	add(w.Total, v.Total, !paid)
	if v.Settled != 0 {
		add(w.Settled, -v.Settled, false)
	}
	for _, c := range v.Credits {
		add(fmt.Sprintf(w.With, c.Number), -c.Cents, false)
	}
	switch {
	case v.Kind == settlement.CreditNote:
		add(w.Back, v.Payable(), true)
	case v.Payable() < 0:
		add(w.Balance, -v.Payable(), true)
	case paid:
		add(w.ToPay, v.Payable(), true)
	}
	blocks = append(blocks, block{kind: objectBlock, figure: &figure})
	if v.Settled > 0 && v.Kind == settlement.ClientBill {
		blocks = append(blocks, plainWords(w.SettledWords))
	}
	return append(blocks, plainWords(toDo(v, w, lang)))
}

// toDo says what the client has to do, or gets.
func toDo(v settlement.Bill, w billWords, lang Language) string {
	due := v.Payable()
	switch {
	case due > 0 && v.Kind == settlement.CreditNote:
		return fmt.Sprintf(w.Given, lang.amount(due)) + " " + w.BackWords
	case due > 0:
		iban := strings.ReplaceAll(bank.FormatIBAN(v.Agency.IBAN), " ", nbsp) // stays on one line
		return fmt.Sprintf(w.Pay, lang.amount(due), lang.date(v.DueOn), iban, v.Agency.Name, v.Number)
	case due < 0 && v.Kind == settlement.ClientBill:
		return fmt.Sprintf(w.HasBalance, lang.amount(-due))
	}
	return w.Nothing
}

func billGrid(v settlement.Bill, w billWords, lang Language) grid {
	g := grid{columns: []column{{w.For, false, 73}, {w.On, false, 27}, {w.Units, true, 15}, {w.Price, true, 25}, {w.Amount, true, 25}}}
	for _, l := range v.Lines {
		g.rows = append(g.rows, []string{l.Text, lang.day(l.On), itoa(l.Units), lang.amount(l.Price), lang.amount(l.Net)})
	}
	return g
}
