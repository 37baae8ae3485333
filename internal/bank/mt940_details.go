package bank

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The ways in which banks write who paid and what for in :86:. The text itself shows which: the same bank has had more than one.
var (
	// slashCodes are of ING, Rabobank, ABN AMRO, Triodos, Bunq and Van Lanschot: /EREF/..//CNTP/iban/bic/name///REMI/USTD//text/. A slash
	// inside a value is legal, so only these words are codes.
	slashCodes = regexp.MustCompile(`/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|CNTP|BENM|ORDP|ISDT|PREF|RTRN|PURP|ULTB|ULTD|ULTC|ADDR|KREF|IREF|ORIG|SVCL|TRCD|OCMT|CHGS|EXCH)/`)
	// oneStream is of ING and Triodos.
	oneStream = regexp.MustCompile(`/CNTP/|/REMI/USTD/|/REMI/STRD/`)
	// labels are of ABN AMRO's columns and of Knab: IBAN: .. NAAM: .. OMSCHRIJVING: .., REK: ../NAAM: ...
	labels = regexp.MustCompile(`(?:^|[\s/])(IBAN|BIC|REK|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT): ?`)
	// subfields are of the German format, which Triodos had: 20 to 29 and 60 to 63 are text, 30 the bank, 31 the account, 32 and 33 the name.
	subfields = regexp.MustCompile(`[?>]([0-9]{2})`)
	// leading is an account, perhaps its bank, and a name at the beginning: SNS, ASN, RegioBank and the oldest of ING.
	leading = regexp.MustCompile(`^([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})\s+(?:[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\s+)?(.*)$`)
	// kenmerk is a payment reference that is announced in free text.
	kenmerk = regexp.MustCompile(`(?i)betalingskenm(?:erk|\.)?[:.\s]*((?:[0-9] ?){7,16})`)
)

// details reads the fields :86: of an entry.
func details(info [][]string) Transaction {
	lines := slices.Concat(info...)
	joined := strings.Join(lines, "") // codes are broken in the middle too
	text := words(info)
	var t Transaction
	switch start := slashCodes.FindStringIndex(joined); {
	case start != nil && start[0] == 0:
		t.slashes(running(lines, oneStream.MatchString(joined)))
	case startsWithSubfield(joined):
		t.subfields(joined)
	case labels.MatchString(text) && !leading.MatchString(text):
		t.labelled(text)
	default:
		t.free(info, text)
	}
	if len(t.Structured) == 0 {
		t.Structured = announced(text)
	}
	return t
}

// running puts the lines of codes together. Banks break a line at 65 characters, in the middle of a word, and Rabobank, Bunq and ABN AMRO otherwise where the payer, or they, began a new one: only the first is no blank.
// What ING and Triodos write is one stream, which they break at 65 or before, wherever that is.
func running(lines []string, stream bool) string {
	var b strings.Builder
	for i, line := range lines {
		b.WriteString(line)
		n := utf8.RuneCountInString(line)
		if i+1 < len(lines) && (n > fullLine || n < fullLine && !stream) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// announced is the betalingskenmerk that a text announces, when it is right.
func announced(text string) []string {
	found := kenmerk.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	if digits := compact(found[1]); CheckKenmerk(digits) == nil {
		return []string{digits}
	}
	return nil
}

// part is a value with the code before it.
type part struct {
	code, value string
	raw         string // the value with the blanks around it, which count where it goes on in the next
}

// cut cuts a text at its codes; what stands before the first has no code.
func cut(text string, codes *regexp.Regexp) []part {
	at := codes.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		return []part{{"", strings.TrimSpace(text), text}}
	}
	parts := []part{{"", strings.TrimSpace(text[:at[0][0]]), text[:at[0][0]]}}
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		parts = append(parts, part{text[m[2]:m[3]], strings.TrimSpace(text[m[1]:end]), text[m[1]:end]})
	}
	return parts
}

// afterText are the codes that banks put behind the text of the payer. Any other there is of the payer, who may write what looks like an account.
var afterText = []string{"EREF", "ISDT", "PURP", "PREF", "ULTB", "ULTD", "ULTC", "KREF", "IREF", "CSID", "MARF", "TRCD"}

func (t *Transaction) slashes(text string) {
	before, remitted := "", false
	for _, p := range cut(text, slashCodes) {
		ultimate := p.code == "NAME" && strings.HasPrefix(before, "ULT") // /ULTD//NAME/..
		before = p.code
		switch {
		case ultimate:
			t.Ultimate = strings.Trim(p.value, "/")
		case remitted && !slices.Contains(afterText, p.code):
			t.Remittance += "/" + p.code + "/" + p.value
		default:
			t.slash(p)
		}
		remitted = remitted || p.code == "REMI"
	}
}

func (t *Transaction) slash(p part) {
	value := strings.Trim(p.value, "/")
	switch p.code {
	case "IBAN":
		t.Counterparty.Account = cmp.Or(t.Counterparty.Account, NormaliseIBAN(value))
	case "NAME":
		t.Counterparty.Name = cmp.Or(t.Counterparty.Name, value)
	case "CNTP":
		t.counterparty(p.value)
	case "EREF":
		t.EndToEndID = cmp.Or(t.EndToEndID, provided(value))
	case "MARF":
		t.MandateID = cmp.Or(t.MandateID, value)
	case "KREF", "IREF":
		t.TxID = cmp.Or(t.TxID, value)
	case "PREF":
		t.BatchID = cmp.Or(t.BatchID, value)
	case "ULTD", "ULTC", "ULTB":
		t.Ultimate = value
	case "RTRN":
		t.ReturnReason, t.ReturnInfo, _ = strings.Cut(value, "/")
	case "REMI":
		t.remittance(p.value)
	}
}

// counterparty reads iban/bic/name/town, of which the last may be missing.
func (t *Transaction) counterparty(value string) {
	parts := strings.SplitN(value, "/", 4)
	parts = append(parts, "", "", "")
	t.Counterparty = Party{Account: NormaliseIBAN(parts[0]), Name: strings.TrimSpace(parts[2])}
}

// remittance reads USTD//text, STRD/CUR/reference (a betalingskenmerk), STRD/ISO/reference (RF), or just text.
func (t *Transaction) remittance(value string) {
	if text, ok := strings.CutPrefix(value, "USTD/"); ok {
		t.Remittance = strings.Trim(text, "/ ")
		return
	}
	if text, ok := strings.CutPrefix(value, "STRD/"); ok {
		_, reference, _ := strings.Cut(text, "/")
		if reference = strings.Join(strings.Fields(strings.Trim(reference, "/ ")), ""); reference != "" { // wherever its line is broken
			t.Structured = append(t.Structured, reference)
		}
		return
	}
	t.Remittance = strings.Trim(value, "/ ")
}

// startsWithSubfield says whether a text is of the German format: a code of three digits, or none, and then a subfield.
func startsWithSubfield(text string) bool {
	at := subfields.FindStringIndex(text)
	return at != nil && (at[0] == 0 || at[0] == 3 && isDigits(text[:3]))
}

// subfields reads the German format, in which SEPA put words of its own into the text: EREF+, KREF+, MREF+, SVWZ+.
func (t *Transaction) subfields(text string) {
	remittance, name := "", ""
	for _, p := range cut(text, subfields) {
		switch {
		case p.code >= "20" && p.code <= "29" || p.code >= "60" && p.code <= "63":
			remittance += p.raw
		case p.code == "31":
			t.Counterparty.Account = NormaliseIBAN(p.value)
		case p.code == "32":
			name = p.raw
		case p.code == "33":
			name += p.raw
		}
	}
	t.Counterparty.Name = strings.TrimSpace(name)
	for _, p := range cut(remittance, sepaWords) {
		switch p.code {
		case "EREF":
			t.EndToEndID = provided(p.value)
		case "MREF":
			t.MandateID = p.value
		case "KREF":
			t.TxID = p.value
		case "SVWZ":
			t.Remittance = p.value
		case "ABWA", "ABWE":
			t.Ultimate = p.value
		case "":
			t.Remittance = p.value
		}
	}
}

var sepaWords = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|PURP)\+`)

// labelled reads labels. The account of ABN AMRO comes before the text of the payer, that of Knab behind it: what the payer wrote is in between.
func (t *Transaction) labelled(text string) {
	before, remitted := "", false
	for _, p := range cut(text, labels) {
		party := &t.Counterparty
		switch {
		case p.code == "REK":
			*party = Party{Account: NormaliseIBAN(strings.TrimRight(p.value, "/"))}
		case p.code == "NAAM" && before == "REK":
			party.Name = p.value
		case p.code == "IBAN" && !remitted:
			party.Account = cmp.Or(party.Account, NormaliseIBAN(p.value))
		case p.code == "NAAM" && !remitted:
			party.Name = cmp.Or(party.Name, p.value)
		case p.code == "OMSCHRIJVING":
			t.Remittance, remitted = p.value, true
		case p.code == "KENMERK":
			t.EndToEndID = provided(p.value)
		case p.code == "MACHTIGING":
			t.MandateID = p.value
		case p.code == "":
			t.Remittance = p.value
		}
		before = p.code
	}
}

// free reads text without codes.
func (t *Transaction) free(info [][]string, text string) {
	t.Remittance = text
	if len(info) == 0 {
		return
	}
	head := leading.FindStringSubmatch(info[0][0])
	if head == nil || ValidIBAN(head[1]) != nil {
		return
	}
	name, rest, _ := strings.Cut(strings.TrimSpace(head[2]), "  ")
	t.Counterparty = Party{Account: head[1], Name: strings.TrimSpace(strings.TrimSuffix(name, "NOTPROVIDED"))}
	further := append([][]string{{strings.TrimSpace(rest)}, info[0][1:]}, info[1:]...)
	t.Remittance = words(further)
}
