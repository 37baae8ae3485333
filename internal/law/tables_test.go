package law_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

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
		{"beyond it", "25000.01", false, "2026: 3083.00 125.57 577.00"},
	} {
		got, err := tables(t).CourtCosts(money.MustParse(c.claim), c.natural, calendar.MustParseDate("2026-11-22"))
		if said := fmt.Sprintf("%s: %s %s %s", got.Year, got.Fee, got.Summons, got.Salary); err != nil || said != c.want {
			t.Errorf("%s: %s costs %s (%v), want %s", c.name, c.claim, said, err, c.want)
		}
	}
	if got, err := tables(t).CourtCosts(money.MustParse("100.00"), false, calendar.MustParseDate("2027-05-01")); err != nil || got.Year != "2026" {
		t.Errorf("next year's table is not there yet: the answer says %q (%v)", got.Year, err)
	}
	if _, err := tables(t).CourtCosts(money.MustParse("100.00"), false, calendar.MustParseDate("2025-12-31")); err == nil {
		t.Error("a day before the first table is answered")
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

func TestTablesThatCannotBeRightAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, new, want string }{
		{"as shipped", "interest.yaml", "x", "x", ""},
		{"an unknown key", "interest.yaml", "rates:", "rate:", "field rate not found"},
		{"no article", "interest.yaml", "article: art. 6:119 BW", `article: ""`, "consumer: needs article"},
		{"no end", "interest.yaml", "confirmed_until: 2026-12-31", `confirmed_until: ""`, "consumer: needs article, confirmed_until"},
		{"a row without a percentage", "interest.yaml", `, percent: "3"`, "", "consumer: row 2: 2012-07-01 has no percent"},
		{"a percentage with a comma", "interest.yaml", `percent: "3"`, `percent: "3,5"`, "is not a number from 0 to 100"},
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
		{"no court table", "court.yaml", "", "[]", "court.yaml: no table"},
		{"a court table without a source", "court.yaml", "source: Stcrt", "source: ''\n  #", "table 1: needs a year and a source"},
		{"fees out of order", "court.yaml", `up_to: "1500.00"`, `up_to: "500.00"`, "fees and salary need rows in rising order"},
		{"salary without an open end", "court.yaml", `{point: "577.00"}`, `{up_to: "40000.00", point: "577.00"}`, "fees and salary need rows in rising order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var texts [3][]byte
			for i, name := range []string{"interest.yaml", "costs.yaml", "court.yaml"} {
				data, err := os.ReadFile("../../config/rates/" + name)
				if err != nil {
					t.Fatal(err)
				}
				texts[i] = data
				switch {
				case name != c.file || c.old == c.new:
				case c.old == "":
					texts[i] = []byte(c.new)
				case !strings.Contains(string(data), c.old):
					t.Fatalf("%q does not stand in %s", c.old, name)
				default:
					texts[i] = []byte(strings.Replace(string(data), c.old, c.new, 1))
				}
			}
			_, err := law.ParseTables(texts[0], texts[1], texts[2])
			if (err == nil) != (c.want == "") || (err != nil && (!strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file))) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
