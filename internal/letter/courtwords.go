package letter

import "math"

// everything is no limit to how many characters of a text stand in a package.
const everything = math.MaxInt32

// mostOfCell is how many characters a cell of a package has at most: a row must fit on a page.
const mostOfCell = 600

// knownTable is a table of what is known, which leaves out what is not.
func knownTable() grid {
	return grid{columns: []column{{"Gegeven", false, 45}, {"Inhoud", false, 120}}}
}

func (g *grid) add(what, known string) {
	if known != "" {
		g.fill(what, known)
	}
}

// fill adds a row, and goes on with a cell that is too long for one in rows below it.
func (g *grid) fill(cells ...string) {
	rest := make([]string, len(cells))
	row, more := make([]string, len(cells)), false
	for i, cell := range cells {
		row[i] = cell
		if r := []rune(cell); len(r) > mostOfCell {
			row[i], rest[i], more = string(r[:mostOfCell]), string(r[mostOfCell:]), true
		}
	}
	if g.rows = append(g.rows, row); more {
		g.fill(rest...)
	}
}

func tableOf(g grid) block { return block{kind: objectBlock, figure: &figure{grids: []grid{g}}} }

func titled(text string) block { return block{kind: heading, spans: []span{{text, true}}} }

// plainWords is a paragraph without mark-up.
func plainWords(text string) block { return block{kind: paragraph, spans: []span{{text, false}}} }
