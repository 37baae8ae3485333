package law_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

func TestCourtCosts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, claim string
		natural     bool
		want        string
	}{
		{"the smallest claim", "0.01", false, "2026: 139.00 125.57 43.00"},
		{"end of the first salary band", "250.00", false, "2026: 139.00 125.57 43.00"},
		{"a cent more", "250.01", false, "2026: 139.00 125.57 87.00"},
		{"end of the first fee band", "500.00", false, "2026: 139.00 125.57 87.00"},
		{"a cent more", "500.01", false, "2026: 350.00 125.57 144.00"},
		{"the same for a natural person", "500.01", true, "2026: 233.00 125.57 144.00"},
		{"1500 and a cent", "1500.01", false, "2026: 397.00 125.57 217.00"},
		{"2500", "2500.00", false, "2026: 397.00 125.57 217.00"},
		{"2500 and a cent", "2500.01", true, "2026: 265.00 125.57 253.00"},
		{"5000", "5000.00", false, "2026: 529.00 125.57 288.00"},
		{"12500 and a cent", "12500.01", false, "2026: 1504.00 125.57 432.00"},
		{"the end of the cantonal court", "25000.00", false, "2026: 1504.00 125.57 577.00"},
		{"beyond it a lawyer is needed, of whom no salary is known", "25000.01", false, "2026: 3083.00 125.57 0.00"},
	} {
		party := law.LegalPerson
		if c.natural {
			party = law.NaturalPerson
		}
		got, err := tables(t).CourtCosts(money.MustParse(c.claim), party, calendar.MustParseDate("2026-11-22"))
		if said := fmt.Sprintf("%s: %s %s %s", got.Year, got.Fee, got.Summons, got.Salary); err != nil || said != c.want {
			t.Errorf("%s: %s costs %s (%v), want %s", c.name, c.claim, said, err, c.want)
		}
	}
	if last := tables(t).LastCourtDay(calendar.MustParseDate("2027-05-01")); last.String() != "2026-12-31" {
		t.Errorf("next year's table is not there yet: the last day is %s", last)
	}
	for on, party := range map[string]law.Party{"2023-12-31": law.LegalPerson, "2025-06-01": law.LegalPerson, "2027-01-01": law.LegalPerson, "2024-06-01": law.Indigent} {
		if got, err := tables(t).CourtCosts(money.MustParse("100.00"), party, calendar.MustParseDate(on)); err == nil {
			t.Errorf("%s on %s is answered with %s though nothing is confirmed", party, on, got.Total())
		}
	}
	if got, err := tables(t).CourtCosts(money.MustParse("1000.00"), law.NaturalPerson, calendar.MustParseDate("2024-06-01")); err != nil || got.Total().String() != "465.37" {
		t.Errorf("in 2024: %s (%v)", got.Total(), err)
	}
}

func TestCollectionCostsNeverFallAndKeepTheirBounds(t *testing.T) {
	t.Parallel()
	law := tables(t)
	on := calendar.MustParseDate("2026-11-22")
	rapid.Check(t, func(t *rapid.T) {
		principal := money.Cents(rapid.Int64Range(1, 2_000_000_00).Draw(t, "principal"))
		costs, err := law.CollectionCosts(principal, on)
		more, _ := law.CollectionCosts(principal+1, on)
		if err != nil || costs < money.MustParse("40.00") || costs > money.MustParse("6775.00") || more < costs || more > costs+1 {
			t.Fatalf("%s costs %s, a cent more %s (%v)", principal, costs, more, err)
		}
	})
	if _, err := law.CollectionCosts(money.MustParse("1.00"), calendar.MustParseDate("2012-06-30")); err == nil {
		t.Error("a day before the first scale is answered")
	}
}

const emptyFees = `fees: [{from: 2024-01-01, until: 2024-12-31, article: a, source: b}]
summons: [{from: 2024-01-01, until: 2024-12-31, article: a, source: b, amount: "1.00"}]
salary: [{from: 2024-01-01, until: 2024-12-31, article: a, source: b, rows: [{point: "1.00"}]}]
after_judgment: [{from: 2024-01-01, until: 2024-12-31, article: a, source: b, unserved: "1.00", served: "2.00"}]
`

// Whoever copies the tables learns of all files at once what is wrong with them.
func TestEveryFileIsJudged(t *testing.T) {
	t.Parallel()
	_, err := law.ReadTables(fstest.MapFS{"costs.yaml": {Data: []byte("[]")}})
	right := ": is not there; right would be interest.yaml, costs.yaml, court.yaml, vat.yaml in one directory\n"
	if want := "interest.yaml" + right + "costs.yaml: no scale\ncourt.yaml" + right + "vat.yaml" + strings.TrimSpace(right); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestTablesThatCannotBeRightAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, new, want string }{
		{"as shipped", "interest.yaml", "x", "x", ""},
		{"an unknown key", "interest.yaml", "rates:", "rate:", "field rate not found"},
		{"no article", "interest.yaml", "article: art. 6:119 BW", `article: ""`, "consumer: needs article"},
		{"no end", "interest.yaml", "confirmed_until: 2026-12-31", `confirmed_until: ""`, "consumer: needs article, source, confirmed_until"},
		{"a row without a percentage", "interest.yaml", `, percent: "3"`, "", "consumer: row 2: 2012-07-01 has no percent"},
		{"a percentage with a comma", "interest.yaml", `percent: "3"`, `percent: "3,5"`, "is not a number from 0 to 100"},
		{"a percentage as a fraction", "interest.yaml", `percent: "3"`, `percent: "7/2"`, "is not a number from 0 to 100"},
		{"a percentage of 101", "interest.yaml", `percent: "3"`, `percent: "101"`, "is not a number from 0 to 100"},
		{"rows out of order", "interest.yaml", "2012-07-01", "2011-06-30", "consumer: row 2: 2011-06-30 does not come after"},
		{"a day twice", "interest.yaml", "2012-07-01", "2011-07-01", "consumer: row 2: 2011-07-01 does not come after"},
		{"no scale", "costs.yaml", "", "[]", "costs.yaml: no scale"},
		{"a band without a percentage", "costs.yaml", `, percent: "10"`, "", "scale 1: band 2 has no percent"},
		{"bands out of order", "costs.yaml", `up_to: "5000.00"`, `up_to: "2400.00"`, "bands in rising order"},
		{"two open ends", "costs.yaml", `{up_to: "5000.00", `, `{`, "bands in rising order"},
		{"no open end", "costs.yaml", `{percent: "0.5"}`, `{up_to: "300000.00", percent: "0.5"}`, "only the last has no up_to"},
		{"a maximum under the minimum", "costs.yaml", `maximum: "6775.00"`, `maximum: "39.00"`, "the maximum 39.00 is less than the minimum 40.00"},
		{"an amount that is none", "costs.yaml", `"40.00"`, `"forty"`, "costs.yaml"},
		{"no court table", "court.yaml", "", "{}", "court.yaml: fees: no table"},
		{"a court table without a source", "court.yaml", "source: Stcrt. 2025, 39855", "source: ''", "fees 2: needs an article and a source"},
		{"fees out of order", "court.yaml", `up_to: "1500.00"`, `up_to: "500.00"`, "fees 1: the rows need to rise"},
		{"a table that ends before it begins", "court.yaml", "until: 2024-12-31", "until: 2023-12-31", "fees 1: until 2023-12-31 comes before from 2024-01-01"},
		{"tables that overlap", "court.yaml", "from: 2026-01-01", "from: 2024-12-31", "fees 2: 2024-12-31 does not come after the row before it"},
		{"salary without an open end", "court.yaml", `{point: "577.00"}`, `{up_to: "40000.00", point: "577.00"}`, "salary 2: the rows need to rise"},
		{"VAT without an article", "vat.yaml", "article: art. 9 lid 1 Wet op de omzetbelasting 1968", "article: ''", "row 1: needs from, percent, article and source"},
		{"VAT without a beginning", "vat.yaml", "- from: 2012-10-01\n  percent", "- percent", "row 1: needs from, percent, article and source"},
		{"interest without a source", "interest.yaml", "source: Besluit wettelijke rente; 2026 Stb. 2025, 438; 2026-07-01 unchanged", "source: ''", "consumer: needs article, source"},
		{"a rate without a beginning", "interest.yaml", "from: 2011-07-01, ", "", "consumer: row 1: has no from"},
		{"confirmed for less than the rows", "interest.yaml", "confirmed_until: 2026-12-31", "confirmed_until: 2025-12-31", "consumer: confirmed_until 2025-12-31 comes before the last row, 2026-01-01; right would be"},
		{"confirmed for what nobody knows", "interest.yaml", "confirmed_until: 2026-12-31", "confirmed_until: 2028-01-02", "consumer: confirmed_until 2028-01-02 is more than 2 years after the last row, 2026-01-01"},
		{"a minimum of less than nothing", "costs.yaml", `minimum: "40.00"`, `minimum: "-40.00"`, "costs.yaml: scale 1: the minimum -40.00 is negative"},
		{"a summons for what nobody knows", "court.yaml", "until: 2026-12-31, amount", "until: 2036-12-31, amount", "summons 2: until 2036-12-31 is more than 2 years after from 2026-01-01"},
		{"a scale without a beginning", "costs.yaml", "- from: 2012-07-01\n  article", "- article", "scale 1: needs from, article and source"},
		{"court fees without an end", "court.yaml", "    until: 2024-12-31\n", "", "fees 1: needs from and until"},
		{"court fees without rows", "court.yaml", "", emptyFees, "fees 1: the rows need to rise"},
		{"a fee for nothing", "court.yaml", `natural: "93.00",  `, "", "fees 2: row 1 needs an amount"},
		{"a summons for nothing", "court.yaml", `amount: "112.37", `, "", "summons 1: needs an amount"},
		{"a salary for nothing", "court.yaml", `point: "40.00"`, `point: "0.00"`, "salary 1: row 1 needs a point"},
		{"service for less than none", "court.yaml", `served: "287.00"`, `served: "187.00"`, "after_judgment 1: needs unserved"},
		{"an empty file", "costs.yaml", "", "# later\n", "costs.yaml: the file is empty"},
		{"two documents", "vat.yaml", "- from: 2012-10-01\n", "- {from: 2012-01-01, percent: \"19\", article: a, source: b}\n---\n- from: 2012-10-01\n", "vat.yaml: there is more after the first document"},
		{"no VAT", "vat.yaml", "", "[]", "vat.yaml: no rate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			for _, name := range law.TableFiles {
				data, err := os.ReadFile("../../config/rates/" + name)
				if err != nil {
					t.Fatal(err)
				}
				switch {
				case name != c.file || c.old == c.new:
				case c.old == "":
					data = []byte(c.new)
				case !strings.Contains(string(data), c.old):
					t.Fatalf("%q does not stand in %s", c.old, name)
				default:
					data = []byte(strings.Replace(string(data), c.old, c.new, 1))
				}
				files[name] = &fstest.MapFile{Data: data}
			}
			_, err := law.ReadTables(files)
			if (err == nil) != (c.want == "") || (err != nil && (!strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file))) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// From 2027 on a half-year that is said to be confirmed has a row, also when the percentage stays: a last day that was moved alone would let an old rate run on.
func TestEachHalfYearHasItsRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, until, rows, want string }{
		{"as shipped, with none for an unchanged rate of before", "2026-12-31", "", ""},
		{"the first day of a half-year without its row", "2027-01-01", "", "2027-01-01"},
		{"a year without any", "2027-12-31", "", "2027-01-01"},
		{"the second without its row", "2027-12-31", "2027-01-01", "2027-07-01"},
		{"the first without its row", "2027-12-31", "2027-07-01", "2027-01-01"},
		{"a row of another day", "2027-06-30", "2027-01-02", "2027-01-01"},
		{"the same percentage, with its rows", "2027-12-31", "2027-01-01 2027-07-01", ""},
		{"the last day before the next", "2027-06-30", "2027-01-01", ""},
	} {
		rows := `{from: 2026-01-01, percent: "4"}`
		for _, from := range strings.Fields(c.rows) {
			rows += "\n    - {from: " + from + `, percent: "4"}`
		}
		files := fstest.MapFS{}
		for _, name := range law.TableFiles {
			data, err := os.ReadFile("../../config/rates/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if name == "interest.yaml" {
				changed := strings.Replace(string(data), "confirmed_until: 2026-12-31", "confirmed_until: "+c.until, 1)
				data = []byte(strings.Replace(changed, `{from: 2026-01-01, percent: "4"}`, rows, 1))
			}
			files[name] = &fstest.MapFile{Data: data}
		}
		want := ""
		if c.want != "" {
			want = "interest.yaml: consumer: confirmed_until " + c.until + " has no row from " + c.want + "; right would be a row for each half-year from 2027-01-01 on, also when the percentage stays"
		}
		if _, err := law.ReadTables(files); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", c.name, err, want)
		}
	}
}
