package letter

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/money"
)

// adviceView is what the texts of the advice may say.
type adviceView struct {
	Client, Debtor, Agency, AgencyEmail, AgencyPhone string
	FileReference, On, DecideBy                      string
	Total, Principal                                 string
	CourtTotal, Recoverable, Sunk                    string
	HasSent, HasCourt, HasSunk, Reminder             bool
	Recommended, Default                             string
}

func (a Advice) view() adviceView {
	lang, w := a.Language, words[a.Language]
	var court, recoverable money.Amount
	for _, c := range a.CourtCosts {
		court += c.Amount
		if c.Recoverable {
			recoverable += c.Amount
		}
	}
	return adviceView{
		Client: a.Client.Name, Debtor: a.DebtorName, Agency: a.Agency.Name, AgencyEmail: a.Agency.Email, AgencyPhone: a.Agency.Phone,
		FileReference: a.FileReference, On: lang.date(a.On), DecideBy: lang.date(a.DecideBy),
		Total: lang.amount(a.Demand.Total), Principal: lang.amount(a.Demand.Principal),
		CourtTotal: lang.amount(court), Recoverable: lang.amount(recoverable), Sunk: lang.amount(court - recoverable),
		HasSent: len(a.Sent) > 0, HasCourt: court > 0, HasSunk: court > recoverable, Reminder: a.Reminder,
		Recommended: w.Choices[a.Recommended], Default: w.Choices[a.Default],
	}
}

// adviceTexts are the names of the texts of choices and reasons.
func adviceTexts() (names []string) {
	for _, c := range Choices {
		names = append(names, "choice-"+string(c))
	}
	for _, r := range Reasons {
		names = append(names, "reason-"+string(r))
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

func (a Advice) costFigure() figure {
	w := words[a.Language]
	g := grid{columns: []column{{w.CourtCosts, false, 95}, {w.Recoverable, false, 35}, {w.Amount, true, 35}}}
	var total money.Amount
	for _, c := range a.CourtCosts {
		recoverable := w.No
		if c.Recoverable {
			recoverable = w.Yes
		}
		g.rows = append(g.rows, []string{c.Label, recoverable, a.Language.amount(c.Amount)})
		total += c.Amount
	}
	return figure{grids: []grid{g}, sums: []pair{{w.CostTotal, a.Language.amount(total), true}}}
}
