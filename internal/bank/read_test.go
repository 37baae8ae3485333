package bank_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/incassocenter/dunning/internal/bank"
)

// Whatever the bytes are, the payer is René and pays 10 euros.
func TestEncodings(t *testing.T) {
	t.Parallel()
	file := camt("053.001.02", ours+payment("<RltdPties><Dbtr><Nm>René €</Nm></Dbtr></RltdPties>"))
	says := func(label string) string { return strings.Replace(file, "UTF-8", label, 1) }
	swift := mt940("C261125EUR110,00", ":61:2611251125C10,00NTRFNONREF\n:86:/CNTP/NL20INGB0001234567/INGBNL2A/René €///REMI/USTD//x/")
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) encoding.Encoding {
		return unicode.UTF16(order, mark)
	}
	for _, c := range []struct {
		story, text string
		in          encoding.Encoding
	}{
		{"UTF-8", file, encoding.Nop},
		{"UTF-8, nothing said", strings.TrimPrefix(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), encoding.Nop},
		{"UTF-8 with a mark", file, unicode.UTF8BOM},
		{"UTF-16 with a mark", says("UTF-16"), utf16(unicode.LittleEndian, unicode.UseBOM)},
		{"UTF-16, the other order", says("utf-16"), utf16(unicode.BigEndian, unicode.UseBOM)},
		{"UTF-16 without a mark", says("UTF-16"), utf16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16 without a mark, the other order", says("UTF-16"), utf16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"ISO-8859-15", says("ISO-8859-15"), charmap.ISO8859_15},
		{"Windows-1252", says("windows-1252"), charmap.Windows1252},
		{"Windows lines", strings.ReplaceAll(file, "\n", "\r\n"), encoding.Nop},
		{"MT940 in UTF-8", swift, encoding.Nop},
		{"MT940 in UTF-8 with a mark", swift, unicode.UTF8BOM},
		{"MT940 in Windows-1252", swift, charmap.Windows1252},
		{"MT940 in UTF-16", swift, utf16(unicode.LittleEndian, unicode.UseBOM)},
		{"prefixes", strings.NewReplacer("<?", "<?", "</", "</b:", "<", "<b:", "xmlns=", "xmlns:b=").Replace(file), encoding.Nop},
		{"no namespace at all", strings.Replace(file, ` xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"`, "", 1), encoding.Nop},
		{"inside an envelope with a header", strings.NewReplacer("<Document", "<Envelope><AppHdr><Id>1</Id></AppHdr><Document", "</Document>", "</Document></Envelope>").Replace(file), encoding.Nop},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			text, err := c.in.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			all := entries(t, text)
			if len(all) != 1 || all[0].Transactions[0].Counterparty.Name != "René €" || bank.Text(all[0].Amount) != "10.00" {
				t.Errorf("%+v", all)
			}
		})
	}
}

// What is no statement, or may not be trusted, is refused whole, with the line and the reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	good := camt("053.001.08", ours+entry(""))
	with := func(old, text string) string { return strings.Replace(good, old, text, 1) }
	swift := func(inside string) string { return mt940("C261125EUR110,00", inside) }
	latin, err := charmap.ISO8859_1.NewEncoder().String(with("<Sts>", "<AddtlNtryInf>é</AddtlNtryInf><Sts>"))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ story, text, want string }{
		{"empty", "", "line 1: is empty"},
		{"blank", " \n\n", "line 1: is neither camt (XML) nor MT940"},
		{"a letter", "Geachte heer,\n", "line 1: is neither camt (XML) nor MT940"},
		{"a ZIP archive", "PK\x03\x04....", "line 1: is a ZIP archive"},
		{"UTF-32", "\xff\xfe\x00\x00<\x00\x00\x00", "line 1: is in UTF-32"},
		{"another message", strings.ReplaceAll(strings.ReplaceAll(good, "camt.053.001.08", "pain.001.001.09"), "BkToCstmrStmt", "CstmrCdtTrfInitn"), "line 1: is pain.001.001.09; right would be a statement"},
		{"another message inside", strings.ReplaceAll(good, "camt.053.001.08", "camt.054.001.08"), "line 2: has <BkToCstmrStmt>, which is camt.053, in a document that says it is camt.054.001.08"},
		{"no statement", "<Document/>", "line 1: has no statement in it"},
		{"a DOCTYPE", with("<Document", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<Document"), "line 2: has a DOCTYPE"},
		{"an entity", with("2026-11-25", "&b;"), "line 3: is no XML: invalid character entity &b;"},
		{"deep", with("<Sts>", strings.Repeat("<b>", 1000)+"<Sts>"), "line 3: has more than 64 elements inside each other"},
		{"deep where nothing is read", with("<GrpHdr>", "<GrpHdr>"+strings.Repeat("<b>", 100_000)), "line 2: has more than 64 elements inside each other"},
		{"a text without end", with("<Sts>", "<Nm>"+strings.Repeat("x", 300<<10)+"</Nm><Sts>"), "line 3: has a tag or text of more than 262144 bytes"},
		{"a text in pieces", with("<Sts>", "<Nm>"+strings.Repeat(strings.Repeat("x", 1<<10)+"<!---->", 300)+"</Nm><Sts>"), "line 3: has a text of more than 262144 bytes"},
		{"many elements", with("<Sts>", strings.Repeat("<b/>", 30_000)+"<Sts>"), "line 3: has a payment or balance with more than 20000 elements"},
		{"many elements beside payments", with("</Ntry>", "<NtryDtls>"+strings.Repeat("<Btch/><TxDtls/>", 20_000)+"</NtryDtls></Ntry>"), "line 3: has a payment or balance with more than 20000 elements"},
		{"many payments", with("</Ntry>", "<NtryDtls>"+strings.Repeat("<TxDtls/>", 100_001)+"</NtryDtls></Ntry>"), "line 3: has an entry with more than 100000 payments"},
		{"many statements", with("<Stmt>", strings.Repeat("<Stmt>"+ours+"</Stmt>", 20_001)+"<Stmt>"), "line 3: has more than 20000 statements"},
		{"a statement of nothing", with(ours+entry(""), ""), "line 3: has a statement without an account, a balance or an entry"},
		{"two accounts", with(ours, ours+strings.Replace(ours, "4300", "4301", 1)), "line 3: has a statement of two accounts"},
		{"a name without end", with("<Acct>", "<Id>"+strings.Repeat("x", 300)+"</Id><Acct>"), "line 3: the name or account of the statement has 300 characters"},
		{"two amounts", with("<CdtDbtInd>", `<Amt Ccy="EUR">99.00</Amt><CdtDbtInd>`), "line 3: <Ntry> has 2 <Amt>; right would be one"},
		{"no amount", with(`<Amt Ccy="EUR">10.00</Amt>`, ""), "line 3: <Ntry> has 0 <Amt>; right would be one"},
		{"a negative amount", with("10.00", "-10.00"), `line 3: <Amt> has "-10.00"; right would be an amount without a sign`},
		{"a comma", with("10.00", "10,00"), `line 3: <Amt> has "10,00"`},
		{"an exponent", with("10.00", "1e9"), `line 3: <Amt> has "1e9"`},
		{"an amount without end", with("10.00", strings.Repeat("9", 1000)), `line 3: <Amt> has "9999999999999999999999999999999999999999"...`},
		{"no currency", with(` Ccy="EUR"`, ""), "line 3: <Amt> has currency \"\""},
		{"neither in nor out", with("CRDT", "BOTH"), `line 3: <CdtDbtInd> has "BOTH"; right would be CRDT or DBIT`},
		{"in and out", with("<CdtDbtInd>", "<CdtDbtInd>DBIT</CdtDbtInd><CdtDbtInd>"), "line 3: <Ntry> has 2 <CdtDbtInd>"},
		{"a day that is none", with("2026-11-25", "2026-02-30"), `line 3: <BookgDt> has "2026-02-30"; right would be a date`},
		{"an amount of a payment that is none", with("</Ntry>", `<NtryDtls><TxDtls><Amt Ccy="EUR">x</Amt></TxDtls></NtryDtls></Ntry>`), `line 3: <Amt> has "x"`},
		{"cut off in an entry", good[:strings.Index(good, "<ValDt>")], "line 3: ends in the middle"},
		{"cut off before the end", good[:strings.Index(good, "</Document>")], "line 4: ends in the middle"},
		{"cut off in a tag", good[:strings.Index(good, "<ValDt>")+3], "line 3: ends in the middle"},
		{"something behind the end", good + "x", "line 5: has text outside of the document"},
		{"twice in one", good + strings.SplitN(good, "\n", 2)[1], "line 5: has a second document, <Document>"},
		{"wrong nesting", with("</Stmt>", "</Smt>"), "line 4: is no XML: element <Stmt> closed by </Smt>"},
		{"says UTF-8 and is not", latin, "line 3: is no XML: invalid UTF-8"},
		{"says UTF-16 and is not", with("UTF-8", "UTF-16"), `line 1: says it is in "utf-16", and its first bytes say it is not`},
		{"says UTF-8 and is UTF-16", wide, "line 1: says it is in another encoding than its first bytes say"},
		{"says ISO-8859-1 with the mark of UTF-8", "\xef\xbb\xbf" + with("UTF-8", "ISO-8859-1"), `line 1: says it is in "iso-8859-1", and its first bytes say it is not`},
		{"says something unknown", with("UTF-8", "EBCDIC"), `line 1: is in "ebcdic"; right would be UTF-8`},
		{"MT940, an amount with a point", swift(":61:2611251125C10.00NTRFNONREF"), "line 5: field :61: is no entry"},
		{"MT940, neither in nor out", swift(":61:2611251125X10,00NTRFNONREF"), "line 5: field :61: is no entry"},
		{"MT940, a day that is none", swift(":61:2602301125C10,00NTRFNONREF"), `line 5: field :61: has "260230"`},
		{"MT940, a booking day that is none", swift(":61:2611251399C10,00NTRFNONREF"), `line 5: field :61: has "1399"`},
		{"MT940, a balance that is none", mt940("C261125EUR", ""), "line 6: field :62F: is no balance"},
		{"MT940, a balance with two commas", mt940("C261125EUR1,0,0", ""), `line 6: field :62F: has "1,0,0"`},
		{"MT940, entries behind the closing balance", swift("") + ":61:2611251125C10,00NTRFNONREF\n", "line 8: has :61: outside of a statement"},
		{"MT940, two closing balances", swift("") + ":62F:C261125EUR110,00\n", "line 8: has :62F: outside of a statement"},
		{"MT940, two opening balances", swift(":60F:C261125EUR110,00"), "line 5: has an opening balance without a statement"},
		{"MT940, cut off inside its envelope", "{1:F01}{4:\n" + strings.Split(swift(":61:2611251125C10,00NTRFNONREF"), ":62F:")[0], "line 6: ends inside a message that has no closing balance"},
		{"MT940, cut off inside a line", swift(":61:2611251125C10,00NTRFNONREF\n:86:/REMI/US")[:90], "line 5: ends inside a message that has no closing balance"},
		{"MT940, a name of nothing", ":20:A\n", "line 1: has a statement without an account"},
		{"MT940, rubbish behind a message", swift("") + strings.Repeat("rubbish\n", 100), "line 28: is no MT940: 21 lines in a row are no field"},
		{"MT940, a line without end", swift(":86:" + strings.Repeat("x", 100<<10)), "line 5: has more than 65536 bytes"},
		{"MT940, a field without end", swift(":86:" + strings.Repeat("x\n", 100<<10)), "line 5: field :86: has more than 65536 bytes"},
		{"MT942", swift(":34F:EURD0,"), "is MT942, a report of a day that is not over"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			_, err := bank.Inspect(strings.NewReader(c.text))
			var unreadable *bank.UnreadableError
			if !errors.As(err, &unreadable) || !strings.HasPrefix(err.Error(), c.want) && !strings.HasSuffix(c.want, "is not over") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// A camt file that was cut off anywhere is refused: half a statement is no statement.
func TestCutOffAnywhere(t *testing.T) {
	t.Parallel()
	text := strings.TrimSpace(camt("053.001.08", ours+balance("OPBD", "5.00", "CRDT")+entry("")+balance("CLBD", "15.00", "CRDT")))
	for n := range len(text) {
		if _, err := bank.Inspect(strings.NewReader(text[:n])); err == nil {
			t.Fatalf("cut off after %d bytes: %s", n, text[max(0, n-40):n])
		}
	}
}

// An MT940 file may lack its end, so one that was cut off is refused or does not tie: nothing is booked by it either way.
func TestMT940CutOffAnywhere(t *testing.T) {
	t.Parallel()
	text := mt940("C261125EUR110,00", ":61:2611251125C10,00NTRFNONREF\n:86:/REMI/USTD//x/")
	for n := range strings.Index(text, "110,00") + len("110") {
		in, err := bank.Inspect(strings.NewReader(text[:n]))
		if err != nil {
			continue
		}
		if s := in.Statements[0]; s.Closing != nil {
			if ties, _ := s.Ties(s.All); ties {
				t.Errorf("cut off after %d bytes and ties: %s", n, text[max(0, n-40):n])
			}
		} else if len(in.Problems) == 0 {
			t.Errorf("cut off after %d bytes without a word", n)
		}
	}
}

// An error of the disk is no error of the file, and one of whoever listens comes back as it is.
func TestErrorsOfOthers(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, text := range []string{camt("053.001.08", ours+entry("")), mt940("C261125EUR110,00", ":61:2611251125C10,00NTRFNONREF")} {
		_, err := bank.Inspect(io.MultiReader(strings.NewReader(text[:len(text)-20]), failing{broken}))
		var unreadable *bank.UnreadableError
		if !errors.Is(err, broken) || errors.As(err, &unreadable) {
			t.Errorf("reading: %v", err)
		}
		stop := func(*bank.Statement, *bank.Entry) error { return broken }
		if _, err := bank.Read(strings.NewReader(text), bank.Handler{Entry: stop}); !errors.Is(err, broken) {
			t.Errorf("listening: %v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
