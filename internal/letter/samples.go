package letter

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// SampleKind is which sample letter it is.
type SampleKind string

// The sample letters: what a client writes itself, before it hands a claim over or about an invoice that it keeps.
const (
	SampleReminder       SampleKind = "reminder"            // herinnering
	SampleSecondReminder SampleKind = "second-reminder"     // aanmaning
	SampleDefault        SampleKind = "notice-of-default"   // ingebrekestelling, art. 6:82 BW
	SampleFourteenDays   SampleKind = "14-day-letter"       // veertiendagenbrief to a consumer, art. 6:96 lid 6 BW
	SampleArrangement    SampleKind = "payment-arrangement" // confirmation of a betalingsregeling
	SampleInterruption   SampleKind = "interruption"        // stuiting, art. 3:317 BW
	SampleAnswer         SampleKind = "dispute-answer"      // to a dispute or a complaint
)

// SampleKinds are all of them, in the order in which a client comes to need them.
var SampleKinds = []SampleKind{SampleReminder, SampleSecondReminder, SampleDefault, SampleFourteenDays, SampleArrangement, SampleInterruption, SampleAnswer}

// Sample is a letter of the client itself, with its letterhead: the agency's name and registration are not in it. What is not filled in is a blank
// between [ ]. The zero Client is a letterhead of blanks.
type Sample struct {
	Kind     SampleKind
	Language Language
	Client   Party
	Brand    Brand             // how the client's letters look; the zero Brand is black on white
	Values   map[string]string // by the names of Variables, as typed: amounts like money.Parse reads, dates like calendar.ParseDate
	// Costs gives the collection costs that the law allows over an amount, on the day of the letter, which is zero when it is not filled in. Only the
	// 14-day letter asks, and only when its amount is filled in.
	Costs func(amount money.Amount, on calendar.Date) (money.Amount, error)
}

// frame are the variables of every letter, for address and date.
var frame = []string{"date", "debtor", "street", "postcode", "town"}

// Variables are what can be filled in in a letter of the kind, in the order of the letter; nil for an unknown kind.
func (k SampleKind) Variables() (out []Variable) {
	if !slices.Contains(SampleKinds, k) {
		return nil
	}
	used := sampleFields(k, Dutch) // Check insists that all languages use the same
	for _, v := range variables {
		if v.form < computedForm && (used[v.Name] || slices.Contains(frame, v.Name)) {
			out = append(out, v)
		}
	}
	return out
}

// ComposeSample writes a sample letter. Unknown variables, wrong values, and days in an order that cannot be are an *InvalidError; a character
// without a glyph is a *GlyphError; both wrapped. The same values give the same bytes.
func ComposeSample(s Sample) (Document, error) {
	p, err := s.paper()
	if err != nil {
		return Document{}, fmt.Errorf("compose sample letter: %w", err)
	}
	return p.document("sample " + string(s.Kind))
}

// fill reads the values, and works out what follows from them.
func (s *Sample) fill() (filled, error) {
	f := filled{printed: map[string]string{}, days: map[string]calendar.Date{}}
	c := checks(tidy(&s.Client))
	s.Client.Phone = unbroken(s.Client.Phone)
	c.valid(s.Brand.Check(), "client's brand")
	c.that(slices.Contains(SampleKinds, s.Kind), "kind %q is not a sample letter; right would be one of %v", s.Kind, SampleKinds)
	c.that(slices.Contains(Languages, s.Language), "language %q is unknown; right would be one of %v", s.Language, Languages)
	if len(c) > 0 {
		return f, &InvalidError{"sample letter", c}
	}
	for _, v := range variables {
		f.printed[v.Name] = v.blank(s.Language)
	}
	f.letterhead(s.Client)
	var names []string
	for _, v := range s.Kind.Variables() {
		names = append(names, v.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if !slices.Contains(names, name) {
			c.that(false, "it has no variable %q; right would be %s", name, strings.Join(names, ", "))
			continue
		}
		value := s.Values[name]
		c = append(c, tidy(&value)...)
		c.valid(f.read(*variableNamed(name), value, s.Language), name)
	}
	if len(c) == 0 {
		c = append(f.check(), s.compute(&f)...)
	}
	if len(c) > 0 {
		return f, &InvalidError{Kind("sample " + s.Kind), c}
	}
	return f, nil
}

// compute fills in what follows from the amount.
func (s *Sample) compute(f *filled) (c checks) {
	if f.amount == 0 {
		return nil
	}
	if s.Kind == SampleFourteenDays {
		if s.Costs == nil {
			return checks{"it must have the scale of collection costs (art. 6:96 lid 6 BW: the letter names the exact costs)"}
		}
		costs, err := s.Costs(f.amount, f.days["date"])
		c.valid(err, "collection costs")
		f.printed["costs"], f.printed["total"] = s.Language.amount(costs), s.Language.amount(f.amount+costs)
	}
	if f.instalments > 0 {
		parts := f.amount.Instalments(f.instalments)
		first, last := parts[0], parts[len(parts)-1]
		f.printed["instalment"], f.printed["last_instalment"] = s.Language.amount(first), s.Language.amount(last)
		if first == last {
			f.printed["last_instalment"] = "" // nothing to say of it
		}
	}
	return c
}

// paper writes the letter.
func (s *Sample) paper() (paper, error) {
	f, err := s.fill()
	if err != nil {
		return paper{}, err
	}
	text, err := write("sample-"+string(s.Kind), s.Language, f.printed)
	if err != nil {
		return paper{}, err
	}
	dressed, err := s.Brand.over(neutral)
	if err != nil {
		return paper{}, err
	}
	subject, body := subjectAndBody(text)
	blocks, err := blocksOf(body, func(string) ([]block, error) { return []block{{kind: objectBlock, payment: s.payment(f)}}, nil })
	if err != nil {
		return paper{}, err
	}
	sender := s.Client
	if sender == (Party{}) {
		sender = Party{Name: f.printed["client"], Street: f.printed["client_street"], Postcode: f.printed["client_postcode"], Town: f.printed["client_town"],
			Email: f.printed["email"], Phone: f.printed["phone"], KvK: f.printed["kvk"]}
	}
	to := Party{Name: f.printed["debtor"], Street: f.printed["street"], Postcode: f.printed["postcode"], Town: f.printed["town"]}
	sender.Registration = "" // a client has none
	return paper{
		lang: s.Language, subject: subject, on: f.days["date"], sender: sender, look: dressed, window: to.window(s.Language), footer: sender.footer(s.Language), blocks: blocks,
		references: []pair{{label: words[s.Language].Date, value: f.printed["date"]}, {label: words[s.Language].Invoice, value: f.printed["invoice"]}},
	}, nil
}

// payment is the box that says how to pay the client.
func (s *Sample) payment(f filled) *payment {
	w := words[s.Language]
	rows := []pair{{w.PayAmount, f.printed["amount"], true}, {w.PayIBAN, f.printed["iban"], true}, {w.PayName, f.printed["client"], false}, {w.PayMention, f.printed["invoice"], true}}
	if s.Kind == SampleFourteenDays {
		rows = append(rows, pair{w.PayByLetter, w.PayFourteen, false})
	} else {
		rows = append(rows, pair{w.PayBy, f.printed["pay_by"], false})
	}
	return &payment{title: w.PayTitle, rows: rows}
}
