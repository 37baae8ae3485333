package simulation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
)

// style is how a side is drawn. Each is another in black and white too: its line, its mark, and the shade of its colour.
type style struct{ colour, dashes, mark string }

// styles are those of the sides, in order. A mark is drawn about 0,0.
var styles = []style{
	{"#18345c", "", `<circle r="4.5" %s/>`},
	{"#c46a00", "9 5", `<rect x="-4.5" y="-4.5" width="9" height="9" %s/>`},
	{"#0b7a68", "2 4", `<path d="M0,-6 L6,5 L-6,5 Z" %s/>`},
	{"#b3261e", "12 4 2 4", `<path d="M0,-6 L6,0 L0,6 L-6,0 Z" %s/>`},
	{"#6b4a9e", "5 3 1 3 1 3", `<path d="M-5,-5 L5,5 M-5,5 L5,-5" %s/>`},
}

func styleOf(side int) style { return styles[side%len(styles)] }

// curve is what a side brought by the end of each week, from the hand-over on.
type curve struct {
	name   string
	style  style
	points []Interval // in cents; the first is the day of hand-over
}

// weekly is what was collected by the end of each week over runs; against, unless nil, is taken off run by run. A run that collects nothing more stays where it was.
func weekly(runs, against []Figures, weeks int) []Interval {
	by := func(x Figures, week int) int64 {
		if n := len(x.ByWeek); n > 0 && week > 0 {
			return x.ByWeek[min(week, n)-1].Cents()
		}
		return 0
	}
	points, values := make([]Interval, weeks+1), make([]int64, len(runs))
	for week := range points {
		for i, x := range runs {
			if values[i] = by(x, week); against != nil {
				values[i] -= by(against[i], week)
			}
		}
		points[week] = Over(values)
	}
	return points
}

// path gives the points of a line through the weeks, by a figure of each.
func (c curve) path(p panel, of func(Interval) int64) []string {
	points := make([]string, len(c.points))
	for week, point := range c.points {
		points[week] = fmt.Sprintf("%d,%d", p.x(week), p.y(money.Cents(of(point))))
	}
	return points
}

func mean(i Interval) int64 { return i.Mean }
func low(i Interval) int64  { return i.Low }
func high(i Interval) int64 { return i.High }

// band draws between what the runs lie, with its edges in the line of the side.
func (c curve) band(b *strings.Builder, p panel) {
	lower, upper := c.path(p, low), c.path(p, high)
	back := slices.Clone(lower)
	slices.Reverse(back)
	fmt.Fprintf(b, `<polygon points="%s %s" fill="%s" fill-opacity="0.13"/>`+"\n", strings.Join(upper, " "), strings.Join(back, " "), c.style.colour)
	for _, edge := range [][]string{lower, upper} {
		fmt.Fprintf(b, `<path d="M%s" fill="none" stroke="%s" stroke-width="0.8" stroke-dasharray="%s" stroke-opacity="0.8"/>`+"\n", strings.Join(edge, " L"), c.style.colour, c.style.dashes)
	}
}

// line draws the mean, with marks at places of its own. A line on which another lies is the broader one: both are seen.
func (c curve) line(b *strings.Builder, p panel, at, of int) {
	width := 22 + 16*(of-1-at) // tenths of a pixel
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="%d.%d" stroke-dasharray="%s" stroke-linejoin="round"/>`+"\n", strings.Join(c.path(p, mean), " "), c.style.colour, width/10, width%10, c.style.dashes)
	const marks = 6
	for n := range marks {
		week := (2*(n*of+at) + 1) * p.weeks / (2 * marks * of)
		c.markAt(b, p.x(week), p.y(money.Cents(c.points[week].Mean)))
	}
}

func (c curve) markAt(b *strings.Builder, x, y int64) {
	paint := fmt.Sprintf(`fill="#ffffff" stroke="%s" stroke-width="2"`, c.style.colour)
	fmt.Fprintf(b, `<g transform="translate(%d,%d)">%s</g>`+"\n", x, y, fmt.Sprintf(c.style.mark, paint))
}

// Room for what came in by the end, right of a panel.
const (
	whiskersAt, whiskerApart = plotRight + 14, 14
	labelTall, nameMost      = 38, 30
)

// ends draws the mean by the end with its interval as a whisker, and tells both in words, the highest on top.
func (p panel) ends(b *strings.Builder, curves []curve) {
	order := make([]int, len(curves))
	for i := range order {
		order[i] = i
	}
	last := func(i int) Interval { return curves[i].points[p.weeks] }
	slices.SortStableFunc(order, func(i, j int) int { return int(p.y(money.Cents(last(i).Mean)) - p.y(money.Cents(last(j).Mean))) })
	labelsAt := whiskersAt + whiskerApart*int64(len(curves)) + 12
	y := p.top - 6
	for n, i := range order {
		c, end := curves[i], last(i)
		at := whiskersAt + whiskerApart*int64(i)
		high, low := p.y(money.Cents(end.High)), p.y(money.Cents(end.Low))
		fmt.Fprintf(b, `<path d="M%d,%d L%d,%d M%d,%d L%d,%d M%d,%d L%d,%d" stroke="%s" stroke-width="1.8" fill="none"/>`+"\n", at, high, at, low, at-4, high, at+4, high, at-4, low, at+4, low, c.style.colour)
		c.markAt(b, at, p.y(money.Cents(end.Mean)))
		y = max(y, min(p.y(money.Cents(end.Mean))-4, p.top+p.tall-int64(len(order)-1-n)*labelTall-labelTall/2))
		fmt.Fprintf(b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="2.2" stroke-dasharray="%s"/>`, labelsAt, y-4, labelsAt+30, y-4, c.style.colour, c.style.dashes)
		c.markAt(b, labelsAt+15, y-4)
		fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="bold"><title>%s</title>%s</text><text x="%d" y="%d" font-size="12" fill="%s">%s [%s, %s]</text>`+"\n", labelsAt+38, y, escaped(c.name), escaped(shortened(c.name, nameMost)),
			labelsAt+38, y+16, grey, money.Cents(end.Mean), money.Cents(end.Low), money.Cents(end.High))
		y += labelTall
	}
}
