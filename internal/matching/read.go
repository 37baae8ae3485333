package matching

import (
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
)

// reading is a payment as the rules look at it.
type reading struct {
	Payment
	named    map[*entry]Evidence // by an exact reference
	closed   bool                // a reference of a claim that is closed
	repaired map[*entry]Evidence // by a reference with one typing error, or without its check digits
	numbers  map[string]Evidence // numbers of open claims
	runs     []run               // everything that may be a number
	lettered []string            // the digits of what looks like the number of an invoice with letters in front, in the text
	payer    name                // payer and on whose behalf, as one set of words
	text     name
	postcode string
	readings [][]string      // the words of the text, see readingsOf
	said     map[string]bool // all of them
	payerKey string          // the payer's name as one
	ofDebt   bool            // one of them says that a debt is paid
}

// run is a row of digits as it was written: in one piece, or in pieces with nothing but spaces, points and hyphens between them.
type run struct {
	digits string
	read   bool // letters were read as the digits that they look like
	pieces int
	whole  bool // from the first piece of the row
	valid  bool // it has the length of a reference, and its check digits hold
	where  Field
}

const (
	rfDigits      = 12 // two check digits and ten more
	kenmerkDigits = 16
)

func (x *Index) read(p Payment) *reading {
	p.IBAN = bank.NormaliseIBAN(p.IBAN)
	r := &reading{
		Payment: p, named: map[*entry]Evidence{}, repaired: map[*entry]Evidence{}, numbers: map[string]Evidence{},
		payer: parseName(p.Payer+" "+p.OnBehalfOf, false), text: parseName(p.Text, false), postcode: postcodeIn(p.Postcode + " " + p.Text),
	}
	r.said, r.payerKey = map[string]bool{}, nameKey(parseName(p.Payer, false))
	r.readings, r.lettered = readingsOf(p.Text), lettered(p.Text)
	for _, w := range slices.Concat(r.readings...) {
		r.said[w], r.ofDebt = true, r.ofDebt || ofDebts[w]
	}
	for _, f := range []struct {
		where Field
		text  string
	}{{InStructured, p.Structured}, {InEndToEnd, p.EndToEnd}, {InText, p.Text}} {
		if f.text != "" {
			x.readReferences(r, f.where, f.text)
			x.readNumbers(r, f.where, f.text)
			x.repair(r, runsOf(f.text, f.where))
		}
	}
	return r
}

// readReferences looks for exact references at every place where as many digits stand together once spaces, points, hyphens and line ends are gone.
// RF need not be there: ten random digits with two that check them are somebody's reference or nothing.
func (x *Index) readReferences(r *reading, where Field, text string) {
	squeezed := strings.NewReplacer(" ", "", ".", "", "-", "", "\t", "", "\n", "", "\r", "", "/", "", "\u00a0", "").Replace(text)
	for _, digits := range strings.FieldsFunc(squeezed, func(c rune) bool { return c < '0' || c > '9' }) {
		for _, n := range []int{rfDigits, kenmerkDigits} {
			for i := 0; i+n <= len(digits); i++ {
				ref := digits[i : i+n]
				if e := x.refs[ref]; e != nil {
					r.see(r.named, e, Evidence{Kind: Reference, Claim: e.ID, Seen: ref, Where: where, Bits: referenceBits})
				}
				r.closed = r.closed || x.closed[ref]
			}
		}
	}
}

// see keeps the first sight of a claim.
func (r *reading) see(seen map[*entry]Evidence, e *entry, evidence Evidence) {
	if _, known := seen[e]; !known {
		seen[e] = evidence
	}
}

// anchors are the words before which, or glued to which, a short number is one; and which say nothing by themselves.
var anchors = wordSet(`FACTUUR FACTUURNR FACTUURNUMMER FACT FACTNR FCT INVOICE INV NOTA REKENING REK NR NUMMER NO DOSSIER DOSSIERNR DOSSIERNUMMER DOS ZAAK ZAAKNR KENMERK REF
	REFERENTIE RF BETALINGSKENMERK KLANT KLANTNR VORDERING POLIS`)

var dateShape = regexp.MustCompile(`^(\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})$`)

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// readNumbers looks tokens up, alone and joined with the one or two that follow, with or without a word like "factuur" glued before them.
func (x *Index) readNumbers(r *reading, where Field, text string) {
	tokens := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n\r,;:()#", c) })
	for i := range tokens {
		anchored := i > 0 && anchors[strings.TrimRight(strings.ToUpper(tokens[i-1]), ".")]
		joined := ""
		for _, next := range tokens[i:min(i+3, len(tokens))] {
			joined += next
			if dateShape.MatchString(joined) {
				continue
			}
			n, glued := withoutAnchor(plain(joined))
			if countDigits(n) >= 6 || anchored || glued {
				x.seeNumber(r, where, n)
			}
			if n != plain(joined) && len(n) >= minNumber { // "F2026..." may be the number itself
				x.seeNumber(r, where, plain(joined))
			}
			if bare := strings.TrimRight(n, letters); countDigits(bare) >= 6 && bare != n { // the next word is glued to it where a bank broke a line
				x.seeNumber(r, where, bare)
			}
		}
	}
}

func (x *Index) seeNumber(r *reading, where Field, n string) {
	if len(x.numbers[n]) > 0 {
		r.numbers[n] = Evidence{Seen: n, Where: where}
	}
}

// withoutAnchor takes a word like "factuur" off the front of a number: the longest, for an invoice number may begin with letters too.
func withoutAnchor(n string) (rest string, glued bool) {
	letters := strings.IndexFunc(n, func(c rune) bool { return c <= '9' })
	if letters < 0 {
		letters = len(n)
	}
	for i := letters; i > 1; i-- {
		if anchors[n[:i]] {
			return n[i:], true
		}
	}
	return n, false
}

var postcodeShape = regexp.MustCompile(`\b([1-9][0-9]{3}) ?([A-Za-z]{2})\b`)

func postcodeIn(text string) string {
	if m := postcodeShape.FindStringSubmatch(text); m != nil {
		return plain(m[1] + m[2])
	}
	return ""
}

// lookalikes are the letters that scanners and people write for digits.
var lookalikes = strings.NewReplacer("O", "0", "Q", "0", "I", "1", "L", "1", "Z", "2", "S", "5", "B", "8", "G", "6")

// tokens are what stands between the blanks and brackets of a text, in capitals.
func tokens(text string) iter.Seq[string] {
	return strings.FieldsFuncSeq(strings.ToUpper(text), func(c rune) bool { return strings.ContainsRune(" \t\n\r\u00a0,;:()#", c) })
}

// runsOf gives each piece of a text that is a number, letters that look like digits included, and each row of neighbours. Days are none.
func runsOf(text string, where Field) (runs []run) {
	var row []run
	end := func() {
		for i := range row {
			joined := run{where: where}
			for _, piece := range row[i:] {
				joined.digits, joined.read, joined.pieces = joined.digits+piece.digits, joined.read || piece.read, joined.pieces+1
				if len(joined.digits) > kenmerkDigits+1 {
					break
				}
				runs = append(runs, joined)
			}
			if i == 0 {
				joined.whole = true
				runs = append(runs, joined)
			}
		}
		row = row[:0]
	}
	for token := range tokens(text) {
		if token == "RF" || dateShape.MatchString(token) {
			end()
			continue
		}
		for part := range strings.FieldsFuncSeq(token, func(c rune) bool { return strings.ContainsRune(".-/", c) }) {
			piece, ok := asDigits(strings.TrimPrefix(part, "RF"))
			if !ok || strings.HasPrefix(part, "RF") {
				end()
			}
			if ok {
				row = append(row, piece)
			}
		}
	}
	end()
	return runs
}

func asDigits(token string) (run, bool) {
	if countDigits(token) == 0 {
		return run{}, false
	}
	mapped := lookalikes.Replace(token)
	return run{digits: mapped, read: mapped != token}, countDigits(mapped) == len(mapped)
}
