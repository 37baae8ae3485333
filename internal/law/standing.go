package law

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Standing is what one table says on a day, and until when that is confirmed.
type Standing struct {
	Table     string        // file and part: "interest.yaml consumer"
	Row       string        // what is in force, in words; empty when no row covers the day
	From      calendar.Date // since when
	Until     calendar.Date // inclusive: the last day that the rows cover without a gap; zero when Lasts, or when no row is that old
	Lasts     bool          // it holds until the law changes: nothing has to be added in time
	DaysLeft  int           // days after this one that are covered; less than 0 when the day itself is not; without meaning when Lasts
	Article   string
	Source    string
	Published string // where the next row comes from
	// Unconfirmed says why the text is not certain, so that a person decides; empty when it is. It does not run out: it waits to be read.
	Unconfirmed string
}

// EnoughDays is how long before its end a table is extended at the latest: less is a warning.
const EnoughDays = 30

// RunsOut says whether the table ends within EnoughDays, or has ended.
func (s Standing) RunsOut() bool { return !s.Lasts && s.DaysLeft < EnoughDays }

// Missing names the row that has to be added, and where it comes from.
func (s Standing) Missing() string {
	if s.Until.IsZero() {
		return s.Table + ": the rows begin later; add the one that held then"
	}
	return fmt.Sprintf("%s: the row from %s; %s", s.Table, s.Until.AddDays(1), s.Published)
}

// Standing gives the standing of every table on a day, in the order of their files.
func (t Tables) Standing(on calendar.Date) []Standing {
	standing := []Standing{
		t.Consumer.standing("interest.yaml consumer", "published in the Staatsblad in "+t.Consumer.ConfirmedUntil.Month().String()+"; also when the rate stays", on),
		t.Commercial.standing("interest.yaml commercial", "main refinancing rate of the ECB before that day plus 8 percentage points (art. 6:120 lid 2 BW); also when the rate stays", on),
		costsStanding(t.Costs, on),
	}
	standing = append(standing, instalmentsStanding(t.Costs, on)...)
	return append(standing,
		spanStanding("court.yaml fees", "published in the Staatscourant before the year begins", t.Court.Fees, on),
		spanStanding("court.yaml summons", "the tariffs of the bailiffs, published in the Staatscourant before the year begins", t.Court.Summons, on),
		spanStanding("court.yaml salary", "liquidatietarief kanton, published on rechtspraak.nl", t.Court.Salary, on),
		spanStanding("court.yaml after_judgment", "liquidatietarief kanton, published on rechtspraak.nl", t.Court.AfterJudgment, on),
		vatStanding(t.VATRates, on))
}

func (t InterestTable) standing(table, published string, on calendar.Date) Standing {
	s := Standing{Table: table, Until: t.ConfirmedUntil, DaysLeft: t.ConfirmedUntil.DaysSince(on), Article: t.Article, Source: t.Source, Published: published}
	row, ok := inForce(t.Rates, on, func(r Rate) calendar.Date { return r.From })
	switch {
	case !ok:
		s.Until, s.DaysLeft = calendar.Date{}, -1
	case s.DaysLeft >= 0:
		s.Row, s.From = row.Percent.Text+"%", row.From
	}
	return s
}

func costsStanding(scales []CostScale, on calendar.Date) Standing {
	scale, ok := inForce(scales, on, func(c CostScale) calendar.Date { return c.From })
	if !ok {
		return Standing{Table: "costs.yaml", DaysLeft: -1}
	}
	first, last := scale.Bands[0].Percent.Text, scale.Bands[len(scale.Bands)-1].Percent.Text
	words := fmt.Sprintf("%s%% to %s%%, %s to %s", first, last, scale.Minimum, scale.Maximum)
	return Standing{Table: "costs.yaml", Row: words, From: scale.From, Lasts: true, Article: scale.Article, Source: scale.Source}
}

// instalmentsStanding is the rule against costs that pile up, on a day on which there is one.
func instalmentsStanding(scales []CostScale, on calendar.Date) []Standing {
	scale, ok := inForce(scales, on, func(c CostScale) calendar.Date { return c.From })
	if !ok || scale.Instalments == nil {
		return nil
	}
	rule := *scale.Instalments
	return []Standing{{Table: "costs.yaml instalments", Row: fmt.Sprintf("looks back %d months", rule.Months), From: scale.From, Lasts: true, Article: rule.Article, Source: rule.Source, Unconfirmed: rule.Unconfirmed}}
}

func vatStanding(rates []VATRate, on calendar.Date) Standing {
	rate, ok := inForce(rates, on, func(r VATRate) calendar.Date { return r.From })
	if !ok {
		return Standing{Table: "vat.yaml", DaysLeft: -1}
	}
	return Standing{Table: "vat.yaml", Row: rate.Percent.Text + "%", From: rate.From, Lasts: true, Article: rate.Article, Source: rate.Source}
}

// spanRow is a row that holds for a span of days, and can say what it sets.
type spanRow interface {
	span() Span
	words() string
}

// spanStanding follows the rows from the one that covers the day for as long as the next begins where the one before it ends.
func spanStanding[R spanRow](table, published string, rows []R, on calendar.Date) Standing {
	s := Standing{Table: table, DaysLeft: -1, Published: published}
	at := slices.IndexFunc(rows, func(r R) bool { return r.span().covers(on) })
	if at < 0 {
		for _, r := range rows {
			if r.span().Until.Before(on) {
				s.Until = r.span().Until
				s.DaysLeft = s.Until.DaysSince(on)
			}
		}
		return s
	}
	in := rows[at].span()
	s.Row, s.From, s.Until, s.Article, s.Source, s.Unconfirmed = rows[at].words(), in.From, in.Until, in.Article, in.Source, in.Unconfirmed
	for _, next := range rows[at+1:] {
		if next.span().From != s.Until.AddDays(1) {
			break
		}
		s.Until = next.span().Until
	}
	s.DaysLeft = s.Until.DaysSince(on)
	return s
}

func (f FeeTable) words() string {
	return fmt.Sprintf("%s to %s for a legal person", f.Rows[0].Legal, f.Rows[len(f.Rows)-1].Legal)
}

func (s SummonsRate) words() string { return s.Amount.String() }

func (s SalaryTable) words() string {
	return fmt.Sprintf("%s to %s a point", s.Rows[0].Point, s.Rows[len(s.Rows)-1].Point)
}

func (a AfterJudgment) words() string {
	return fmt.Sprintf("%s, with service %s", a.Unserved, a.Served)
}
