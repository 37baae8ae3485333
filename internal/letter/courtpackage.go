package letter

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Conductor is who conducts a procedure, and gets the package of it.
type Conductor string

// Who conducts procedures.
const (
	Bailiff Conductor = "bailiff"
	Lawyer  Conductor = "lawyer"
)

// Conductors are all of them.
var Conductors = []Conductor{Bailiff, Lawyer}

// CourtPackage is a claim for whoever conducts the procedure: what is owed and why, what was written and said. It is in Dutch, the language of the courts. Texts
// that a person typed must be Legible. The same package gives the same bytes.
type CourtPackage struct {
	To      Conductor
	Preview bool          // marked as one across each page: not to be used
	On      calendar.Date // everything is as it was known, and owed, at the end of this day

	Agency, Client, Debtor                      Party
	InBusiness, NaturalPerson                   bool // the debtor
	FileReference, ClientReference, Kenmerk, RF string
	TrustName, TrustIBAN                        string
	DebtorIBANs                                 []string // of accounts that money for the claim came from
	HandedOver, Chosen                          calendar.Date
	Demand                                      Demand // owed on On, split
	OpenPrincipal, OpenInterest, OpenCosts      money.Amount
	Enforceable                                 calendar.Date
	Term                                        LimitationTerm
	Interruptions                               []InterruptedOn
	Insolvencies                                []Insolvency
	Disputes                                    []Dispute
	Complaints                                  []Said
	Procedure                                   []Said // its stages
	Letters                                     []LeftLetter
	Documents                                   []ClaimDocument // that are held, in the order in which they are told
	Happenings                                  []Happening
}

// InterruptedOn is what interrupted limitation on a day: a demand that was received, an acknowledgement by paying or by a payment
// arrangement, a summons. Assumed: that it was received is not proven (art. 3:37 lid 3 BW).
type InterruptedOn struct {
	On      calendar.Date
	Why     Interrupter
	Assumed bool
}

// Interrupter is a kind of interruption.
type Interrupter string

// What interrupts limitation.
const (
	ByDemand      Interrupter = "demand"      // art. 3:317 BW
	ByHand        Interrupter = "by-hand"     // art. 3:317 BW; a person recorded it
	ByPayment     Interrupter = "payment"     // art. 3:318 BW
	ByArrangement Interrupter = "arrangement" // art. 3:318 BW
	BySummons     Interrupter = "summons"     // art. 3:316 BW
)

// Said is what a person said on a day.
type Said struct {
	On   calendar.Date
	Text string
}

// LeftLetter is a letter that left. PDF is its paper as it left; empty when nobody knows whether it did. Verdicts are those of its certificate.
type LeftLetter struct {
	Kind     Kind
	On       calendar.Date
	Post     bool          // else by e-mail
	Received calendar.Date // the day on which it counts as received; zero when it does not
	CameBack bool          // undeliverable
	ToClient bool
	PDF      []byte
	SHA256   string
	Verdicts []Verdict
}

// Happening is an event of the case file: its day, what it was, and its particulars.
type Happening struct {
	On             calendar.Date
	What, By, Said string
}

// ComposePackage makes the PDF of a package. A letter in it that this version of the program cannot take over is an error that wraps ErrForeign and tells its
// kind and day; a character that the fonts lack is a *GlyphError.
func ComposePackage(p CourtPackage) ([]byte, error) {
	if conductors[p.To] == "" {
		return nil, fmt.Errorf("compose package: %q conducts no procedures; right would be one of %v", p.To, Conductors)
	}
	b := book{title: p.title(), file: p.FileReference, on: p.On, preview: p.Preview}
	for i, section := range p.sections() {
		title := fmt.Sprintf("%d. %s", i+1, section.title)
		part, err := p.draw(title, section.blocks)
		if err != nil {
			return nil, fmt.Errorf("compose package: %w", err)
		}
		b.parts = append(b.parts, part)
		for n, d := range section.documents {
			enclosed, err := d.part(p, fmt.Sprintf("%d.%d %s", i+1, n+1, d.title()))
			if err != nil {
				return nil, fmt.Errorf("compose package: document %s: %w", d.SHA256, err)
			}
			b.parts = append(b.parts, enclosed)
		}
		for n, l := range section.letters {
			if b.parts, err = l.join(b.parts, fmt.Sprintf("%d.%d", i+1, n+1)); err != nil {
				return nil, fmt.Errorf("compose package: %w", err)
			}
		}
	}
	pdf, err := b.bind(p.contents)
	if err != nil {
		return nil, fmt.Errorf("compose package: %w", err)
	}
	return pdf, nil
}

// draw sets a part on paper.
func (p CourtPackage) draw(title string, blocks []block) (bookPart, error) {
	w := words[Dutch]
	page := paper{lang: Dutch, subject: title, on: p.On, sender: p.Agency, look: house, references: []pair{{label: w.FileReference, value: p.FileReference}}, blocks: blocks}
	s := newSheet(&page)
	s.nextPage()
	s.flow(s.atoms(), nextPageTop)
	return bookPart{title, s.pdf.leaves(), s.pdf.used}, s.err
}

// join adds the pages of a letter as they left, if they are there.
func (l LeftLetter) join(parts []bookPart, number string) ([]bookPart, error) {
	if len(l.PDF) == 0 {
		return parts, nil
	}
	leaves, used, err := readLeaves(l.PDF)
	if err != nil {
		return nil, fmt.Errorf("%s of %s %w", l.Kind, l.On, err)
	}
	return append(parts, bookPart{number + " " + l.name() + ", " + Dutch.day(l.On), leaves, used}), nil
}

func (l LeftLetter) name() string { return Dutch.NameOf(l.Kind) }

// NameOf is what a letter of a kind is called.
func (lang Language) NameOf(kind Kind) string {
	return firstNonEmpty(words[lang].Kinds[kind], string(kind))
}

// contents is the first page of the package, and the table of its parts.
func (p CourtPackage) contents(marks []mark) (bookPart, error) {
	g := grid{columns: []column{{"Onderdeel", false, 140}, {"Blad", true, 25}}}
	for _, m := range marks {
		g.rows = append(g.rows, []string{m.title, itoa(m.page)})
	}
	blocks := []block{
		plainWords(p.Client.Name + " tegen " + p.Debtor.Name),
		plainWords("Dit dossier is voor de " + conductors[p.To] + " die deze zaak voert. Alles staat erin zoals het bekend was aan het einde van " + Dutch.date(p.On) + "."),
	}
	if p.Preview {
		blocks = append(blocks, plainWords("Dit is een voorbeeld. Gebruik het niet in een procedure."))
	}
	blocks = append(blocks, tableOf(g), plainWords("Brieven staan erin op het papier waarop ze zijn verstuurd. Alleen het bladnummer bovenaan is erbij gezet."))
	return p.draw(p.title(), blocks)
}

func (p CourtPackage) title() string { return "Dossier voor de " + conductors[p.To] }

// conductors are the Dutch words for who conducts procedures.
var conductors = map[Conductor]string{Bailiff: "deurwaarder", Lawyer: "advocaat"}
