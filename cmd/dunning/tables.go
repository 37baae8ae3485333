package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"github.com/incassocenter/dunning/internal/money"
)

const (
	// widest is how wide a table may be where nobody looks: a file, a pipe. Wider rows cannot be read when they are looked at later.
	widest = 180
	// narrowest is how narrow a table is made at most; a terminal that is narrower breaks its lines.
	narrowest = 80
	// leastColumn is how narrow a column is made at most: a date, an amount.
	leastColumn = 12
)

func newTable(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(header)
	return t
}

// widthOf is how wide a table for w may be.
func widthOf(w io.Writer) int {
	if !terminal(w) {
		return widest
	}
	width, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return widest
	}
	return max(width, narrowest)
}

// printRows writes a table, or the sentence for when there is nothing in it.
func printRows(w io.Writer, none string, header table.Row, rows []table.Row) error {
	if len(rows) > 0 {
		none = fitted(widthOf(w), header, rows, nil)
	}
	_, err := fmt.Fprintln(w, none)
	return err
}

// fitted renders a table whose rows have long texts: the widest columns are wrapped, all to the same width, until it fits. footer may be nil.
func fitted(width int, header table.Row, rows []table.Row, footer table.Row) string {
	t := newTable(header...)
	for _, row := range rows {
		for i, cell := range row {
			if words, is := cell.(string); is {
				row[i] = seen(words)
			}
		}
	}
	t.AppendRows(rows)
	if footer != nil {
		t.AppendFooter(footer)
	}
	wide, configs := make([]int, len(header)), make([]table.ColumnConfig, len(header))
	for _, row := range append([]table.Row{header, footer}, rows...) {
		for i, cell := range row {
			wide[i] = max(wide[i], text.LongestLineLen(fmt.Sprint(cell)))
			if _, amount := cell.(money.Amount); amount { // also where other rows have none
				configs[i].Align = text.AlignRight
			}
		}
	}
	most := mostThatFits(wide, width-3*len(wide)-1)
	for i := range configs {
		configs[i].Number = i + 1
		if most > 0 {
			configs[i].WidthMax, configs[i].WidthMaxEnforcer = min(wide[i], most), text.WrapSoft
		}
	}
	t.SetColumnConfigs(configs)
	t.Style().Options.SeparateRows = most > 0
	return t.Render()
}

// seen is a text without what a terminal would not show, but do: controls, and what turns the direction of the text after it. Banks, payers and mail servers tell such texts.
func seen(words string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, words)
}

// mostThatFits is the width to which columns are wrapped so that together they have room; 0 when none needs to be.
func mostThatFits(wide []int, room int) int {
	together := func(most int) (sum int) {
		for _, w := range wide {
			sum += min(w, most)
		}
		return sum
	}
	most := slices.Max(wide)
	if together(most) <= room {
		return 0
	}
	for most > leastColumn && together(most) > room {
		most--
	}
	return most
}
