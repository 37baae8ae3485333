package bank_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
)

// samples are what the files hold: account, balances, number and sum of credits and of debits, payments inside entries, whether it ties. The
// figures were counted by other means than this package.
var samples = map[string][]string{
	"camt/camt053.v2.five.decimals.xml":   {"NL26VAYB8060476890 EUR 18.15 27.05 1 8.85 0 0.00 1 false"},
	"camt/camt053.v2.multi.statement.xml": {"NL26VAYB8060476890 EUR 18.15 27.00 1 8.85 0 0.00 1 true", "NL26VAYB8060476890 EUR 27.00 20.00 0 0.00 1 7.00 1 true"},
	"camt/camt053.v8.xml":                 {"NL26VAYB8060476890 EUR 18.15 -27.00 1 8.85 0 0.00 1 false"},
	"camt/camt054.v8.xml":                 {"CH2801234000123456789 SEK null null 0 0.00 1 200000.00 3 null"},
	"camt/error-camt053.xml":              {"NL00SNSB0000000000 EUR 1000.00 900.00 1 50.00 1 100.00 2 false"},
	"camt/test-camt053.xml":               {"NL00SNSB0000000000 EUR 1000.00 950.00 1 50.00 1 100.00 2 true"},
	"camt/example-camt053-a.xml":          {"NL14SNSB0012345678 EUR 203.69 661.69 1 500.00 6 42.00 7 true", "NL78SNSB0022446688 EUR 1859.13 1660.87 3 301.74 1 500.00 4 true"},
	"camt/example-camt053-b.xml":          {"DD01100056869 USD -843686.20 -843610.73 13 145.53 6 70.06 19 true"},
	"mt940/abnamro.txt":                   {"517852257 EUR 3236.28 876.84 0 0.00 8 321.44 0 false", "517852257 EUR 2876.84 1849.75 0 0.00 2 24.49 0 false"},
	"mt940/bunq.txt":                      {"NL47BUNQ2025104400 EUR 32.33 84.13 2 77.30 2 25.50 0 true"},
	"mt940/knab_two_blocks.txt":           {"0222222222 EUR 0.00 50.00 1 50.00 0 0.00 0 true", "0222222222 EUR 50.00 1060.00 2 1010.00 0 0.00 0 true"},
	"mt940/mt940_iban.txt":                {"NL68INGB0000012345 EUR 436.90 246.45 3 14640.00 18 14830.45 0 true"},
	"mt940/rabobank_mt940_structured.txt": {"NL50RABO0123456789 EUR 1147.95 1190.35 1 169.90 1 127.50 0 true", "NL50RABO0123456789 EUR 1190.35 18846.34 4 19046.61 3 1390.62 0 true"},
	"mt940/triodos_iban_2.txt":            {"NL86TRIO07878788778 EUR 0.00 7728.78 2 7839.52 2 110.74 0 true"},
	"mt940/two_accounts.txt": {"1567.50.961 EUR 9265.12 2666.37 0 0.00 2 6598.75 0 true", "9914.30.727 EUR 352.84 352.84 0 0.00 0 0.00 0 true",
		"3462.483.153 EUR 5000.00 5000.00 0 0.00 0 0.00 0 true", "1325.76.155 EUR -12.00 238.00 1 250.00 0 0.00 0 true"},
	"mt940/van_lanschot.txt": {"0878787878 EUR 5053.33 7770.09 1 2716.76 0 0.00 0 true", "0878787878 EUR 7770.09 5666.09 0 0.00 2 2104.00 0 true",
		"0878787878 EUR 5666.09 4849.34 0 0.00 1 816.75 0 true"},
	"mt940/rabobank.txt": rabobank(),
}

// rabobank is October 2012, a statement for each working day; on most nothing happens.
func rabobank() []string {
	days := map[int]string{0: "0 0.00 1 50.00", 3: "0 0.00 1 30.25", 5: "0 0.00 1 190.14", 10: "0 0.00 2 75.00", 12: "1 12100.00 1 88.06", 14: "0 0.00 1 4019.23", 18: "0 0.00 1 3076.00", 19: "0 0.00 2 15327.00"}
	closing := map[int]string{0: "17381.67", 3: "17351.42", 5: "17161.28", 10: "17086.28", 12: "29098.22", 14: "25078.99", 18: "22002.99", 19: "6675.99"}
	all, balance := make([]string, 23), "17431.67"
	for i := range all {
		opening, moved := balance, "0 0.00 0 0.00"
		if _, ok := days[i]; ok {
			balance, moved = closing[i], days[i]
		}
		all[i] = fmt.Sprintf("2121.21.211 EUR %s %s %s 0 true", opening, balance, moved)
	}
	return all
}

// line is a statement as in samples.
func line(s bank.Statement) string {
	said := func(b *bank.Balance) string {
		if b == nil {
			return "null"
		}
		return bank.Text(b.Amount)
	}
	ties, known := s.Ties(s.All)
	tied := fmt.Sprint(ties)
	if !known {
		tied = "null"
	}
	return fmt.Sprintf("%s %s %s %s %d %s %d %s %d %s", s.Account, s.Currency, said(s.Opening), said(s.Closing), s.All.Credits.Count, bank.Text(s.All.Credits.Sum),
		s.All.Debits.Count, bank.Text(s.All.Debits.Sum), s.All.Itemised, tied)
}

func lines(in bank.Inspection) []string {
	all := make([]string, len(in.Statements))
	for i, s := range in.Statements {
		all[i] = line(s)
	}
	return all
}

func TestSamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/[cm]*/*")
	if err != nil || len(files) != len(samples) {
		t.Fatalf("%d files, %d in the table, %v", len(files), len(samples), err)
	}
	for name, want := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := sample(t, name)
			in, err := bank.Inspect(strings.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, lines(in)); d != "" {
				t.Error(d)
			}
			format := "mt940"
			if _, rest, ok := strings.Cut(data, "urn:iso:std:iso:20022:tech:xsd:"); ok {
				format = rest[:len("camt.053.001.02")]
			}
			if in.Format != format {
				t.Errorf("format %s, want %s", in.Format, format)
			}
		})
	}
}

func sample(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// entries reads a text and gives all its entries.
func entries(t *testing.T, text string) []bank.Entry {
	t.Helper()
	var all []bank.Entry
	if _, err := bank.Read(strings.NewReader(text), bank.Handler{Entry: func(_ *bank.Statement, e *bank.Entry) error {
		all = append(all, *e)
		return nil
	}}); err != nil {
		t.Fatal(err)
	}
	return all
}

// What a bank tells of single entries, by dialect: amount with its sign, booking and value date, name, account, references, text.
func TestDialects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story, file string
		entry       int // from 0, over the whole file
		want        string
	}{
		{"ABN AMRO, before SEPA: the text only, a line that is not full ends a word", "mt940/abnamro.txt", 0,
			"-9.00 2011-05-24 2011-05-24 name= account= e2e= ref=[] text=GIRO   428428 KPN - DIGITENNE    BETALINGSKENM.  000000042188659 5314606715                       BETREFT FACTUUR D.D. 20-05-2011 INCL. 1,44 BTW"},
		{"Bunq, money in", "mt940/bunq.txt", 1, "+75.30 2026-02-09 2026-02-09 name=VOORBEELD BV account=NL20INGB0001234567 e2e= ref=[] text=factuur 2026-12 / dossier 7"},
		{"Bunq, an account of Bunq and no text", "mt940/bunq.txt", 0, "+2.00 2026-01-31 2026-01-31 name=Voorbeeld account=NL65BUNQ9900000188 e2e= ref=[] text="},
		{"Bunq, a card: no account, and the rate on a line of its own", "mt940/bunq.txt", 2, "-25.00 2026-02-10 2026-02-10 name=WINKEL.EXAMPLE account= e2e= ref=[] text=WINKEL.EXAMPLE AUCKLAND, NZ 40.00 NZD, 1 NZD = 0.62500 EUR"},
		{"Knab", "mt940/knab_two_blocks.txt", 1, "+1000.00 2014-10-24 2014-10-24 name=BEDRIJF VOF account=NL26ABNA0888888888 e2e= ref=[] text="},
		{"Knab, a text before the account", "mt940/knab_two_blocks.txt", 2, "+10.00 2014-10-24 2014-10-24 name=NAAM REKENINGHOUDER account=NL76INB05555555555 e2e= ref=[] text=BLA BLA BLA EEN OMSCHRIJVING IN HET OMSCHRIJVING VELD"},
		{"ING", "mt940/mt940_iban.txt", 0, "-192.36 2014-08-25 2014-08-25 name=B Bert account=NL57ABNA0876543211 e2e= ref=[] text=22-08-2014 Omschrijving"},
		{"ING, a direct debit with codes broken over lines", "mt940/mt940_iban.txt", 8,
			"-73.62 2014-08-25 2014-08-25 name=KPN - MOBIEL account=NL75INGB0000012345 e2e=02164810730000043 ref=[] text=Factuurnr: 2015/123456789.00. Kijk voor meer informatie op KPN.com of Hi.nl"},
		{"ING, a line of less than 65 that goes on in the middle of a word", "mt940/mt940_iban.txt", 7, "+100.00 2014-08-25 2014-08-25 name= account=0007654332 e2e= ref=[] text=VAN Zkl Kwartaal Spaarrekening"},
		{"Rabobank, before SEPA: account and name behind the kind", "mt940/rabobank.txt", 7, "-4019.23 2012-10-19 2012-10-19 name=J. DOE EO account=0767676767 e2e= ref=[] text=salaris"},
		{"Rabobank, a betalingskenmerk with the right check digit is a reference", "mt940/two_accounts.txt", 0,
			"-6098.75 2012-09-18 2012-09-18 name=Belastingdienst Apeldoor account=P002445588 e2e= ref=[0189827218201120] text=BETALINGSKENM.  0189827218201120"},
		{"Rabobank with codes", "mt940/rabobank_mt940_structured.txt", 7, "+1923.90 2013-04-04 2013-04-04 name=BEDRIJF NV account=NL82RBOS0602069890 e2e=1134027115 ref=[] text=Ref: 201302-080"},
		{"Rabobank, a full line goes on in the middle of a word", "mt940/rabobank_mt940_structured.txt", 3, "+1640.76 2013-04-04 2013-04-04 name=DLN CONSULTING account=0117888613 e2e= ref=[] text=factuurnummer 201303-128cursus certified PO"},
		{"Rabobank, a shorter one ended", "mt940/rabobank_mt940_structured.txt", 1, "+169.90 2013-04-03 2013-04-03 name=Bedrijf B.V. account=0663616476 e2e= ref=[] text=NR.201303-111/11.3.2013 NR.201303-112/11.3.2013"},
		{"Triodos, NOTPROVIDED is no reference", "mt940/triodos_iban_2.txt", 1, "+3456.29 2018-02-27 2018-02-27 name=G-AAAAA N.V. account=NL21RABO0999999999 e2e= ref=[] text=Factuurnummer 201801-001"},
		{"Van Lanschot, a full line that ends in a blank", "mt940/van_lanschot.txt", 3, "-816.75 2014-01-22 2014-01-22 name=BEN account=NL80RABO0676767676 e2e=1234432100005555 ref=[] text=Kenmerk: 1234.4321.0000.5555 Omschrijving: 123123444 01-01-2014  3 MND 8888888888 Servicecontract"},
		{"Van Lanschot", "mt940/van_lanschot.txt", 0, "+2716.76 2014-01-10 2014-01-10 name=ABDFGEKSLJFN ASLDJDKE B.V account=NL81RABO0444444444 e2e=333333333 ref=[] text=201400-001"},
		{"SNS in camt, a fee: the text is about the entry", "camt/example-camt053-a.xml", 1, "-7.95 2026-01-24 2026-01-24 name= account= e2e= ref=[] text=Kosten gebruik betaalrekening inclusief 1 betaalpas fee"},
		{"camt .02, the payer of money in", "camt/example-camt053-a.xml", 2, "+500.00 2026-01-26 2026-01-26 name=GreatExample BV account=NL78SNSB0022446688 e2e= ref=[] text=Opname"},
		{"camt .08, both accounts the same", "camt/camt053.v8.xml", 0, "+8.85 2014-12-31 2015-01-02 name=NAME NAME account=NL56AGDH9619008421 e2e=MUELL/FINP/RA12345 ref=[4654654654654654] text="},
		{"camt, a payment that came back", "camt/example-camt053-b.xml", 0, "+10.00 2025-12-06 2025-12-06 name= account= e2e=GSGWGDNCTAHQM8 ref=[] text=Sample Unstructured Remittance 123 reversal"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := said(entries(t, sample(t, c.file))[c.entry]); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// said is an entry with its first payment in one line.
func said(e bank.Entry) string {
	sign := map[bank.Direction]string{bank.Credit: "+", bank.Debit: "-"}[e.Direction]
	p := e.Transactions[0]
	text := fmt.Sprintf("%s%s %s %s name=%s account=%s e2e=%s ref=%v text=%s", sign, bank.Text(e.Amount), e.BookedOn, e.ValueOn, p.Counterparty.Name, p.Counterparty.Account, p.EndToEndID, p.Structured, p.Remittance)
	for _, more := range []struct {
		is   bool
		name string
	}{{e.Fee, "fee"}, {e.Reversal, "reversal"}, {!e.Booked, "pending"}, {p.ReturnReason != "", "returned " + p.ReturnReason}, {p.Ultimate != "", "for " + p.Ultimate}} {
		if more.is {
			text += " " + more.name
		}
	}
	return text
}

// Every entry has at least one payment, and whoever books by the payments books the entry.
func TestPaymentsAddUp(t *testing.T) {
	t.Parallel()
	for name := range samples {
		for _, e := range entries(t, sample(t, name)) {
			sum := e.Transactions[0].Amount
			for _, p := range slices.Clone(e.Transactions)[1:] {
				sum = sum.Add(p.Amount)
			}
			if e.Split && !sum.Equal(e.Amount) {
				t.Errorf("%s, entry %d: payments of %s in an entry of %s", name, e.Number, sum, e.Amount)
			}
		}
	}
}
