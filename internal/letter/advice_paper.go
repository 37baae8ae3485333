package letter

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/money"
)

// adviceView is what the texts of the advice may say.
type adviceView struct {
	Client, Debtor, Agency, AgencyEmail, AgencyPhone string
	FileReference, On, DecideBy, LastDay, TakenBack  string
	Total, Principal                                 string
	Own, Back, Lost, Price, PriceVAT                 string
	HasSent, HasCourt, Reminder                      bool
	Cantonal, WithVAT, AskLawyer                     bool
	Recommended, Default                             string
}

func (a Advice) view() adviceView {
	lang, w, p := a.Language, words[a.Language], a.Procedure
	return adviceView{
		Client: a.Client.Name, Debtor: a.DebtorName, Agency: a.Agency.Name, AgencyEmail: a.Agency.Email, AgencyPhone: unbroken(a.Agency.Phone),
		FileReference: a.FileReference, On: lang.date(a.On), DecideBy: lang.date(a.DecideBy), LastDay: lang.date(a.Standing.Enforceable),
		Total: lang.amount(a.Demand.Total), Principal: lang.amount(a.Demand.Principal),
		Own: lang.amount(p.own()), Back: lang.amount(p.back()), Lost: lang.amount(p.lost()), Price: lang.amount(p.price(FixedPrice)), PriceVAT: lang.amount(p.price(FixedPriceVAT)),
		HasSent: len(a.Sent) > 0, HasCourt: len(p.Costs) > 0, Reminder: a.Reminder, Cantonal: p.Cantonal, WithVAT: p.WithVAT,
		AskLawyer:   !p.Cantonal && a.Recommended == Court,
		Recommended: w.Choices[a.Recommended], Default: w.Choices[a.Default], TakenBack: lang.date(a.TakenBack),
	}
}

// adviceTexts are the names of the texts of choices, reasons, and the fixed price.
func adviceTexts() (names []string) {
	for _, c := range Choices {
		names = append(names, "choice-"+string(c))
	}
	for _, r := range Reasons {
		names = append(names, "reason-"+string(r))
	}
	for _, why := range append([]NoPrice{"offered"}, NoPrices...) {
		names = append(names, "price-"+string(why))
	}
	return names
}

func (a Advice) paper() (paper, error) {
	text, err := write(string(EscalationAdvice), a.Language, a.view())
	if err != nil {
		return paper{}, err
	}
	subject, body := subjectAndBody(text)
	blocks, err := blocksOf(body, a.object)
	if err != nil {
		return paper{}, err
	}
	return paper{
		lang: a.Language, subject: subject, on: a.On, sender: a.Agency, mark: true, look: house, window: a.Client.window(a.Language),
		references: a.references(), footer: a.Agency.footer(a.Language), blocks: blocks,
	}, nil
}

func (a Advice) references() []pair {
	w := words[a.Language]
	out := []pair{{label: w.Date, value: a.Language.date(a.On)}, {label: w.FileReference, value: a.FileReference}}
	if a.ClientReference != "" {
		out = append(out, pair{label: w.ClientReference, value: a.ClientReference})
	}
	return append(out, pair{label: w.DebtorName, value: a.DebtorName})
}

// object makes what stands between [ ] in the advice.
func (a Advice) object(name string) ([]block, error) {
	switch name {
	case "specification":
		f := a.Demand.figure(a.Language)
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "sent":
		f := a.sentFigure()
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "costs":
		f := a.costFigure()
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "standing":
		f := a.Standing.figure(a.Language, a.On)
		return []block{{kind: objectBlock, figure: &f}}, nil
	case "price":
		text, err := write("price-"+firstNonEmpty(string(a.Procedure.NoPrice), "offered"), a.Language, a.view())
		if err != nil {
			return nil, err
		}
		return blocksOf(text, a.object)
	case "options":
		var names []string
		for _, o := range a.Options {
			names = append(names, "choice-"+string(o))
		}
		return a.bullets(names)
	case "reasons":
		var names []string
		for _, r := range a.Reasons {
			names = append(names, "reason-"+string(r))
		}
		return a.bullets(names)
	}
	return nil, fmt.Errorf("an advice has no such figure")
}

// bullets writes the named texts as a list.
func (a Advice) bullets(names []string) (out []block, err error) {
	for _, name := range names {
		text, err := write(name, a.Language, a.view())
		if err != nil {
			return nil, err
		}
		blocks, err := blocksOf(text, a.object)
		if err != nil {
			return nil, err
		}
		for _, b := range blocks {
			b.kind = bullet
			out = append(out, b)
		}
	}
	return out, nil
}

func (a Advice) sentFigure() figure {
	w := words[a.Language]
	g := grid{columns: []column{{w.Letter, false, 110}, {w.Sent, false, 55}}}
	for _, s := range a.Sent {
		g.rows = append(g.rows, []string{w.Kinds[s.Kind], a.Language.day(s.On)})
	}
	return figure{grids: []grid{g}}
}

// costFigure tells each cost in its three parts, and sums them up column by column: they never are one amount. Of a lawyer it has words.
func (a Advice) costFigure() figure {
	lang, w, p := a.Language, words[a.Language], a.Procedure
	g := grid{totals: true, columns: []column{{w.CourtCosts, false, 75}, {w.OwnCosts, true, 30}, {w.BackCosts, true, 30}, {w.LostCosts, true, 30}}}
	together := w.Together
	for _, c := range p.Costs {
		label := w.Costing[c.What]
		if c.What == CourtFee {
			label += ", " + w.Rate + " " + p.Year
		}
		row := []string{label, lang.someAmount(c.Own), lang.someAmount(c.Back), lang.someAmount(c.Lost)}
		if c.What == Lawyers {
			row, together = []string{label, w.OnTop, w.PartOfIt, w.OnTop}, w.TogetherWithout
		}
		g.rows = append(g.rows, row)
	}
	g.rows = append(g.rows, []string{together, lang.amount(p.own()), lang.amount(p.back()), lang.amount(p.lost())})
	return figure{grids: []grid{g}}
}

// someAmount is an amount in a table in which not every cell has one.
func (lang Language) someAmount(a money.Amount) string {
	if a == 0 {
		return "–"
	}
	return lang.amount(a)
}
