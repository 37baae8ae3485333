package letter

import (
	"math"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// chart is a drawing of figures; it can be read without colours. It is bars on the letter's own paper: a library for charts would bring fonts and a PDF of its own.
type chart struct {
	height float64 // millimetres
	draw   func(s *sheet, y float64)
}

func (s *sheet) chartAtom(c chart) atom {
	return atom{space: 2.4, height: c.height, draw: func(y float64) { c.draw(s, y) }}
}

const chartSize = 7.2 // points, of the words in a chart

// bar is one of a chart of counts.
type bar struct {
	name  string
	count int
}

// barChart has a line for each bar: its name, the bar and the count behind it.
func barChart(bars []bar) *chart {
	const row, thick, names, counts = 5.4, 3.4, 46.0, 14.0
	most := 1
	for _, b := range bars {
		most = max(most, b.count)
	}
	return &chart{height: row * float64(len(bars)), draw: func(s *sheet, y float64) {
		for _, b := range bars {
			base := y + (row-lineHeight(chartSize))/2 + ascent(chartSize)
			s.putRight(left+names-2, base, b.name, chartSize, false, ink)
			wide := (textWidth - names - counts) * float64(b.count) / float64(most)
			s.fill(left+names, y+(row-thick)/2, wide, thick, 0, s.p.look.accent)
			s.put(left+names+wide+1.5, base, itoa(b.count), chartSize, true, ink)
			y += row
		}
		s.line(left+names, y-row*float64(len(bars)), left+names, y, 0.2, grey)
	}}
}

// twin is two amounts beside each other, as of a month.
type twin struct {
	name          string
	first, second money.Amount
}

// axis is the amounts of a chart from its bottom to its top.
type axis struct {
	low, high, step money.Amount
	top, tall       float64
}

// axisOf has round numbers that the amounts lie between, and 0.
func axisOf(twins []twin, top, tall float64) axis {
	var low, high money.Amount
	for _, t := range twins {
		low, high = min(low, t.first, t.second), max(high, t.first, t.second)
	}
	step := money.Step(max(100, high-low), 5) // a euro at least
	up := func(a money.Amount) money.Amount { return (a + step - 1) / step * step }
	return axis{low: -up(-low), high: max(up(high), step), step: step, top: top, tall: tall}
}

func (a axis) y(amount money.Amount) float64 {
	return a.top + a.tall*float64(a.high-amount)/float64(a.high-a.low)
}

// twinChart has two bars for each twin, the first light with a line around it and the second dark, and what they are above it.
func twinChart(lang Language, legend [2]string, twins []twin) *chart {
	const legendTall, tall, namesTall, amounts = 6.0, 42.0, 5.5, 20.0
	return &chart{height: legendTall + tall + namesTall, draw: func(s *sheet, y float64) {
		s.twinLegend(left+amounts, y, legend)
		a := axisOf(twins, y+legendTall, tall)
		for amount := a.low; amount <= a.high; amount += a.step {
			thick, c := 0.15, hairline
			if amount == 0 {
				thick, c = 0.3, grey
			}
			s.line(left+amounts, a.y(amount), right, a.y(amount), thick, c)
			s.putRight(left+amounts-2, a.y(amount)+0.9, wholeEuros(lang, amount), chartSize, false, grey)
		}
		wide := (textWidth - amounts) / float64(len(twins))
		every := int(math.Ceil(13 / wide)) // a name needs as much room
		for i, t := range twins {
			x := left + amounts + float64(i)*wide
			s.twinBar(a, x+wide*0.14, wide*0.36, t.first, false)
			s.twinBar(a, x+wide*0.50, wide*0.36, t.second, true)
			if at := x + wide/2 - width(t.name, chartSize, false)/2; every == 1 {
				s.put(at, a.top+a.tall+4, t.name, chartSize, false, ink)
			} else if i%every == 0 && x+width(t.name, chartSize, false) <= right { // begins where its bars do
				s.put(x, a.top+a.tall+4, t.name, chartSize, false, ink)
			}
		}
	}}
}

// twinLegend says what the light and the dark bars are.
func (s *sheet) twinLegend(x, y float64, legend [2]string) {
	const side = 2.8
	for i, words := range legend {
		s.swatch(x, y, side, side, i == 1)
		s.put(x+side+1.5, y+side-0.4, words, chartSize, false, ink)
		x += side + 1.5 + width(words, chartSize, false) + 8
	}
}

// twinBar stands on 0, or hangs from it when the amount is less than nothing.
func (s *sheet) twinBar(a axis, x, wide float64, amount money.Amount, dark bool) {
	if amount != 0 {
		s.swatch(x, math.Min(a.y(0), a.y(amount)), wide, math.Abs(a.y(amount)-a.y(0)), dark)
	}
}

// swatch is a dark field, or a light one with a line around it.
func (s *sheet) swatch(x, y, wide, tall float64, dark bool) {
	c := tint
	if dark {
		c = s.p.look.accent
	}
	s.fill(x, y, wide, tall, 0, c)
	s.frame(x, y, wide, tall, 0, 0.2, s.p.look.accent)
}

// wholeEuros is an amount without its cents, of which a line of an axis has none.
func wholeEuros(lang Language, amount money.Amount) string {
	whole := lang.amount(amount)
	return whole[:strings.LastIndexAny(whole, ".,")]
}
