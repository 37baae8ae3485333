package letter

import (
	"github.com/incassocenter/dunning/internal/money"
)

// figure is the specification of a demand: principal, interest with percentages, periods and basis, costs, payments and total
// (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening).
func (d Demand) figure(lang Language) figure {
	w := words[lang]
	f := figure{grids: []grid{d.invoiceGrid(lang)}}
	if len(d.InterestLines) > 0 {
		f.grids = append(f.grids, d.interestGrid(lang))
	}
	add := func(label string, a money.Amount, strong bool) {
		f.sums = append(f.sums, pair{label, lang.amount(a), strong})
	}
	if d.Total != d.Principal {
		add(w.Principal, d.Principal, false)
	}
	if d.Interest > 0 {
		add(w.InterestUpTo+" "+lang.date(d.InterestStatedUpTo), d.Interest, false)
	}
	if d.Costs > 0 {
		add(d.costsLabel(lang), d.Costs, false)
	}
	if d.CostsVAT > 0 {
		add(lang.vatLabel(d.VATPercent), d.CostsVAT, false)
	}
	if d.InformationCosts > 0 {
		add(w.InformationCosts, d.InformationCosts, false)
	}
	if d.CourtCosts > 0 {
		add(w.AwardedCosts, d.CourtCosts, false)
	}
	f.sums = append(f.sums, d.settledLines(lang)...)
	add(w.Total, d.Total, true)
	return f
}

// costsLabel says what the collection costs rest on: the law, and the principal that they are calculated over, unless they are what the 14-day letter named.
func (d Demand) costsLabel(lang Language) string {
	w := words[lang]
	label := w.Costs
	switch {
	case d.CostsAgreed:
		label = w.AgreedCosts
	case d.CostsTogether:
		label = w.CostsTogether
	}
	if d.CostsCapped {
		return label + ", " + w.CostsCapped + " (" + w.Article + ")"
	}
	return label + " " + w.CostsOver + " " + lang.amount(d.CostsOver) + " (" + w.Article + ")"
}

// vatLabel names the rate (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening).
func (lang Language) vatLabel(percent string) string {
	return words[lang].CostsVAT + " (" + lang.percent(percent) + ")"
}

// basis is the law that a kind of interest follows from; empty when there is no such kind.
func (w *labels) basis(k InterestKind) string {
	return map[InterestKind]string{StatutoryInterest: w.Statutory, CommercialInterest: w.Commercial, AgreedInterest: w.AgreedInterest}[k]
}

func (d Demand) invoiceGrid(lang Language) grid {
	w := words[lang]
	extended := false
	for _, v := range d.Invoices {
		extended = extended || !v.ExtendedTo.IsZero()
	}
	g := grid{columns: []column{{w.Invoice, false, 60}, {w.InvoiceDate, false, 35}, {w.DueDate, false, 40}, {w.Amount, true, 30}}}
	if extended {
		g.columns = []column{{w.Invoice, false, 45}, {w.InvoiceDate, false, 28}, {w.DueDate, false, 36}, {w.ExtendedTo, false, 28}, {w.Amount, true, 28}}
	}
	for _, v := range d.Invoices {
		row := []string{v.Number, lang.day(v.IssuedOn), lang.day(v.DueOn)}
		if extended {
			row = append(row, lang.day(v.ExtendedTo))
		}
		g.rows = append(g.rows, append(row, lang.amount(v.Amount)))
	}
	return g
}

// interestGrid has a part for each invoice when there are several.
func (d Demand) interestGrid(lang Language) grid {
	w := words[lang]
	g := grid{title: w.basis(d.InterestKind), columns: []column{
		{w.From, false, 28}, {w.UpTo, false, 32}, {w.Days, true, 16}, {w.Over, true, 34}, {w.PerYear, true, 25}, {w.Amount, true, 30},
	}}
	for i := range d.InterestLines {
		if part := d.interestPart(lang, i); part != "" {
			g.start(part)
		}
		g.rows = append(g.rows, d.InterestLines[i].row(lang))
	}
	if len(d.Invoices) > 1 && len(d.InterestFree) > 0 {
		g.start(w.AllInvoices)
	}
	for _, v := range d.InterestFree {
		g.rows = append(g.rows, []string{lang.day(v.From), lang.day(v.To), itoa(v.To.DaysSince(v.From) + 1), w.Grounds[v.Why], lang.percent("0"), lang.amount(0)})
	}
	return g
}

// interestPart is the title above the i-th line of interest: the invoice, when there are several and this is its first line.
func (d Demand) interestPart(lang Language, i int) string {
	line := d.InterestLines[i]
	if len(d.Invoices) == 1 || i > 0 && d.InterestLines[i-1].Invoice == line.Invoice {
		return ""
	}
	return words[lang].Invoice + " " + line.Invoice
}

func (v InterestLine) row(lang Language) []string {
	return []string{lang.day(v.From), lang.day(v.To), itoa(v.Days), lang.amount(v.Base), lang.percent(v.Percent), lang.amount(v.Interest)}
}
