// Package law walks the dated tables of Dutch collection law: interest and collection costs, each row with its article.
// It must not know claims or letters, and it never extrapolates: a period past the last confirmed row is an error.
package law

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Tables is all dated law that a demand is computed from.
type Tables struct {
	Consumer   InterestTable
	Commercial InterestTable
	Costs      []CostScale
	Court      CourtTables
	VATRates   []VATRate
}

// Percent is a yearly percentage, exact; its text form is the published one ("10.4").
type Percent struct{ Text string }

// Fraction is the percentage as an exact part of one: 4% is 1/25.
func (p Percent) Fraction() *big.Rat {
	number, over := p.decimal()
	return big.NewRat(number, 100*over)
}

// decimal is the percentage as a whole number over a power of ten: 10.15% is 1015 over 100.
func (p Percent) decimal() (number, over int64) {
	whole, places, _ := strings.Cut(p.Text, ".")
	number, err := strconv.ParseInt(whole+places, 10, 64)
	if err != nil {
		panic("law: percent was not validated: " + p.Text)
	}
	over = 1
	for range places {
		over *= 10
	}
	return number, over
}

// mostDecimals is a power of ten that is a multiple of what any percentage is over.
const mostDecimals = 1_000_000

var writtenPercent = regexp.MustCompile(`^\d{1,3}(\.\d{1,6})?$`)

// UnmarshalText reads a percentage between 0 and 100.
func (p *Percent) UnmarshalText(text []byte) error {
	read := Percent{string(text)}
	if !writtenPercent.MatchString(read.Text) || read.Fraction().Cmp(big.NewRat(1, 1)) > 0 {
		return fmt.Errorf("percent %q is not a number from 0 to 100; right would be \"10.4\"", text)
	}
	*p = read
	return nil
}

// Plain is the percentage in the one form without zeros that say nothing: 08.50 is 8.5, and 8.0 is 8. None stays none.
func (p Percent) Plain() Percent {
	whole, places, _ := strings.Cut(p.Text, ".")
	plain := strings.TrimLeft(whole, "0")
	if plain == "" && whole != "" {
		plain = "0"
	}
	if places = strings.TrimRight(places, "0"); places != "" {
		plain += "." + places
	}
	return Percent{plain}
}

// MarshalText writes the published form.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.Text), nil }

// Rate is the interest rate that holds from a day on.
type Rate struct {
	From    calendar.Date `yaml:"from"`
	Percent Percent       `yaml:"percent"`
}

// InterestTable is one kind of statutory interest.
type InterestTable struct {
	Article        string        `yaml:"article"`
	Source         string        `yaml:"source"`
	ConfirmedUntil calendar.Date `yaml:"confirmed_until"` // inclusive
	Rates          []Rate        `yaml:"rates"`
	simple         bool          // interest on interest was not agreed
}

// CostScale is the scale of collection costs that holds from a day on.
type CostScale struct {
	From    calendar.Date `yaml:"from"`
	Article string        `yaml:"article"`
	Source  string        `yaml:"source"`
	Minimum money.Amount  `yaml:"minimum"`
	Maximum money.Amount  `yaml:"maximum"`
	Bands   []Band        `yaml:"bands"`
	// Instalments is against costs that pile up over periodic instalments; nil before that was law.
	Instalments *InstalmentRule `yaml:"instalments"`
}

// Band is a slice of the principal with its percentage; the last band has no upper end.
type Band struct {
	UpTo    money.Amount `yaml:"up_to"`
	Percent Percent      `yaml:"percent"`
}

// TableFiles are the files that ReadTables reads, in the order of their errors.
var TableFiles = []string{"interest.yaml", "costs.yaml", "court.yaml", "vat.yaml"}

// ReadTables reads the TableFiles of a directory. Unknown keys, rows out of order, missing articles and sources are errors that name file and row,
// one a line, for all files at once.
func ReadTables(dir fs.FS) (Tables, error) {
	var kinds struct {
		Consumer   InterestTable `yaml:"consumer"`
		Commercial InterestTable `yaml:"commercial"`
	}
	var t Tables
	into := map[string]any{"interest.yaml": &kinds, "costs.yaml": &t.Costs, "court.yaml": &t.Court, "vat.yaml": &t.VATRates}
	checks := map[string]func() error{
		"interest.yaml": func() error {
			t.Consumer, t.Commercial = kinds.Consumer, kinds.Commercial
			return checkInterest(t.Consumer, t.Commercial)
		},
		"costs.yaml": func() error { return checkCosts(t.Costs) },
		"court.yaml": func() error { return t.Court.check() },
		"vat.yaml":   func() error { return checkVAT(t.VATRates) },
	}
	var problems []error
	for _, name := range TableFiles {
		data, err := fs.ReadFile(dir, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			err = errors.New("is not there; right would be " + strings.Join(TableFiles, ", ") + " in one directory")
		case err == nil:
			err = strict(data, into[name])
		}
		if err == nil {
			err = checks[name]()
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	if len(problems) > 0 {
		return Tables{}, errors.Join(problems...)
	}
	return t, nil
}

func checkInterest(consumer, commercial InterestTable) error {
	if err := consumer.check(); err != nil {
		return fmt.Errorf("consumer: %w", err)
	}
	if err := commercial.check(); err != nil {
		return fmt.Errorf("commercial: %w", err)
	}
	return nil
}

func checkCosts(scales []CostScale) error {
	if len(scales) == 0 {
		return fmt.Errorf("no scale")
	}
	for i, scale := range scales {
		upTo := make([]money.Amount, len(scale.Bands))
		for j, band := range scale.Bands {
			if upTo[j] = band.UpTo; band.Percent.Text == "" {
				return fmt.Errorf("scale %d: band %d has no percent", i+1, j+1)
			}
		}
		switch {
		case scale.From.IsZero() || scale.Article == "" || scale.Source == "":
			return fmt.Errorf("scale %d: needs from, article and source", i+1)
		case !ascending(upTo):
			return fmt.Errorf("scale %d: needs bands in rising order of which only the last has no up_to", i+1)
		case scale.Minimum < 0:
			return fmt.Errorf("scale %d: the minimum %s is negative; right would be an amount from 0.00", i+1, scale.Minimum)
		case scale.Maximum < scale.Minimum:
			return fmt.Errorf("scale %d: the maximum %s is less than the minimum %s", i+1, scale.Maximum, scale.Minimum)
		case i > 0 && !scale.From.After(scales[i-1].From):
			return fmt.Errorf("scale %d: %s does not come after the scale before it", i+1, scale.From)
		case scale.Instalments != nil && (scale.Instalments.Article == "" || scale.Instalments.Source == "" || scale.Instalments.Months <= 0):
			return fmt.Errorf("scale %d: instalments needs article, source and months", i+1)
		}
	}
	if scales[len(scales)-1].Instalments == nil {
		return fmt.Errorf("scale %d: needs instalments: costs over periodic instalments do not pile up since 2024-10-01 (art. 2a)", len(scales))
	}
	return nil
}

// rising says whether the upper ends rise; the last may be open.
func rising(upTo []money.Amount) bool {
	return ascending(upTo) || ascending(append(slices.Clone(upTo), 0))
}

// ascending says whether the upper ends rise and only the last is open.
func ascending(upTo []money.Amount) bool {
	for i, end := range upTo {
		if last := i == len(upTo)-1; last != (end == 0) || (i > 0 && !last && end <= upTo[i-1]) {
			return false
		}
	}
	return len(upTo) > 0
}

// strict decodes the one document of a file; what yaml says of several lines is one.
func strict(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var lines *yaml.TypeError
	switch err := decoder.Decode(into); {
	case errors.Is(err, io.EOF):
		return errors.New("the file is empty")
	case errors.As(err, &lines):
		return errors.New(strings.Join(lines.Errors, "; "))
	case err != nil:
		return err
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("there is more after the first document; right would be one")
	}
	return nil
}

// knownYears is for how many years at most a figure that changes is published ahead: the salaries of a court are, for two. More is a slip of the hand, which
// would let an old figure run on.
const knownYears = 2

func (t InterestTable) check() error {
	if t.Article == "" || t.Source == "" || t.ConfirmedUntil.IsZero() || len(t.Rates) == 0 {
		return fmt.Errorf("needs article, source, confirmed_until and rates")
	}
	if last := t.Rates[len(t.Rates)-1].From; t.ConfirmedUntil.Before(last) {
		return fmt.Errorf("confirmed_until %s comes before the last row, %s; right would be the last day on which that row is known to hold", t.ConfirmedUntil, last)
	}
	if last := t.Rates[len(t.Rates)-1].From; t.ConfirmedUntil.After(last.AddYears(knownYears)) {
		return fmt.Errorf("confirmed_until %s is more than %d years after the last row, %s: nothing is published so far ahead; right would be the day up to which it is published, with a row of the same percentage when it stayed", t.ConfirmedUntil, knownYears, last)
	}
	if missing := t.missingRow(); !missing.IsZero() {
		return fmt.Errorf("confirmed_until %s has no row from %s; right would be a row for each half-year from %s on, also when the percentage stays", t.ConfirmedUntil, missing, everyHalfYear)
	}
	for i, rate := range t.Rates {
		if rate.From.IsZero() {
			return fmt.Errorf("row %d: has no from", i+1)
		}
		if rate.Percent.Text == "" {
			return fmt.Errorf("row %d: %s has no percent", i+1, rate.From)
		}
		if i > 0 && !rate.From.After(t.Rates[i-1].From) {
			return fmt.Errorf("row %d: %s does not come after the row before it", i+1, t.Rates[i].From)
		}
	}
	return nil
}

// everyHalfYear is the first half-year that must have a row of its own. One of before in which the rate stayed has none.
var everyHalfYear = calendar.NewDate(2027, 1, 1)

// missingRow is the first day of a half-year that is said to be confirmed and has no row; no date when there is none. Rates are set per half-year (art. 6:120 BW):
// a last day that was moved alone would let an old rate run on.
func (t InterestTable) missingRow() calendar.Date {
	for from := everyHalfYear; !from.After(t.ConfirmedUntil); from = from.AddMonths(6) {
		if !slices.ContainsFunc(t.Rates, func(r Rate) bool { return r.From == from }) {
			return from
		}
	}
	return calendar.Date{}
}
