package letter

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Product is legal work that the agency offers at a price (requirements S11, S13).
type Product string

// The products, as the files of plans name them; FixedCourt is their court_procedure.
const (
	LegalWork          Product = "legal-work" // an hour
	DraftSummons       Product = "draft-summons"
	BailiffDemand      Product = "bailiff-demand"
	BankruptcyPetition Product = "bankruptcy-petition"
	Recourse           Product = "recourse-investigation"
	FixedCourt         Product = "fixed-court" // only for a claim that is not disputed
)

// Products are all products, in the order in which they are offered.
var Products = []Product{LegalWork, DraftSummons, BailiffDemand, BankruptcyPetition, Recourse, FixedCourt}

// Prices are the prices of products without VAT. One without a price is not offered.
type Prices map[Product]money.Amount

// Asked is what a ClientRequest asks. The agency's words are What; AnswerBy is the last day to answer.
type Asked struct {
	Documents bool // else information
	What      string
	On        calendar.Date // when it was asked first
	AnswerBy  calendar.Date
	Reminder  int          // 0: it is asked; 1: a reminder; 2: the last one, on the last day
	Held      bool         // the debtor is not written to meanwhile
	Free      bool         // no answer costs nothing: the letter threatens with nothing
	Price     money.Amount // what exception 3 of the agreement costs today, VAT included
	VAT       money.Amount // part of Price
}

// ClientLetter is a letter to the client about one claim: a ClientRequest or a DisputeUpheld.
type ClientLetter struct {
	Kind                           Kind
	Language                       Language
	On                             calendar.Date
	Agency, Client                 Party
	DebtorName                     string
	FileReference, ClientReference string        // ClientReference may be empty
	Asked                          Asked         // of a ClientRequest
	Prices                         Prices        // of a DisputeUpheld
	Enforceable                    calendar.Date // of a DisputeUpheld: the last day before the claim is time-barred
}

// ComposeClientLetter writes a letter to the client. Its errors are those of Compose.
func ComposeClientLetter(l ClientLetter) (Document, error) {
	problems := tidy(&l)
	if problems = append(problems, l.problems()...); len(problems) > 0 {
		return Document{}, fmt.Errorf("compose letter to the client: %w", &InvalidError{l.Kind, problems})
	}
	p, err := l.paper()
	if err != nil {
		return Document{}, fmt.Errorf("compose %s: %w", l.Kind, err)
	}
	return p.document(string(l.Kind))
}

func (l ClientLetter) problems() []string {
	var c checks
	c.that(slices.Contains(clientKinds, l.Kind), "kind %q is not a letter to the client; right would be one of %v", l.Kind, clientKinds)
	c.that(slices.Contains(Languages, l.Language), "language %q is unknown; right would be one of %v", l.Language, Languages)
	c.that(!l.On.IsZero(), "it must have a date")
	c.that(l.FileReference != "" && l.DebtorName != "", "it must have a file reference and the debtor's name")
	c.party(l.Client, "client")
	c.agency(l.Agency)
	if l.Kind == DisputeUpheld {
		c.that(!l.Enforceable.IsZero(), "it must say until when the claim can be enforced")
		return c
	}
	a := l.Asked
	c.that(a.What != "", "it must say what is asked")
	c.that(!a.On.IsZero() && !a.AnswerBy.Before(l.On), "the last day to answer %s may not be before the letter's date %s", a.AnswerBy, l.On)
	c.that(a.Reminder >= 0 && a.Reminder <= 2, "reminder %d is unknown; right would be 0, 1 or 2", a.Reminder)
	c.that(a.Free && a.Price == 0 || !a.Free && a.Price > 0 && a.VAT >= 0 && a.VAT < a.Price, "it must say what no answer can cost, or that it is free")
	return c
}

// clientKinds are the kinds that ComposeClientLetter makes.
var clientKinds = []Kind{ClientRequest, DisputeUpheld}

// clientView is what the texts of letters to the client may say.
type clientView struct {
	Debtor, Agency, AgencyEmail, AgencyPhone, FileReference string
	What, AskedOn, AnswerBy, Price, VAT, Enforceable        string
	Documents, Reminded, Last, Held, Free, SomethingOffered bool
}

func (l ClientLetter) view() clientView {
	lang, a := l.Language, l.Asked
	return clientView{
		Debtor: l.DebtorName, Agency: l.Agency.Name, AgencyEmail: l.Agency.Email, AgencyPhone: unbroken(l.Agency.Phone), FileReference: l.FileReference,
		What: a.What, AskedOn: lang.date(a.On), AnswerBy: lang.date(a.AnswerBy), Price: lang.amount(a.Price), VAT: lang.amount(a.VAT), Enforceable: lang.date(l.Enforceable),
		Documents: a.Documents, Reminded: a.Reminder > 0, Last: a.Reminder == 2, Held: a.Held, Free: a.Free, SomethingOffered: l.Prices.something(),
	}
}

// something says whether anything is offered for a claim that is disputed.
func (p Prices) something() bool {
	return slices.ContainsFunc(Products, func(product Product) bool { return product != FixedCourt && p[product] > 0 })
}

func (l ClientLetter) paper() (paper, error) {
	text, err := write(string(l.Kind), l.Language, l.view())
	if err != nil {
		return paper{}, err
	}
	subject, body := subjectAndBody(text)
	blocks, err := blocksOf(body, l.object)
	if err != nil {
		return paper{}, err
	}
	w := words[l.Language]
	references := []pair{{label: w.Date, value: l.Language.date(l.On)}, {label: w.FileReference, value: l.FileReference}}
	if l.ClientReference != "" {
		references = append(references, pair{label: w.ClientReference, value: l.ClientReference})
	}
	return paper{
		lang: l.Language, subject: subject, on: l.On, sender: l.Agency, mark: true, look: house, window: l.Client.window(l.Language),
		references: append(references, pair{label: w.DebtorName, value: l.DebtorName}), footer: l.Agency.footer(l.Language), blocks: blocks,
	}, nil
}

// object makes what stands between [ ] in a letter to the client.
func (l ClientLetter) object(name string) ([]block, error) {
	if name != "offers" {
		return nil, fmt.Errorf("a letter to the client has no such figure")
	}
	w := words[l.Language]
	g := grid{columns: []column{{w.Product, false, 100}, {w.Price, true, 65}}}
	for _, product := range Products {
		price := w.NotOffered
		switch {
		case product == FixedCourt:
			price = w.UndisputedOnly
		case l.Prices[product] > 0:
			price = l.Language.amount(l.Prices[product])
		}
		g.rows = append(g.rows, []string{w.Products[product], price})
	}
	return []block{{kind: objectBlock, figure: &figure{grids: []grid{g}}}}, nil
}
