package claim_test

import (
	"os"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// From the day of a bankruptcy order or a WSNP ruling, that day included, no interest runs (art. 128 and 303 Fw): ten days of 4% over 1000.00 are 1.10.
func TestInterestEndsOnTheDayOfTheRuling(t *testing.T) {
	t.Parallel()
	const due, bankrupt = "consumer; 1000.00 due 2026-02-28", "consumer; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-11"
	for _, c := range []struct{ name, story, on, want string }{
		{"the day before", bankrupt, "2026-03-10", "costs 0.00 interest 1.10 principal 1000.00"},
		{"the day itself", bankrupt, "2026-03-11", "costs 0.00 interest 1.10 principal 1000.00"},
		{"without it that day had interest", due, "2026-03-11", "costs 0.00 interest 1.21 principal 1000.00"},
		{"months later", bankrupt, "2026-12-01", "costs 0.00 interest 1.10 principal 1000.00"},
		{"the WSNP too", due + "; flagged wsnp from 2026-03-11", "2026-03-31", "costs 0.00 interest 1.10 principal 1000.00"},
		{"a death does not end the interest", due + "; flagged deceased from 2026-03-11", "2026-03-31", "costs 0.00 interest 3.40 principal 1000.00"},
		{"the last day of it", bankrupt + " to 2026-03-20", "2026-03-20", "costs 0.00 interest 1.10 principal 1000.00"},
		{"cleared, interest runs again the day after", bankrupt + " to 2026-03-20", "2026-03-21", "costs 0.00 interest 1.21 principal 1000.00"},
		{"cleared because it never was: all interest runs", bankrupt + " to 2026-03-10", "2026-03-31", "costs 0.00 interest 3.40 principal 1000.00"},
		{"bankrupt, then restructured: one stretch", bankrupt + " to 2026-03-20; flagged wsnp from 2026-03-18", "2026-04-30", "costs 0.00 interest 1.10 principal 1000.00"},
		{"one within the other", bankrupt + " to 2026-03-20; flagged wsnp from 2026-03-13 to 2026-03-15", "2026-03-21", "costs 0.00 interest 1.21 principal 1000.00"},
		{"two apart", bankrupt + " to 2026-03-20; flagged bankrupt from 2026-03-31", "2026-04-30", "costs 0.00 interest 2.19 principal 1000.00"}, // and 10 days between
		{"before the invoice was due: none at all", "consumer; 1000.00 due 2026-03-15; flagged bankrupt from 2026-03-11", "2026-04-30", "costs 0.00 interest 0.00 principal 1000.00"},
		{"an invoice that fell due in the bankruptcy runs when it is over", "consumer; 1000.00 due 2026-03-15; flagged bankrupt from 2026-03-11 to 2026-03-20", "2026-03-22", "costs 0.00 interest 0.22 principal 1000.00"},
		{"a payment after the ruling pays no interest of after it", bankrupt + "; paid 100.00 on 2026-03-21", "2026-03-31", "costs 0.00 interest 0.00 principal 901.10"},
		{"the ruling was not known and everything was paid: what was too much is owed back", bankrupt + "; paid 1003.40 on 2026-03-31", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00 surplus 2.30"},
		{"a year of default that ends in it is added to the base", "consumer; 1000.00 due 2025-02-28; flagged wsnp from 2026-02-01 to 2026-03-31", "2026-04-01", "costs 0.00 interest 53.81 principal 1000.00"},
		{"a change of rate within it counts", "company; 1000.00 due 2026-06-20; flagged bankrupt from 2026-06-21 to 2026-07-09", "2026-07-10", "costs 150.00 interest 0.28 principal 1000.00"}, // one day of 10.40%
		{"costs stay", "company; 1000.00 due 2026-02-28; flagged bankrupt from 2026-03-11", "2026-03-31", "costs 150.00 interest 2.78 principal 1000.00"},
		{"a letter of before it that is paid within its term is honoured", bankrupt + "; asked 1000.00 from 2026-03-10 to 2026-03-17; paid 1000.00 on 2026-03-17", "2026-03-31", "costs 0.00 interest 0.00 principal 0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := say(accountOn(t, tell(c.story), c.on)); got != c.want {
				t.Errorf("%s\non %s owes %s, want %s", c.story, c.on, got, c.want)
			}
		})
	}
}

func TestUntilWhenInterestIsStatedAndWhyNotLonger(t *testing.T) {
	t.Parallel()
	const due = "consumer; 1000.00 due 2026-02-28"
	const none, later = "none runs by law from 2026-03-11: bankrupt (art. 26 and 128 Fw)", "the rate of later days is not confirmed yet"
	for _, c := range []struct{ name, story, on, statedTo, why string }{
		{"the whole day", due, "2026-03-31", "2026-03-31", ""},
		{"the day before the order", due + "; flagged bankrupt from 2026-03-11", "2026-03-10", "2026-03-10", ""},
		{"the day of the order", due + "; flagged bankrupt from 2026-03-11", "2026-03-11", "2026-03-10", none},
		{"while it lasts", due + "; flagged bankrupt from 2026-03-11", "2027-03-11", "2026-03-10", none},
		{"with a WSNP after it", due + "; flagged bankrupt from 2026-03-11 to 2026-03-20; flagged wsnp from 2026-03-21", "2026-03-31", "2026-03-10", none},
		{"when it is over", due + "; flagged bankrupt from 2026-03-11 to 2026-03-20", "2026-03-21", "2026-03-21", ""},
		{"past the last confirmed rate", due, "2027-03-31", "2026-12-31", later},
		{"past it after a bankruptcy", due + "; flagged bankrupt from 2026-03-11 to 2027-01-20", "2027-03-31", "2026-03-10", later},
		{"a demand that was met", due + "; flagged wsnp from 2026-03-25; asked 1000.00 from 2026-03-10 to 2026-03-17; paid 1000.00 on 2026-03-17", "2026-03-31", "2026-03-17", "a demand was met in time: nothing runs"},
	} {
		a := accountOn(t, tell(c.story), c.on)
		if a.InterestStatedTo.String() != c.statedTo || a.InterestEnds != c.why {
			t.Errorf("%s: to %s, %q; want to %s, %q", c.name, a.InterestStatedTo, a.InterestEnds, c.statedTo, c.why)
		}
	}
}

// Every stop flag names its law and what the operator does, has a key of its own, and stands in the docs as it is in the table.
func TestStopFlagsAreWhatTheDocsSay(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range claim.Stops() {
		interest := "runs on"
		if s.EndsInterest {
			interest = "ends the day before"
		}
		row := strings.Join([]string{"", s.Kind, s.Article, interest, s.Todo, ""}, " | ")
		if !strings.Contains(string(docs), strings.TrimSpace(row)+"\n") {
			t.Errorf("docs/states.md has no row\n%s", strings.TrimSpace(row))
		}
		if got, ok := claim.StopOf(s.Kind); !ok || got != s || seen[s.Kind] || s.Article == "" || s.Todo == "" || s.Task() != "stopped:"+s.Kind {
			t.Errorf("%+v", s)
		}
		seen[s.Kind] = true
	}
	if _, ok := claim.StopOf(claim.FlagAddressUnknown); ok || len(seen) != 8 {
		t.Errorf("%d flags stop", len(seen))
	}
}

// Of a company nobody dies or is a minor, and debt restructuring is for natural persons.
func TestWhichDebtorsAStopFits(t *testing.T) {
	t.Parallel()
	ofCompanies := ""
	for _, s := range claim.Stops() {
		if s.Fits(kinds["company"]) == "" {
			ofCompanies += s.Kind + " "
		}
		if s.Fits(kinds["consumer"]) != "" || s.Fits(kinds["sole trader"]) != "" {
			t.Errorf("%s does not fit a natural person", s.Kind)
		}
	}
	if want := "bankrupt debt-counselling vulnerable "; ofCompanies != want {
		t.Errorf("of a company: %s, want %s", ofCompanies, want)
	}
	wsnp, _ := claim.StopOf(claim.FlagWSNP)
	if got, want := wsnp.Fits(kinds["company"]), "wsnp is of a natural person (consumer or sole trader), and the debtor is a company; right would be bankrupt, debt-counselling or vulnerable, or, as the kind of a debtor cannot be changed, that the client takes back a claim on the wrong one (claim withdraw)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFlaggedDaysDoNotCount(t *testing.T) {
	t.Parallel()
	f := tell("consumer; flagged minor from 2026-03-05 to 2026-03-07; flagged wsnp from 2026-03-07 to 2026-03-08; flagged deceased from 2026-03-10; flagged vulnerable from 2026-03-12 to 2026-03-11")
	f.Flags = append(f.Flags, claim.Flag{Kind: claim.FlagAddressUnknown, From: day("2026-03-14"), Until: day("2026-03-16")})
	if got := f.PausedDays(day("2026-03-01"), day("2026-03-31")); got != 4 {
		t.Errorf("%d days, want 4", got)
	}
}
