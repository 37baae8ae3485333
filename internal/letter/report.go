package letter

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/report"
)

// ClientReport is the paper of a report to a client, of which the figures are internal/report's. The same report gives the same bytes.
type ClientReport struct {
	Language       Language
	Agency, Client Party
	Report         report.Report
}

// reportWords are the words around the figures.
type reportWords struct{ Intro, Nothing, Period, Day, To string }

var reportTexts = map[Language]reportWords{
	Dutch:   {Intro: "Hier leest u hoe het met uw vorderingen gaat. Bij elk onderdeel staat hoe wij de cijfers berekenen.", Nothing: "Er zijn nog geen cijfers.", Period: "Periode", Day: "Stand op", To: "t/m"},
	English: {Intro: "Here you read how your claims are going. Each part says how we compute its figures.", Nothing: "There are no figures yet.", Period: "Period", Day: "As of", To: "to"},
}

// ComposeReport makes the paper: its parts, with charts of where claims stand and of the months. It names no debtor. A language that there is not is an error, and a character that the fonts lack a *GlyphError.
func ComposeReport(r ClientReport) (Document, error) {
	if !slices.Contains(Languages, r.Language) {
		return Document{}, fmt.Errorf("compose report: %q is not a language", r.Language)
	}
	w, lang := reportTexts[r.Language], r.Language
	page := paper{
		lang: lang, subject: report.Title(string(lang), r.Report.Period), on: r.Report.On, sender: r.Agency, mark: true, look: house, window: r.Client.window(lang), footer: r.Agency.footer(lang),
		references: []pair{{label: w.Period, value: lang.day(r.Report.From) + " " + w.To + " " + lang.day(r.Report.To)}, {label: w.Day, value: lang.date(r.Report.On)}},
		blocks:     []block{plainWords(w.Intro)},
	}
	for _, s := range r.Report.Sections(string(lang)) {
		page.blocks = append(page.blocks, r.section(s, w)...)
	}
	pdf, text, err := page.draw()
	if err != nil {
		return Document{}, fmt.Errorf("compose report: %w", err)
	}
	return Document{Subject: page.subject, Text: text, PDF: pdf}, nil
}

// section is a heading, how its figures were computed, the chart if there is one, and the table.
func (r ClientReport) section(s report.Section, w reportWords) []block {
	blocks := []block{{kind: heading, spans: []span{{s.Title, true}}}, {kind: small, spans: []span{{s.Note, false}}}}
	if len(s.Rows) == 0 {
		return append(blocks, plainWords(w.Nothing))
	}
	if c := r.chart(s.Chart); c != nil {
		blocks = append(blocks, block{kind: objectBlock, chart: c})
	}
	return append(blocks, block{kind: objectBlock, figure: &figure{grids: []grid{r.grid(s)}}})
}

// chart is what is drawn of a section; nil when nothing is.
func (r ClientReport) chart(of report.Chart) *chart {
	switch of {
	case report.StandChart:
		var bars []bar
		for _, f := range r.Report.Phases {
			if f.Claims > 0 {
				bars = append(bars, bar{report.PhaseName(string(r.Language), f.Phase), f.Claims})
			}
		}
		if len(bars) > 0 {
			return barChart(bars)
		}
	case report.MonthChart:
		twins := make([]twin, len(r.Report.Months))
		for i, m := range r.Report.Months {
			twins[i] = twin{m.Name(), m.HandedOver, m.Recovered}
		}
		return twinChart(r.Language, report.Legend(string(r.Language)), twins)
	case report.NoChart:
	}
	return nil
}

// grid is the table of a section: the first column has what is left of the others, which are numbers.
func (r ClientReport) grid(s report.Section) grid {
	const most, first = 36.0, 57.0 // millimetres: of a number at most, of the first column at least
	number := min(most, (textWidth-first)/float64(len(s.Head)-1))
	g := grid{totals: s.Totals}
	for i, head := range s.Head {
		c := column{head, i > 0, number}
		if i == 0 {
			c.width = textWidth - number*float64(len(s.Head)-1)
		}
		g.columns = append(g.columns, c)
	}
	for _, cells := range s.Rows {
		row := make([]string, len(cells))
		for i, cell := range cells {
			row[i] = r.Language.cell(cell)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// cell is a value of a section as it is printed.
func (lang Language) cell(value any) string {
	switch v := value.(type) {
	case money.Amount:
		return lang.amount(v)
	case calendar.Date:
		return lang.day(v)
	case report.PerMille:
		return lang.percent(v.Number())
	}
	return fmt.Sprint(value)
}
