package report

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Workbook is the report as XLSX in a language: a sheet with its parts, without names of debtors, and one of claims. Amounts are numbers, days dates, texts texts, and nothing is a formula. The same report gives the same bytes.
func (r Report) Workbook(lang string) ([]byte, error) {
	f := excelize.NewFile()
	b := book{file: f, style: map[string]int{}}
	day := r.On.At(12, 0).UTC().Format(time.RFC3339)
	b.check(f.SetDocProps(&excelize.DocProperties{Created: day, Modified: day, Language: lang}))
	b.styles(lang)
	overview, list := wordsOf(lang).Overview, r.List(lang)
	b.check(f.SetSheetName(f.GetSheetName(0), overview))
	b.overview(overview, lang, r)
	b.list(list)
	if b.err != nil {
		return nil, fmt.Errorf("make a workbook: %w", b.err)
	}
	var out bytes.Buffer
	err := f.Write(&out)
	return out.Bytes(), err
}

// book is a workbook being written. The first error stops it.
type book struct {
	file  *excelize.File
	style map[string]int // by the kind of cell
	err   error
}

func (b *book) check(err error) {
	if b.err == nil {
		b.err = err
	}
}

// styles makes that of each kind of cell, plain and strong.
func (b *book) styles(lang string) {
	day := "yyyy-mm-dd"
	if lang == Languages()[0] {
		day = "dd-mm-yyyy"
	}
	amount, share := "#,##0.00", "0.0%"
	for _, kind := range []struct {
		name  string
		style excelize.Style
	}{
		{"text", excelize.Style{}}, {"note", excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{"amount", excelize.Style{CustomNumFmt: &amount}}, {"day", excelize.Style{CustomNumFmt: &day}}, {"share", excelize.Style{CustomNumFmt: &share}},
		{"head", excelize.Style{Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "18345C"}}}},
	} {
		for _, strong := range []bool{false, true} {
			style := kind.style
			style.Font = &excelize.Font{Bold: strong}
			id, err := b.file.NewStyle(&style)
			b.check(err)
			b.style[styled(kind.name, strong)] = id
		}
	}
}

func styled(name string, strong bool) string {
	if strong {
		return "strong " + name
	}
	return name
}

// put writes a value of a section into a cell; columns and rows count from 1.
func (b *book) put(sheet string, column, row int, value any, strong bool) {
	at, err := excelize.CoordinatesToCellName(column, row)
	b.check(err)
	kind := "text"
	switch v := value.(type) {
	case string:
		b.check(b.file.SetCellStr(sheet, at, v))
	case int:
		b.check(b.file.SetCellDefault(sheet, at, strconv.Itoa(v)))
	case money.Amount:
		kind = "amount"
		b.check(b.file.SetCellDefault(sheet, at, v.String())) // the text of a number: no float comes near it
	case PerMille:
		kind = "share"
		b.check(b.file.SetCellDefault(sheet, at, v.fraction()))
	case calendar.Date:
		kind = "day"
		if !v.IsZero() {
			b.check(b.file.SetCellDefault(sheet, at, strconv.Itoa(v.DaysSince(dayZero))))
		}
	default:
		b.check(fmt.Errorf("a cell cannot be %T", value))
	}
	b.dress(sheet, at, at, styled(kind, strong))
}

// dayZero is the day from which a spreadsheet counts days.
var dayZero = calendar.MustParseDate("1899-12-30")

func (b *book) dress(sheet, from, to, style string) {
	b.check(b.file.SetCellStyle(sheet, from, to, b.style[style]))
}

// head writes the names of columns.
func (b *book) head(sheet string, row int, names []string) {
	for i, name := range names {
		b.put(sheet, i+1, row, name, true)
		at, err := excelize.CoordinatesToCellName(i+1, row)
		b.check(err)
		b.dress(sheet, at, at, styled("head", true))
	}
}

// A note takes lines of about noteWidth characters over the columns of the sheet, each noteLine points high.
const noteWidth, noteLine = 90, 16

// overview writes the sections of a report under each other.
func (b *book) overview(sheet, lang string, r Report) {
	b.check(b.file.SetColWidth(sheet, "A", "A", 40))
	b.check(b.file.SetColWidth(sheet, "B", "E", 16))
	b.put(sheet, 1, 1, Title(lang, r.Period), true)
	row := 3
	for _, s := range r.Sections(lang) {
		if len(s.Rows) == 0 {
			continue
		}
		b.put(sheet, 1, row, s.Title, true)
		b.put(sheet, 1, row+1, s.Note, false)
		from, to := fmt.Sprintf("A%d", row+1), fmt.Sprintf("E%d", row+1)
		b.check(b.file.MergeCell(sheet, from, to))
		b.dress(sheet, from, to, "note")
		b.check(b.file.SetRowHeight(sheet, row+1, float64(noteLine*(1+utf8.RuneCountInString(s.Note)/noteWidth))))
		b.head(sheet, row+2, s.Head)
		row += 3
		for i, cells := range s.Rows {
			for n, cell := range cells {
				b.put(sheet, n+1, row, cell, s.Totals && i == len(s.Rows)-1)
			}
			row++
		}
		row++
	}
}

// list writes a sheet of claims that can be filtered, below a head that stays in sight.
func (b *book) list(s Section) {
	_, err := b.file.NewSheet(s.Title)
	b.check(err)
	b.head(s.Title, 1, s.Head)
	for i, cells := range s.Rows {
		for n, cell := range cells {
			b.put(s.Title, n+1, i+2, cell, false)
		}
	}
	last, err := excelize.ColumnNumberToName(len(s.Head))
	b.check(err)
	b.check(b.file.SetColWidth(s.Title, "A", last, 17))
	b.check(b.file.SetColWidth(s.Title, "B", "B", 34))
	b.check(b.file.AutoFilter(s.Title, fmt.Sprintf("A1:%s%d", last, len(s.Rows)+1), nil))
	b.check(b.file.SetPanes(s.Title, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}
