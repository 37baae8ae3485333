package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Inert keeps a spreadsheet that opens a CSV from running a text as a formula: a text that begins like one gets an apostrophe before it.
func Inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// Number is the part in hundredths, with one decimal: 36.7, -0.5.
func (p PerMille) Number() string { return p.over(10, 1) }

// String is the part as a percentage: 36.7%.
func (p PerMille) String() string { return p.Number() + "%" }

// fraction is the part of one, exactly: 0.367.
func (p PerMille) fraction() string { return p.over(1000, 3) }

// over is the part divided by a power of ten, with as many decimals, and its sign once.
func (p PerMille) over(ten PerMille, decimals int) string {
	sign := ""
	if p < 0 {
		sign, p = "-", -p
	}
	return fmt.Sprintf("%s%d.%0*d", sign, p/ten, decimals, p%ten)
}

// CSV is the list of claims in a language: UTF-8 with a mark that tells so, a line for each claim below one of heads. As a spreadsheet of the language reads it when it opens the file: in Dutch semicolons and decimal commas,
// else commas and decimal points. Days are 2026-11-03. The same report gives the same bytes.
func (r Report) CSV(lang string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	amount := money.Amount.String
	if lang == Languages()[0] {
		w.Comma, amount = ';', func(a money.Amount) string { return strings.Replace(a.String(), ".", ",", 1) }
	}
	list := r.List(lang)
	if err := w.Write(list.Head); err != nil {
		return nil, err
	}
	for _, row := range list.Rows {
		line := make([]string, len(row))
		for i, cell := range row {
			switch v := cell.(type) {
			case string:
				line[i] = Inert(v)
			case money.Amount:
				line[i] = amount(v)
			case calendar.Date:
				if !v.IsZero() {
					line[i] = v.String()
				}
			case int:
				line[i] = strconv.Itoa(v)
			default:
				return nil, fmt.Errorf("a cell cannot be %T", cell)
			}
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
