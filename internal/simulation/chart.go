package simulation

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// Sizes of the chart, in pixels.
const (
	chartWidth, chartHeight = 900, 480
	plotLeft, plotTop       = 110, 70
	plotRight, plotBottom   = chartWidth - 40, chartHeight - 60
	plotWidth, plotTall     = plotRight - plotLeft, plotBottom - plotTop
	mostTicks               = 10 // of an axis
)

// strokes are the colours of the sides, in order.
var strokes = []string{"#18345c", "#b26a00", "#0b6b5d", "#a32020", "#5b3a8c"}

// Chart draws, as SVG, what was collected by the end of each week after hand-over on each side of a setup, as the mean over its runs, over all of its years. The same figures give the same bytes.
func Chart(title string, setup Setup, figures [][]Figures) string {
	sides, years := setup.Sides, max(1, setup.Years)
	curves, weeks, most := make([][]money.Amount, len(sides)), weeksOf(years), money.Amount(1)
	for i := range sides {
		curves[i] = meanByWeek(figures[i])
		if n := len(curves[i]); n > 0 {
			most = money.Max(most, curves[i][n-1])
		}
	}
	step := roundStep(most.Cents(), mostTicks/2)
	top := money.Cents((most.Cents() + step - 1) / step * step)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Open Sans, Helvetica, Arial, sans-serif" font-size="13">`+"\n", chartWidth, chartHeight, chartWidth, chartHeight)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/><text x="24" y="34" font-size="17" font-weight="bold" fill="#18345c">%s</text>`+"\n", chartWidth, chartHeight, escaped(title))
	axes(&b, years, top, step)
	for i, curve := range curves {
		var points strings.Builder
		for week := range weeks + 1 {
			if n := len(curve); n > 0 {
				fmt.Fprintf(&points, "%d,%d ", plotLeft+plotWidth*week/weeks, height(curve[min(week, n-1)], top))
			}
		}
		colour := strokes[i%len(strokes)]
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2.5"/>`, strings.TrimSpace(points.String()), colour)
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="%s" font-weight="bold">%s</text>`+"\n", plotRight-12, plotBottom-12-18*(len(sides)-1-i), colour, escaped(sides[i].Name))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// weeksOf is how many weeks years have, the last one begun.
func weeksOf(years int) int { return (years*1461 + 27) / 28 }

// roundStep is the smallest of 1, 2, 5, 10, 20, 50 ... of which at most so many reach to most.
func roundStep(most int64, ticks int64) int64 {
	for ten := int64(1); ; ten *= 10 {
		for _, step := range []int64{ten, 2 * ten, 5 * ten} {
			if step*ticks >= most {
				return step
			}
		}
	}
}

func height(amount, top money.Amount) int64 {
	return plotBottom - plotTall*amount.Cents()/top.Cents()
}

// axes draws them with round numbers: amounts by a step in cents, and years.
func axes(b *strings.Builder, years int, top money.Amount, step int64) {
	for cents := int64(0); cents <= top.Cents(); cents += step {
		y := height(money.Cents(cents), top)
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#e4e7eb"/><text x="%d" y="%d" text-anchor="end" fill="#687079">%s</text>`+"\n", plotLeft, y, plotRight, y, plotLeft-8, y+4, money.Cents(cents))
	}
	for year := 0; year <= years; year += int(roundStep(int64(years), mostTicks)) {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#687079">%d</text>`+"\n", plotLeft+plotWidth*year/years, plotBottom+20, year)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#687079">years after hand-over</text><text x="24" y="%d" fill="#687079">euro collected</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+44, plotTop-14)
}

// meanByWeek is what was collected by the end of each week, as the mean over runs; a run that collected nothing more stays where it was.
func meanByWeek(runs []Figures) (mean []money.Amount) {
	weeks := 0
	for _, x := range runs {
		weeks = max(weeks, len(x.ByWeek))
	}
	for week := range weeks {
		sum := int64(0)
		for _, x := range runs {
			if n := len(x.ByWeek); n > 0 {
				sum += x.ByWeek[min(week, n-1)].Cents()
			}
		}
		mean = append(mean, money.Cents(sum/int64(len(runs))))
	}
	return mean
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
