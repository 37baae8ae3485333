package simulation

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// Sizes of the chart, in pixels. Right of the panels is the room for what came in by the end.
const (
	chartWidth          = 1060
	plotLeft, plotRight = 110, 700
	plotWidth           = plotRight - plotLeft
	sumsTop, sumsTall   = 96, 330 // the panel of what was collected
	gapTall, apartTall  = 92, 170 // the panel of the differences, below it
	footTall            = 78      // below the last panel: years, and what bands are
	mostTicks           = 10      // of an axis
	ink, grey, grid     = "#1a1f24", "#5a626b", "#dfe3e8"
)

// panel is a part of the chart with an axis of amounts of its own; all have the same years.
type panel struct {
	top, tall    int64
	low, high    money.Amount // at its bottom and at its top
	step         money.Amount // between two lines of the grid
	years, weeks int
}

// newPanel makes room for amounts from low (not above 0.00) to high (not below), with round numbers on at most so many lines.
func newPanel(top, tall int64, low, high money.Amount, years int) panel {
	step := money.Step(max(1, high-low), mostTicks/2)
	up := func(a money.Amount) money.Amount { return (a + step - 1) / step * step }
	return panel{top: top, tall: tall, low: -up(-low), high: max(up(high), -up(-low)+step), step: step, years: years, weeks: weeksOf(years)}
}

func (p panel) x(week int) int64 { return plotLeft + plotWidth*int64(week)/int64(p.weeks) }

func (p panel) y(a money.Amount) int64 {
	return p.top + p.tall - p.tall*(a-p.low).Cents()/(p.high-p.low).Cents()
}

// Chart draws, as SVG, what was collected by the end of each week after hand-over on each side of a setup: the mean over its runs, and the band that Over gives; of several sides below it how each differs from the first, run by run.
// It can be read without colours: sides have lines, marks and bands of their own. The same figures give the same bytes.
func Chart(title string, setup Setup, figures [][]Figures) string {
	years, runs := max(1, setup.Years), 0
	sums := make([]curve, len(setup.Sides))
	for i, side := range setup.Sides {
		sums[i] = curve{name: side.Name, style: styleOf(i), points: weekly(figures[i], nil, weeksOf(years))}
		runs = len(figures[i])
	}
	var b strings.Builder
	tall := int64(sumsTop + sumsTall + footTall)
	if len(sums) > 1 {
		tall += gapTall + apartTall
	}
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Open Sans, Helvetica, Arial, sans-serif" font-size="13" fill="%s">`+"\n", chartWidth, tall, chartWidth, tall, ink)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/><text x="24" y="34" font-size="17" font-weight="bold">%s</text>`+"\n", chartWidth, tall, escaped(title))
	drawPanel(&b, sumsTop, sumsTall, years, "collected since hand-over, in euro", sums)
	if len(sums) > 1 {
		apart := make([]curve, len(sums)-1)
		for i := range apart {
			apart[i] = curve{name: sums[i+1].name, style: sums[i+1].style, points: weekly(figures[i+1], figures[0], weeksOf(years))}
		}
		drawPanel(&b, sumsTop+sumsTall+gapTall, apartTall, years, "collected more (less: below 0) than on "+sums[0].name+", of the same debtors, in euro", apart)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">years after hand-over</text>`, (plotLeft+plotRight)/2, tall-34, grey)
	fmt.Fprintf(&b, `<text x="24" y="%d" font-size="12" fill="%s">%s</text>`+"\n</svg>\n", tall-10, grey, legend(runs))
	return b.String()
}

// legend says what line and band are.
func legend(runs int) string {
	if runs == 1 {
		return "line: the one run that was played"
	}
	return fmt.Sprintf("line: mean of %d runs; band: between what %s of them lie, which is chance while debtors behave as the model says", runs, between(runs))
}

// between says how many of the runs a band has.
func between(runs int) string {
	if runs*Outside/100 > 0 {
		return "nine of ten"
	}
	return "all"
}

// drawPanel draws curves, first what is behind: the grid, the bands, then the lines. What came in by the end stands at the right, with its interval.
func drawPanel(b *strings.Builder, top, tall int64, years int, title string, curves []curve) {
	low, high := money.Amount(0), money.Amount(0)
	for _, c := range curves {
		for _, point := range c.points {
			low, high = min(low, money.Cents(point.Low)), max(high, money.Cents(point.High))
		}
	}
	p := newPanel(top, tall, low, high, years)
	p.axes(b, title)
	for _, c := range curves {
		c.band(b, p)
	}
	for i, c := range curves {
		c.line(b, p, i, len(curves))
	}
	p.ends(b, curves)
}

// weeksOf is how many weeks years have, the last one begun.
func weeksOf(years int) int { return (years*1461 + 27) / 28 }

// axes draws them with round numbers, and what they are of.
func (p panel) axes(b *strings.Builder, title string) {
	for a := p.low; a <= p.high; a += p.step {
		y, stroke, width := p.y(a), grid, 1
		if a == 0 {
			stroke, width = grey, 1
		}
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="%d"/><text x="%d" y="%d" text-anchor="end" fill="%s">%s</text>`+"\n", plotLeft, y, plotRight, y, stroke, width, plotLeft-8, y+4, grey, euros(a, p.step))
	}
	bottom := p.top + p.tall
	for year := 0; year <= p.years; year += money.Step(p.years, mostTicks) {
		x := plotLeft + plotWidth*int64(year)/int64(p.years)
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s"/><text x="%d" y="%d" text-anchor="middle" fill="%s">%d</text>`+"\n", x, bottom, x, bottom+5, grey, x, bottom+20, grey, year)
	}
	fmt.Fprintf(b, `<text x="24" y="%d" font-weight="bold">%s</text>`+"\n", p.top-20, escaped(shortened(title, 110)))
}

// euros writes an amount of an axis with blanks between the thousands, without cents where no line of it has any.
func euros(a, step money.Amount) string {
	whole, cents, _ := strings.Cut(a.Abs().String(), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "\u202f" + whole[i:]
	}
	if a < 0 {
		whole = "\u2212" + whole
	}
	if step.Cents()%100 == 0 {
		return whole
	}
	return whole + "." + cents
}

func shortened(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
