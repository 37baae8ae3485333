package claim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

const (
	agreedHeader = "client;claim;debtor_kind;debtor;street;postcode;town;invoice;invoice_date;due_date;amount;not_elsewhere;extended_to;title;interest_rate;costs_clause;instalments_of\n"
	agreedRow    = "VBE;A1;company;Hout B.V.;Dorpsweg 1;1234 AB;Proefdorp;%s;2026-06-01;2026-07-01;100;ja;%s\n"
)

// agreedRows is a file of one claim; each row ends with what is given.
func agreedRows(ends ...string) string {
	text := agreedHeader
	for i, end := range ends {
		text += fmt.Sprintf(agreedRow, fmt.Sprint("F", i+1), end)
	}
	return text
}

func TestWhatWasAgreedWithTheDebtor(t *testing.T) {
	t.Parallel()
	claims, problems, err := claim.ReadSubmissions(strings.NewReader(agreedRows("2026-07-15;levering van hout;12,5%;15;", ";levering van hout;12.5;15;")))
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	s := claims[0].Submission
	if got := fmt.Sprintf("%s, interest %s, clause %s, instalments of %q", s.Agreement.Title, s.Agreement.InterestRate.Text, s.Agreement.CostsClause.Text, s.Agreement.InstalmentsOf); got != `levering van hout, interest 12.5, clause 15, instalments of ""` {
		t.Error(got)
	}
	if first := s.Invoices[0]; first.Due != day("2026-07-15") || first.Agreed != day("2026-07-01") {
		t.Errorf("extended: %+v", first)
	}
	if second := s.Invoices[1]; second.Due != day("2026-07-01") || !second.Agreed.IsZero() {
		t.Errorf("not extended: %+v", second)
	}
	for written, want := range map[string]string{"8": "8", "8.0": "8", "08": "8", "8,00%": "8", "12.50": "12.5", "0,5": "0.5", "10": "10", "00.25": "0.25"} {
		claims, problems, err := claim.ReadSubmissions(strings.NewReader(agreedRows(";;" + written + ";" + written + ";")))
		if err != nil || len(problems) > 0 {
			t.Fatal(written, err, problems)
		}
		if a := claims[0].Submission.Agreement; a.InterestRate.Text != want || a.CostsClause.Text != want {
			t.Errorf("%s: interest %s, clause %s, want %s", written, a.InterestRate.Text, a.CostsClause.Text, want)
		}
	}
	if differs := (claim.Agreement{InterestRate: law.Percent{Text: "8"}}).Differs(claim.Agreement{InterestRate: law.Percent{Text: "08.0"}}); differs != "" {
		t.Errorf("what an earlier version kept as it was typed differs in %s", differs)
	}
	for _, c := range []struct{ name, file, want string }{
		{"no more time", agreedRows("2026-07-01;;;;"), "line 2 claim A1 extended_to: 2026-07-01 gives no more time than 2026-07-01; right would be a later day, or nothing"},
		{"a day that is none", agreedRows("2026-02-30;;;;"), "line 2 claim A1 extended_to: date \"2026-02-30\" is not a date"},
		{"interest in words", agreedRows(";;twelve;;"), `line 2 claim A1 interest_rate: "twelve" is not a percentage; right would be 12 or 12,5`},
		{"no interest", agreedRows(";;0;;"), "line 2 claim A1 interest_rate: 0% cannot have been agreed"},
		{"a percent and more", agreedRows(";;12,555;;"), `line 2 claim A1 interest_rate: "12,555" is not a percentage`},
		{"more than can have been agreed", agreedRows(";;;25,01;"), "line 2 claim A1 costs_clause: 25.01% cannot have been agreed; right would be more than 0 and at most 25, or nothing for what the law says"},
		{"a clause for a consumer", strings.Replace(agreedRows(";;;15;"), "company", "consumer", 1), "line 2 claim A1 costs_clause: no clause takes a consumer off the scale (art. 6:96 lid 5 BW)"},
		{"two rows that differ", agreedRows(";hout;;;", ";steen;;;"), "line 3 claim A1 title: differs from that of this claim on line 2"},
	} {
		if got := read(c.file); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

// A consumer's debt is the price of a purchase, until the client says that it is none; in business it never is one (art. 7:5 lid 1 BW).
func TestWhetherADebtIsForAPurchase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, answer, want string }{
		{"consumer", "", "a purchase"},
		{"consumer", "yes", "a purchase yes"},
		{"consumer", "Ja", "a purchase yes"},
		{"consumer", "true", "a purchase yes"},
		{"consumer", "no", "something else no"},
		{"consumer", "NEE", "something else no"},
		{"consumer", "false", "something else no"},
		{"consumer", "maybe", `line 2 claim A1 consumer_sale: "maybe" is not yes or no; right would be no for rent, services and subscriptions of a consumer, yes or nothing for a purchase`},
		{"company", "", "something else"},
		{"company", "no", "something else"},
		{"company", "yes", "line 2 claim A1 consumer_sale: is yes, and this debtor is in business; right would be no, or nothing: only a consumer has a consumer sale (art. 7:5 lid 1 BW)"},
		{"sole-trader", "ja", "line 2 claim A1 consumer_sale: is yes, and this debtor is in business; right would be no, or nothing"},
	} {
		file := strings.NewReplacer("company", c.kind, "instalments_of", "consumer_sale").Replace(agreedRows(";;;;" + c.answer))
		got := read(file)
		if claims, problems, err := claim.ReadSubmissions(strings.NewReader(file)); err == nil && len(problems) == 0 {
			s := claims[0].Submission
			sale := claim.Facts{Debtor: s.Debtor.Kind, Terms: claim.Terms{Sale: s.Agreement.Sale}}.ConsumerSale()
			got = strings.TrimSpace(map[bool]string{true: "a purchase", false: "something else"}[sale] + " " + string(s.Agreement.Sale))
		}
		if got != c.want && (!strings.HasPrefix(c.want, "line ") || !strings.Contains(got, c.want)) {
			t.Errorf("%s %q: %s, want %s", c.kind, c.answer, got, c.want)
		}
	}
	for answers, want := range map[string]string{
		"no no":  "",
		" yes":   "", // nothing is a purchase too
		"no yes": "line 3 claim A1 consumer_sale: differs from that of this claim on line 2",
		"no ":    "line 3 claim A1 consumer_sale: differs from that of this claim on line 2",
	} {
		first, second, _ := strings.Cut(answers, " ")
		file := strings.NewReplacer("company", "consumer", "instalments_of", "consumer_sale").Replace(agreedRows(";;;;"+first, ";;;;"+second))
		if _, problems, err := claim.ReadSubmissions(strings.NewReader(file)); err != nil || (len(problems) == 0) != (want == "") || !strings.Contains(read(file), want) {
			t.Errorf("%q: %v %s, want %q", answers, err, read(file), want)
		}
	}
}
