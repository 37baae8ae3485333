package report

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Section is a part of a report as a table. A cell is a string, an int, a money.Amount, a calendar.Date or a PerMille.
type Section struct {
	Title, Note string // Note is how the figures were computed
	Chart       Chart  // that is drawn of it, if one is
	Head        []string
	Rows        [][]any
	Totals      bool // the last row sums the others up
}

// PerMille is a part in thousandths.
type PerMille int

// Chart names what is drawn of a section.
type Chart string

// The charts.
const (
	NoChart    Chart = ""
	StandChart Chart = "stand"  // Report.Phases
	MonthChart Chart = "months" // Report.Months
)

// Languages lists those of a report. The first is read for what is none of them.
func Languages() []string { return []string{"nl", "en"} }

func wordsOf(lang string) *words {
	if w, known := in[lang]; known {
		return w
	}
	return in[Languages()[0]]
}

// Legend is what the two bars of MonthChart are of: handed over and recovered.
func Legend(lang string) [2]string {
	w := wordsOf(lang)
	return [2]string{w.Accepted, w.Recovered}
}

// PhaseName is what a client reads of a phase.
func PhaseName(lang string, p Phase) string { return wordsOf(lang).Phases[p] }

// Title is what a report over a period is called.
func Title(lang string, p Period) string {
	day := calendar.Date.Dutch
	if wordsOf(lang) != in[Languages()[0]] {
		day = func(d calendar.Date) string { return d.At(12, 0).Format("2 January 2006") }
	}
	return fmt.Sprintf(wordsOf(lang).TitleOf, day(p.From), day(p.To))
}

// Sections are the parts of the report in a language, in the order in which they are read: no names of debtors. Means and phases of which there is nothing are left out.
func (r Report) Sections(lang string) []Section {
	w := wordsOf(lang)
	all := []Section{r.handedOver(w), r.stand(w), r.settled(w)}
	if lowered := r.lowering(w); len(lowered.Rows) > 0 {
		all = append(all, lowered)
	}
	return append(all, r.division(w), r.trust(w), r.invoiced(w), r.result(w), r.ages(w), r.months(w))
}

func (h heading) section(head ...string) Section {
	return Section{Title: h.title, Note: h.note, Head: head}
}

func (s *Section) add(cells ...any) { s.Rows = append(s.Rows, cells) }

func (r Report) handedOver(w *words) Section {
	s := w.HandedOver.section(w.Figure, w.Number, w.Principal)
	s.add(w.Accepted, r.HandedOver.Claims, r.HandedOver.Principal)
	if r.Refused > 0 {
		s.add(w.NotAccepted, r.Refused, "")
	}
	return s
}

func (r Report) stand(w *words) Section {
	s := w.Stand.section(w.Phase, w.Number, w.Principal, w.Unsettled)
	s.Chart, s.Totals = StandChart, true
	var all PhaseFigure
	for _, f := range r.Phases {
		if f.Claims > 0 {
			s.add(w.Phases[f.Phase], f.Claims, f.Principal, f.Open)
			all = PhaseFigure{"", all.Claims + f.Claims, all.Principal + f.Principal, all.Open + f.Open}
		}
	}
	s.add(w.AllClaims, all.Claims, all.Principal, all.Open)
	return s
}

func (r Report) settled(w *words) Section {
	s := w.Settled.section(w.How, w.Principal, w.Interest, w.Costs, w.Total)
	s.Totals = true
	s.byMeans(r.Settled, true, w)
	sum := r.Recovered()
	s.add(w.Recovered, sum.Principal, sum.Interest, sum.Costs, sum.Total())
	return s
}

func (r Report) lowering(w *words) Section {
	s := w.Lowering.section(w.How, w.Principal, w.Interest, w.Costs, w.Total)
	s.byMeans(r.Settled, false, w)
	return s
}

// byMeans adds what was settled by means that recover, or by the others.
func (s *Section) byMeans(all []Settled, recovers bool, w *words) {
	for _, x := range all {
		if x.Means.Recovers() == recovers && (x != Settled{Means: x.Means}) {
			s.add(w.Means[x.Means], x.Principal, x.Interest, x.Costs, x.Total())
		}
	}
}

func (r Report) division(w *words) Section {
	s := w.Division.section(w.Figure, w.Amount)
	s.Totals = true
	s.add(w.Client, r.Division.Client)
	s.add(w.Agency, r.Division.Agency)
	s.add(w.Surplus, r.Division.Surplus)
	s.add(w.Received, r.Division.Client+r.Division.Agency+r.Division.Surplus)
	return s
}

func (r Report) trust(w *words) Section {
	s := w.Trust.section(w.Figure, w.Amount)
	s.Totals = true
	s.add(w.Before, r.Trust.Before)
	s.add(w.Part, r.Trust.Received)
	s.add(w.PaidOut, -r.Trust.PaidOut)
	s.add(w.SetOff, -r.Trust.SetOff)
	if r.Trust.Corrected != 0 {
		s.add(w.Corrected, r.Trust.Corrected)
	}
	s.add(w.After, r.Trust.After)
	return s
}

func (r Report) invoiced(w *words) Section {
	s := w.Invoiced.section(w.Invoices, w.Credits, w.Net, w.VAT, w.Total)
	s.add(r.Invoiced.Invoices, r.Invoiced.Credits, r.Invoiced.Net, r.Invoiced.VAT, r.Invoiced.Total)
	return s
}

func (r Report) result(w *words) Section {
	s := w.Result.section(w.Figure, w.Outcome)
	if r.Recovery.Of > 0 {
		s.add(w.RateOf, r.Recovery.Of)
		s.add(w.RecoveredPrincipal, r.Recovery.Recovered)
		s.add(w.Rate, PerMille(r.Recovery.PerMille))
	}
	if r.DaysToPay.Claims > 0 {
		s.add(fmt.Sprintf(w.Median, r.DaysToPay.Claims), r.DaysToPay.Days)
	}
	return s
}

func (r Report) ages(w *words) Section {
	s := w.Ages.section(w.Age, w.Number, w.Open)
	s.Totals = true
	var claims int
	var open money.Amount
	for _, a := range r.Ages {
		days := fmt.Sprintf(w.DaysMore, a.From)
		if a.To > 0 {
			days = fmt.Sprintf(w.DaysTo, a.From, a.To)
		}
		s.add(days, a.Claims, a.Open)
		claims, open = claims+a.Claims, open+a.Open
	}
	s.add(w.AllClaims, claims, open)
	return s
}

func (r Report) months(w *words) Section {
	s := w.Months.section(w.Month, w.Accepted, w.Recovered)
	s.Chart, s.Totals = MonthChart, true
	var all Month
	for _, m := range r.Months {
		s.add(m.Name(), m.HandedOver, m.Recovered)
		all.HandedOver, all.Recovered = all.HandedOver+m.HandedOver, all.Recovered+m.Recovered
	}
	s.add(w.AllClaims, all.HandedOver, all.Recovered)
	return s
}

// Name is the month in figures: 2026-11.
func (m Month) Name() string { return fmt.Sprintf("%d-%02d", m.From.Year(), int(m.From.Month())) }

// List is the claims as a table, with the client's own references and the names of the debtors.
func (r Report) List(lang string) Section {
	w := wordsOf(lang)
	s := w.Claims.section(w.Reference, w.Debtor, w.HandedOverOn, w.DueOn, w.Phase, w.Principal, w.RecoveredPrincipal, w.Interest, w.Costs, w.Lowered, w.ForYou, w.Unsettled, w.SettledOn)
	for _, x := range r.Claims {
		s.add(x.Reference, x.Debtor, x.HandedOverOn, x.DueOn, w.Phases[x.Phase], x.Principal, x.Recovered.Principal, x.Recovered.Interest, x.Recovered.Costs, x.Lowered, x.Client, x.Open, x.SettledOn)
	}
	return s
}
