package claim_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/incassocenter/dunning/internal/claim"
)

const (
	header     = "client;claim;debtor_kind;debtor;attention;street;postcode;town;country;email;language;invoice;invoice_date;due_date;amount;not_elsewhere\n" // what every file has
	allColumns = "client;claim;debtor_kind;debtor;attention;street;postcode;town;country;email;language;invoice;invoice_date;due_date;amount;not_elsewhere;invoice_received;extended_to;title;interest_rate;costs_clause;instalments_of;consumer_sale"
	good       = "VBE;A1;consumer;J. Jansen;;Dorpsweg 1;1234 ab;Proefdorp;;j@debiteur.example;;F1;1-6-2026;2026-07-01;1.234,50;ja\n"
)

// read tells what a file gives: its claims, its problems, or why it is no hand-over file, each on a line.
func read(text string) string {
	claims, problems, err := claim.ReadSubmissions(strings.NewReader(text))
	if err != nil {
		var bad *claim.FileError
		if !errors.As(err, &bad) {
			return "not a FileError: " + err.Error()
		}
		return bad.Problem
	}
	var lines []string
	for _, c := range claims {
		words := c.Submission.Client + " " + c.Submission.Reference
		for i, row := range c.Rows {
			if c.Submission.Invoices[i] != row.Invoice {
				return "the rows are not the invoices"
			}
			words += fmt.Sprintf(", %d: %s %s due %s", row.Line, row.Invoice.Number, row.Invoice.Amount, row.Invoice.Due)
		}
		lines = append(lines, words)
	}
	for _, p := range problems {
		lines = append(lines, fmt.Sprintf("line %d claim %s %s: %s", p.Line, p.Claim, p.Column, p.Reason))
	}
	return strings.Join(lines, "\n")
}

func TestEachColumnSaysWhatIsWrongInIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, column, reason string }{
		{"no client", "VBE", "", "client", "is empty; right would be: code of the client"},
		{"no reference", "A1", " ", "claim", "is empty"},
		{"no kind of debtor", "consumer", "person", "debtor_kind", "is not consumer, sole-trader or company"},
		{"no name", "J. Jansen", "", "debtor", "is empty"},
		{"a name of strokes", "J. Jansen", "|||", "debtor", `"|||" has no letter and no digit; right would be: name of the debtor`},
		{"a name of dashes", "J. Jansen", "- - -", "debtor", "has no letter and no digit"},
		{"a name of dots", "J. Jansen", "...", "debtor", "has no letter and no digit"},
		{"a street that is a dash", "Dorpsweg 1", "-", "street", "has no letter and no digit; right would be: street and house number"},
		{"an invoice number that is a dash", "F1", "-", "invoice", "has no letter and no digit"},
		{"a name of 201 characters", "J. Jansen", strings.Repeat("é", 201), "debtor", "is longer than 200 characters"},
		{"a name with a NUL", "J. Jansen", "J.\x00Jansen", "debtor", "has characters that cannot be printed"},
		{"a name with stray quotes", "J. Jansen", `Hotel "De Zon"`, "debtor", `has a double quote inside; right would be the whole text between double quotes, with those inside doubled: "Hotel ""De Zon"""`},
		{"a name that begins with stray quotes", "J. Jansen", `"De Zon" Hotel`, "debtor", "goes on after its closing double quote; right would be to double the quotes inside a quoted text"},
		{"a name with a quote that is never closed", "J. Jansen", `"De Zon`, "debtor", "begins with a double quote that is not closed on the same line"},
		{"an amount with a quote for its unit", "1.234,50", `1.234,50"`, "amount", "has a double quote inside"},
		{"a name with a control character of the second set", "J. Jansen", "J.\u0085Jansen", "debtor", "has characters that cannot be printed"},
		{"a name that was broken before", "J. Jansen", "J. Jans\ufffdn", "debtor", "has characters that cannot be printed"},
		{"no street", "Dorpsweg 1", "", "street", "is empty"},
		{"a German postcode", "1234 ab", "12345", "postcode", `"12345" is not a Dutch postcode`},
		{"a postcode that starts with nought", "1234 ab", "0234 AB", "postcode", "is not a Dutch postcode"},
		{"no town", "Proefdorp", "", "town", "is empty"},
		{"Belgium", "Proefdorp;;", "Proefdorp;be;", "country", "only debtors in the Netherlands"},
		{"an e-mail address without a domain", "j@debiteur.example", "j@", "email", "is not an e-mail address"},
		{"an e-mail address with a name", "j@debiteur.example", "Jan <j@debiteur.example>", "email", "is not an e-mail address"},
		{"an e-mail address without a dot after its @", "j@debiteur.example", "j@debiteur", "email", "is not an e-mail address"},
		{"an e-mail address at a number", "j@debiteur.example", "j@[127.0.0.1]", "email", "is not an e-mail address"},
		{"two e-mail addresses", "j@debiteur.example", "\"j@a.example, k@a.example\"", "email", "is not an e-mail address"},
		{"German", "example;;", "example;de;", "language", "is not nl or en"},
		{"no invoice number", "F1", "", "invoice", "is empty"},
		{"an invoice date that is none", "1-6-2026", "31-6-2026", "invoice_date", "is not a date; right would be 2026-12-31"},
		{"a due date that is none", "2026-07-01", "07/32/2026", "due_date", "is not a date"},
		{"an ambiguous amount", "1.234,50", "1.234", "amount", "could mean thousands"},
		{"an amount with a space for its comma", "1.234,50", "12 50", "amount", "has spaces in the wrong place"},
		{"with another agency", "ja", "nee", "not_elsewhere", "is refused (requirement T5)"},
		{"nothing said of another agency", ";ja", ";", "not_elsewhere", "is empty"},
		{"one field too many", ";ja", ";ja;", "", "has 17 fields, the header has 16"},
		{"one field too few", ";1.234,50", "", "", "has 15 fields, the header has 16"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			row := strings.Replace(good, c.old, c.new, 1)
			claims, problems, err := claim.ReadSubmissions(strings.NewReader(header + row + strings.ReplaceAll(good, "A1", "B2")))
			if err != nil || len(claims) != 1 || claims[0].Submission.Reference != "B2" {
				t.Fatalf("the good claim beside it is not read: %+v %v", claims, err)
			}
			if len(problems) != 1 || problems[0].Line != 2 || problems[0].Column != c.column || !strings.Contains(problems[0].Reason, c.reason) {
				t.Errorf("got %+v, want line 2 column %q: %s", problems, c.column, c.reason)
			}
		})
	}
}

// In business a term need not have been agreed: then the law's thirty days count from receipt of the invoice.
func TestNoAgreedTerm(t *testing.T) {
	t.Parallel()
	const noTerm = "VBE;A1;company;Jansen B.V.;;Dorpsweg 1;1234 ab;Proefdorp;;j@debiteur.example;;F1;1-6-2026;;1.234,50;ja;3-6-2026\n"
	longer := strings.TrimSpace(header) + ";invoice_received\n"
	const refused = "line 2 claim A1 "
	for _, c := range []struct{ name, file, want string }{
		{"thirty days after receipt", longer + noTerm, "VBE A1, 2: F1 1234.50 due 2026-07-03"},
		{"a sole trader is in business", longer + strings.Replace(noTerm, "company", "sole-trader", 1), "VBE A1, 2: F1 1234.50 due 2026-07-03"},
		{"the column of the due date may be left out", strings.Replace(longer, "due_date;", "", 1) + strings.Replace(noTerm, ";;1.234", ";1.234", 1), "VBE A1, 2: F1 1234.50 due 2026-07-03"},
		{"an agreed term goes before", longer + strings.Replace(noTerm, ";;1.234", ";15-6-2026;1.234", 1), "VBE A1, 2: F1 1234.50 due 2026-06-15"},
		{"received on the day of the invoice", longer + strings.Replace(noTerm, "3-6-2026", "1-6-2026", 1), "VBE A1, 2: F1 1234.50 due 2026-07-01"},
		{"a consumer needs a term", longer + strings.Replace(noTerm, "company", "consumer", 1), refused + "due_date: is empty; a consumer needs an agreed last day of payment (art. 6:83 a BW)"},
		{"neither a term nor a day of receipt", longer + strings.Replace(noTerm, ";3-6-2026", ";", 1), refused + "due_date: is empty; right would be the last day on which payment was in time, or, when no term was agreed, the day of receipt in invoice_received"},
		{"received before it was written", longer + strings.Replace(noTerm, "3-6-2026", "31-5-2026", 1), refused + "invoice_received: 2026-05-31 is before the invoice date 2026-06-01"},
		{"also beside a due date", longer + strings.Replace(good, ";ja", ";ja;31-5-2026", 1), refused + "invoice_received: 2026-05-31 is before the invoice date 2026-06-01"},
		{"a day that is none", longer + strings.Replace(noTerm, "3-6-2026", "31-6-2026", 1), refused + `invoice_received: date "31-6-2026" is not a date; right would be 2026-12-31 or 31-12-2026`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := read(c.file); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHandOverFiles(t *testing.T) {
	t.Parallel()
	other := strings.ReplaceAll(strings.ReplaceAll(good, "F1", "F2"), "1.234,50", "10")
	comma := strings.ReplaceAll(strings.ReplaceAll(header+good, "1.234,50", "1234.50"), ";", ",")
	const whole = "VBE A1, 2: F1 1234.50 due 2026-07-01"
	for _, c := range []struct{ name, file, want string }{
		{"one row", header + good, whole},
		{"separated by commas", comma, whole},
		{"commas and a quoted Dutch amount", strings.Replace(comma, "1234.50", `"1.234,50"`, 1), whole},
		{"with a byte order mark", "\xef\xbb\xbf" + header + good, whole},
		{"with Windows line ends", strings.ReplaceAll(header+good, "\n", "\r\n"), whole},
		{"without a last line end", strings.TrimSuffix(header+good, "\n"), whole},
		{"quoted, with quotes inside", header + strings.Replace(good, "J. Jansen", `"Jansen; ""De Hoek"""`, 1), whole},
		{"empty lines between", header + "\n\n" + good, "VBE A1, 4: F1 1234.50 due 2026-07-01"},
		{"column names in capitals, with spaces", strings.ToUpper(strings.ReplaceAll(header, ";", " ; ")) + good, whole},
		{"two invoices of one claim", header + good + other, whole + ", 3: F2 10.00 due 2026-07-01"},
		{"two claims, mixed", header + good + strings.NewReplacer("A1", "B2", "F2", "F3").Replace(other) + other, whole + ", 4: F2 10.00 due 2026-07-01\nVBE B2, 3: F3 10.00 due 2026-07-01"},
		{"the same reference of another client is another claim", header + good + strings.ReplaceAll(other, "VBE", "XYZ"), whole + "\nXYZ A1, 3: F2 10.00 due 2026-07-01"},
		{"nothing is half accepted", header + good + strings.Replace(other, "10", "ten", 1), "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 amount: amount \"ten\" has characters that are not digits, point or comma; right would be 1234.50 or 1.234,50"},
		{"nor when the bad row comes first", header + strings.Replace(other, ";10;", ";0x1;", 1) + good, "line 2 claim A1 amount: amount \"0x1\" has characters that are not digits, point or comma; right would be 1234.50 or 1.234,50\nline 3 claim A1 : line 2 of the same claim is refused: nothing is half accepted"},
		{"another debtor in the same claim", header + good + strings.Replace(other, "Jansen", "Pietersen", 1), "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 debtor: differs from the debtor of this claim on line 2"},
		{"the same invoice twice", header + good + good, "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 invoice: F1 stands on line 2 of this claim already"},
		{"the same invoice in small letters", header + good + strings.Replace(good, "F1", "f1", 1), "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 invoice: f1 stands on line 2 of this claim already, as F1 (capitals and extra spaces make no other number)"},
		{"the same invoice with other spaces", header + strings.Replace(good, "F1", "F 1", 1) + strings.Replace(good, "F1", "  f   1 ", 1), "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 invoice: f   1 stands on line 2 of this claim already, as F 1 (capitals and extra spaces make no other number)"},
		{"another number", header + good + strings.Replace(good, "F1", "F 1", 1), whole + ", 3: F 1 1234.50 due 2026-07-01"},
		{"the same invoice in another claim", header + good + strings.ReplaceAll(good, "A1", "B2") + strings.ReplaceAll(other, "A1", "B2"), whole + "\nline 3 claim B2 invoice: F1 of this debtor stands on line 2 as well, in claim A1 (requirement T5)\nline 4 claim B2 : line 3 of the same claim is refused: nothing is half accepted"},
		{"in small letters, the debtor in capitals", header + good + strings.NewReplacer("A1", "B2", "F1", "f1", "J. Jansen", "J JANSEN").Replace(good), whole + "\nline 3 claim B2 invoice: f1 of this debtor stands on line 2 as well, as F1 (capitals and extra spaces make no other number), in claim A1 (requirement T5)"},
		{"the same number of another debtor", header + good + strings.NewReplacer("A1", "B2", "Jansen", "Smit").Replace(good), whole + "\nVBE B2, 3: F1 1234.50 due 2026-07-01"},
		{"and of another client", header + good + strings.Replace(good, "VBE", "XYZ", 1), whole + "\nXYZ A1, 3: F1 1234.50 due 2026-07-01"},
		{"one that stands in a claim that is refused", header + good + strings.Replace(other, "10", "ten", 1) + strings.ReplaceAll(good, "A1", "B2"), "VBE B2, 4: F1 1234.50 due 2026-07-01\nline 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim A1 amount: amount \"ten\" has characters that are not digits, point or comma; right would be 1234.50 or 1.234,50"},
		{"only a header", header, "there are no rows below the header; right would be a row for each invoice"},
		{"an empty file", "", "line 1: there is no header; right would be: " + allColumns},
		{"only a byte order mark", "\xef\xbb\xbf", "line 1: there is no header; right would be: " + allColumns},
		{"an unknown column", strings.Replace(header, "town", "city", 1) + good, `line 1: column "city" is not known; right would be: ` + allColumns},
		{"a column twice", strings.Replace(header, "attention", "town", 1) + good, `line 1: column "town" stands there twice`},
		{"no due date, nor when the invoice was received", strings.Replace(header, "due_date;", "", 1) + good, `line 1: column "due_date" is missing; right would be: ` + allColumns},
		{"a column that is missing", strings.Replace(header, "postcode;", "", 1) + good, `line 1: column "postcode" is missing; right would be: ` + allColumns},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := read(c.file); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A quote that is wrong is the fault of one row: the others are judged, and a claim that the row may be part of is not half accepted.
func TestAStrayQuoteStopsNoFile(t *testing.T) {
	t.Parallel()
	const (
		inside = `has a double quote inside; right would be the whole text between double quotes, with those inside doubled: "Hotel ""De Zon"""`
		open   = "begins with a double quote that is not closed on the same line"
		after  = "goes on after its closing double quote; right would be to double the quotes inside a quoted text"
		whole  = "VBE A1, 2: F1 1234.50 due 2026-07-01"
		half   = "line 2 claim A1 : line 3 of the same claim is refused: nothing is half accepted"
	)
	row := func(claim, invoice, debtor string) string {
		return strings.NewReplacer("A1", claim, "F1", invoice, "J. Jansen", debtor, "1.234,50", "10").Replace(good)
	}
	back := "not_elsewhere;debtor;attention;debtor_kind;street;postcode;town;country;email;language;invoice;invoice_date;due_date;amount;claim;client\n"
	turned := func(claim, invoice, debtor string) string { // a row of a file whose last columns are client and claim
		return "ja;" + debtor + ";;consumer;Dorpsweg 1;1234 AB;Proefdorp;;;;" + invoice + ";2026-06-01;2026-07-01;10;" + claim + ";VBE\n"
	}
	for _, c := range []struct{ name, file, want string }{
		{"another claim goes on", header + good + row("B2", "F2", `Hotel "De Zon"`) + row("C3", "F3", "K. Smit"), whole + "\nVBE C3, 4: F3 10.00 due 2026-07-01\nline 3 claim B2 debtor: " + inside},
		{"its own claim does not", header + good + row("A1", "F2", `J. "Jansen`), half + "\nline 3 claim A1 debtor: " + inside},
		{"nor when the bad row comes first", header + row("A1", "F2", `"J." Jansen`) + good, "line 2 claim A1 debtor: " + after + "\nline 3 claim A1 : line 2 of the same claim is refused: nothing is half accepted"},
		{"a quote that is never closed swallows no other row", header + row("B2", "F2", `"Hotel De Zon`) + row("C3", "F3", "K. Smit") + row("D4", "F4", `Hotel ""`), "VBE C3, 3: F3 10.00 due 2026-07-01\nline 2 claim B2 debtor: " + open + "\nline 4 claim D4 debtor: " + inside},
		{"not even on the last line", header + good + strings.TrimSuffix(row("B2", "F2", `"De Zon`), "\n"), whole + "\nline 3 claim B2 debtor: " + open},
		{"nor with Windows line ends", strings.ReplaceAll(header+row("B2", "F2", `"De Zon`)+row("C3", "F3", "K. Smit"), "\n", "\r\n"), "VBE C3, 3: F3 10.00 due 2026-07-01\nline 2 claim B2 debtor: " + open},
		{"a text over two lines is refused on both", header + row("B2", "F2", "\"De\nZon\"") + row("C3", "F3", "K. Smit"), "VBE C3, 4: F3 10.00 due 2026-07-01\nline 2 claim B2 debtor: " + open + "\nline 3 claim  client: " + inside},
		{"in the client's code", header + good + strings.Replace(row("A1", "F2", "J. Jansen"), "VBE", `V"BE`, 1), half + "\nline 3 claim  client: " + inside},
		{"in the reference", header + good + row(`A"1`, "F2", "J. Jansen"), half + "\nline 3 claim  claim: " + inside},
		{"before the reference, beside a separator", back + turned("A1", "F1", "Jansen") + turned("A1", "F2", `"Jan;sen" B.V.`), half + "\nline 3 claim  debtor: " + after},
		{"before the reference of another claim", back + turned("A1", "F1", "Jansen") + turned("A12", "F2", `"Jan;sen" B.V.`), "VBE A1, 2: F1 10.00 due 2026-07-01\nline 3 claim  debtor: " + after},
		{"a separator without quotes", back + turned("A1", "F1", "Jansen") + turned("A1", "F2", "Jan; sen"), half + "\nline 3 claim 10 : has 17 fields, the header has 16"},
		{"in the header", strings.Replace(header, "town", `to"wn`, 1) + good, "line 1: there is no header; right would be: " + allColumns},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := read(c.file); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAClaimHasAtMostFiveHundredInvoices(t *testing.T) {
	t.Parallel()
	file := func(n int) string {
		var text strings.Builder
		text.WriteString(header + strings.ReplaceAll(good, "A1", "B2"))
		for i := range n {
			text.WriteString(strings.Replace(good, "F1", fmt.Sprint("G", i), 1))
		}
		return text.String()
	}
	for n, want := range map[int]int{500: 2, 501: 1, 25_000: 1} {
		claims, problems, err := claim.ReadSubmissions(strings.NewReader(file(n)))
		if err != nil || len(claims) != want || want == 1 && len(problems) != n {
			t.Fatalf("%d invoices: %d claims, %d problems, %v", n, len(claims), len(problems), err)
		}
		if want == 2 {
			continue
		}
		if p := problems[500]; p.Line != 503 || p.Column != "invoice" || p.Reason != "is one too many: a claim has at most 500 invoices; right would be several claims, each with a reference of its own" {
			t.Errorf("%d invoices: %+v", n, p)
		}
	}
}

func TestWhatARowMeans(t *testing.T) {
	t.Parallel()
	claims, _, err := claim.ReadSubmissions(strings.NewReader(header + strings.Replace(good, "consumer;J. Jansen", "Sole-Trader; Jansen ", 1)))
	if err != nil || len(claims) != 1 {
		t.Fatalf("%+v %v", claims, err)
	}
	want := claim.Debtor{Kind: kinds["sole trader"], Name: "Jansen", Street: "Dorpsweg 1", Postcode: "1234 AB", Town: "Proefdorp", Country: "NL", Email: "j@debiteur.example", Language: "nl"}
	if got := claims[0].Submission; got.Debtor != want || !got.NotElsewhere || got.Principal() != euro("1234.50") {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAFileFromAnOldSpreadsheetIsReadAsWindows1252(t *testing.T) {
	t.Parallel()
	encoded, err := charmap.Windows1252.NewEncoder().String(header + strings.Replace(good, "J. Jansen", "Café “Zoë” €", 1))
	if err != nil {
		t.Fatal(err)
	}
	claims, problems, err := claim.ReadSubmissions(strings.NewReader(encoded))
	if err != nil || len(claims) != 1 || claims[0].Submission.Debtor.Name != "Café “Zoë” €" {
		t.Errorf("%+v %+v %v", claims, problems, err)
	}
}

// A stray byte in a file that is UTF-8 is the fault of its row. All other names stay what they are.
func TestAStrayByteSpoilsNoName(t *testing.T) {
	t.Parallel()
	const notUTF8 = "has bytes that are not UTF-8, as the rest of the file is; right would be to save the whole file as UTF-8"
	row := func(claim, invoice, debtor string) string {
		return strings.NewReplacer("A1", claim, "F1", invoice, "J. Jansen", debtor).Replace(good)
	}
	const broken, half = "line 3 claim %s debtor: " + notUTF8, "line 2 claim %s : line 3 of the same claim is refused: nothing is half accepted\nline 3 claim %s: " + notUTF8
	for _, c := range []struct{ name, file, debtors, want string }{
		{"beside a name in UTF-8", header + row("A1", "F1", "Jürgen") + row("B2", "F2", "Zo\xeb"), "Jürgen", fmt.Sprintf(broken, "B2")},
		{"a file with a byte order mark", "\xef\xbb\xbf" + header + row("A1", "F1", "Jan") + row("B2", "F2", "Zo\xeb"), "Jan", fmt.Sprintf(broken, "B2")},
		{"a character that is cut off", header + row("A1", "F1", "Jürgen") + row("B2", "F2", "Zo\xc3"), "Jürgen", fmt.Sprintf(broken, "B2")},
		{"in the same claim", header + row("A1", "F1", "Jürgen") + row("A1", "F2", "J\xfcrgen"), "", fmt.Sprintf(half, "A1", "A1 debtor")},
		{"in the reference: the row may be of that claim", header + row("Ä1", "F1", "Jan") + row("\xc41", "F2", "Jan"), "", fmt.Sprintf(half, "Ä1", "?1 claim")},
		{"nothing of UTF-8 in the file", header + row("A1", "F1", "J\xfcrgen") + row("B2", "F2", "Zo\xeb"), "Jürgen, Zoë", ""},
	} {
		claims, problems, err := claim.ReadSubmissions(strings.NewReader(c.file))
		var debtors, said []string
		for _, one := range claims {
			debtors = append(debtors, one.Submission.Debtor.Name)
		}
		for _, p := range problems {
			said = append(said, fmt.Sprintf("line %d claim %s %s: %s", p.Line, p.Claim, p.Column, p.Reason))
		}
		if got := strings.Join(said, "\n"); err != nil || strings.Join(debtors, ", ") != c.debtors || got != c.want {
			t.Errorf("%s: debtors %q, want %s; says\n%s\nwant\n%s\n%v", c.name, debtors, c.debtors, got, c.want, err)
		}
	}
}

func TestAFileOfMoreThanTenMebibytesIsRefused(t *testing.T) {
	t.Parallel()
	const limit = 10 << 20
	file := []byte(header + strings.ReplaceAll(good, "Proefdorp", "P"))
	full := append(file, bytes.Repeat([]byte("\n"), limit-len(file))...)
	if claims, _, err := claim.ReadSubmissions(bytes.NewReader(full)); err != nil || len(claims) != 1 {
		t.Errorf("exactly 10 MiB: %d claims, %v", len(claims), err)
	}
	if _, _, err := claim.ReadSubmissions(bytes.NewReader(append(full, '\n'))); err == nil || err.Error() != "the file is larger than 10 MiB; hand it over in parts" {
		t.Errorf("one byte more: %v", err)
	}
	if got := read(header + strings.Repeat("a\n", 50_001)); !strings.Contains(got, "more than 50000 rows") {
		t.Errorf("too many rows: %.80s", got)
	}
}

// Whatever a client uploads, the reader answers: claims that are whole, problems with a line, or one FileError.
func FuzzReadSubmissions(f *testing.F) {
	for _, seed := range []string{"", header, header + good, header + good + good, header + `V"BE;` + good, "\xef\xbb\xbf" + header + good, strings.ReplaceAll(header+good, ";", ","), header + "\x00;\xff\xfe", "a\r\rb", header + strings.ReplaceAll(good, "J. Jansen", `"J.`) + good} {
		f.Add([]byte(seed))
		f.Add([]byte(header + seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		claims, problems, err := claim.ReadSubmissions(bytes.NewReader(data))
		var bad *claim.FileError
		if err != nil && (!errors.As(err, &bad) || claims != nil || problems != nil) {
			t.Fatalf("%v with %d claims and %d problems", err, len(claims), len(problems))
		}
		lines := map[int]bool{}
		for _, p := range problems {
			if p.Line < 2 || p.Reason == "" || lines[p.Line] {
				t.Fatalf("problem %+v", p)
			}
			lines[p.Line] = true
		}
		for _, c := range claims {
			if len(c.Rows) == 0 || len(c.Rows) != len(c.Submission.Invoices) || !c.Submission.NotElsewhere || c.Submission.Client == "" || c.Submission.Reference == "" {
				t.Fatalf("claim %+v", c)
			}
			for _, row := range c.Rows {
				if lines[row.Line] {
					t.Fatalf("line %d is a problem and accepted", row.Line)
				}
				lines[row.Line] = true
			}
		}
	})
}
