package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// ratesDir is a copy of the tables as shipped, with changes: file, old, new.
func ratesDir(t *testing.T, changes ...[3]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range law.TableFiles {
		data, err := fs.ReadFile(config.Data, "rates/"+name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, c := range changes {
			if c[0] != name {
				continue
			}
			if !strings.Contains(text, c[1]) {
				t.Fatalf("%q does not stand in %s", c[1], name)
			}
			text = strings.Replace(text, c[1], c[2], 1)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// longerRates are the tables as shipped with a rate of consumers for half a year more.
func longerRates(t *testing.T, percent string) string {
	t.Helper()
	const last = `    - {from: 2026-01-01, percent: "4"}`
	return ratesDir(t, [3]string{"interest.yaml", "confirmed_until: 2026-12-31", "confirmed_until: 2027-06-30"}, [3]string{"interest.yaml", last, last + "\n    - {from: 2027-01-01, percent: \"" + percent + "\"}"})
}

func TestRatesCheck(t *testing.T) {
	t.Parallel()
	longer := longerRates(t, "4")
	for _, c := range []struct {
		name, line string
		code       int
		want       []string // of what is printed and of the warning
	}{
		{"thirty days before the end", "--on 2026-12-01", 0, []string{"interest.yaml consumer", "10.4%", "139.00 to 10487.00", "30 days left", "no end", "art. 6:119 BW", "Stcrt. 2025, 39855", "costs.yaml instalments", "unconfirmed: "}},
		{"twenty-nine days before", "--on 02-12-2026", 1, []string{"! 29 days left", "4 of 9 tables of law do not hold for 30 days from 2026-12-02", "\n  interest.yaml consumer: the row from 2027-01-01; published in the Staatsblad in December", "(29 days left)", "court.yaml summons: the row from 2027-01-01"}},
		{"the last day", "--on 2026-12-31", 1, []string{"(0 days left)"}},
		{"the day after", "--on 2027-01-01", 1, []string{"(not covered)"}},
		{"tables of one's own", "--on 2026-12-02 --rates " + longer, 1, []string{"3 of 9", "interest.yaml commercial: the row from 2027-01-01"}},
		{"as shipped nothing differs", "--on 2026-12-01 --json", 0, []string{`"not_as_shipped":[]`}},
		{"rows that are not as shipped", "--on 2026-12-01 --rates " + ratesDir(t, [3]string{"interest.yaml", `{from: 2026-01-01, percent: "4"}`, `{from: 2026-01-01, percent: "5"}`}, [3]string{"costs.yaml", `maximum: "6775.00"`, `maximum: "7000.00"`}), 0,
			[]string{"\nnot as shipped; look whether it is meant:\n  interest.yaml consumer from 2026-01-01: 5%; shipped is 4%\n  costs.yaml from 2012-07-01: 40.00 to 7000.00, bands "}},
		{"a day that is none", "--on 2026-02-30", 2, []string{`"--on"`}},
		{"no directory", "--rates /nowhere", 3, []string{"--rates: /nowhere: "}},
		{"files that are not there", "--rates " + t.TempDir(), 3, []string{"interest.yaml: is not there; right would be", "; vat.yaml: is not there"}},
		{"a row that cannot be right", "--rates " + ratesDir(t, [3]string{"interest.yaml", `, percent: "3"`, ""}), 3, []string{"interest.yaml: consumer: row 2: 2012-07-01 has no percent"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, append([]string{"rates", "check"}, strings.Fields(c.line)...)...)
			if code != c.code || code >= 2 && (out != "" || strings.Contains(problem, "\n")) {
				t.Errorf("exit %d, want %d: %s\n%s", code, c.code, problem, out)
			}
			for _, want := range c.want {
				if !strings.Contains(out+problem, want) {
					t.Errorf("does not say %q:\n%s\n%s", want, out, problem)
				}
			}
		})
	}
}

func TestRatesCheckForAScript(t *testing.T) {
	t.Parallel()
	out, code, problem := runCommand(t, "rates", "check", "--json", "--on", "2026-12-02")
	var answer struct {
		On     string
		OK     bool
		Tables []struct {
			Table, Article, Source        string
			InForce                       string `json:"in_force"`
			From, ConfirmedUntil, Missing *string
			Unconfirmed                   *string
			DaysLeft                      *int `json:"days_left"`
		}
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	if err := decoder.Decode(&answer); err != nil || decoder.More() {
		t.Fatalf("not one JSON object: %v\n%s", err, out)
	}
	if code != 1 || problem == "" || answer.On != "2026-12-02" || answer.OK || len(answer.Tables) != 9 {
		t.Fatalf("exit %d %s: %+v", code, problem, answer)
	}
	consumer, costs := answer.Tables[0], answer.Tables[2]
	if consumer.InForce != "4%" || consumer.DaysLeft == nil || *consumer.DaysLeft != 29 || consumer.Missing == nil || !strings.Contains(out, `"confirmed_until":"2026-12-31"`) {
		t.Errorf("%+v", consumer)
	}
	if instalments := answer.Tables[3]; instalments.Table != "costs.yaml instalments" || instalments.Unconfirmed == nil || instalments.Missing != nil || costs.Unconfirmed != nil {
		t.Errorf("%+v", instalments)
	}
	if costs.DaysLeft != nil || costs.Missing != nil || costs.Source == "" {
		t.Errorf("%+v", costs)
	}
	if out, code, _ := runCommand(t, "rates", "check", "--json", "--on", "2026-12-01"); code != 0 || !strings.Contains(out, `"ok":true`) {
		t.Errorf("exit %d %s", code, out)
	}
}

// calc and rates check calculate by the tables they are given.
func TestCalcByOtherTables(t *testing.T) {
	t.Parallel()
	dir := longerRates(t, "3")
	out, code, problem := calc(t, strings.Fields("interest --principal 1000 --kind consumer --due 2026-12-31 --paid 2027-01-31 --json --rates "+dir)...)
	if code != 0 || !strings.Contains(out, `"rate":"3","base":"1000.00","interest":"2.55"`) {
		t.Errorf("exit %d %s\n%s", code, problem, out)
	}
}

// Every command that reads the law reads it where the configuration says; --rates wins, and what else a configuration lacks is no matter to calc.
func TestTheConfiguredTablesAreUsed(t *testing.T) {
	t.Parallel()
	longer := longerRates(t, "4")
	wrong := ratesDir(t, [3]string{"costs.yaml", `minimum: "40.00"`, `minimum: "9000.00"`})
	configured := func(dir string) string {
		file := filepath.Join(t.TempDir(), "dunning.yaml")
		if err := os.WriteFile(file, []byte("law: {rates_dir: "+dir+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const interest = "calc interest --principal 1000 --kind consumer --due 2026-12-31 --paid 2027-01-31"
	for _, c := range []struct {
		name, line string
		code       int
		want       string
	}{
		{"as shipped", interest, 2, "the last confirmed row holds until 2026-12-31"},
		{"as configured", interest + " --config " + configured(longer), 0, "interest           3.40"},
		{"as given", interest + " --config " + configured(wrong) + " --rates " + longer, 0, "3.40"},
		{"rates check looks there too", "rates check --on 2026-12-02 --config " + configured(longer), 1, "3 of 9 tables"},
		{"what cannot be right is refused", interest + " --config " + configured(wrong), 2, "law.rates_dir: " + wrong + ": costs.yaml: scale 1: the maximum 6775.00 is less than the minimum 9000.00"},
		{"a key that is misspelt is not passed over", interest + " --config " + configured("x, rate_dir: y"), 2, "law.rate_dir: is not a key"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, strings.Fields(c.line)...)
			if code != c.code || !strings.Contains(out+problem, c.want) {
				t.Errorf("exit %d: %s\n%s\nwant %d: %s", code, problem, out, c.code, c.want)
			}
		})
	}
	shelf, err := library(config.Law{RatesDir: longer})
	if err != nil || shelf.Tables().Consumer.ConfirmedUntil.String() != "2027-06-30" || shelf.Default(claim.DebtorKind{}).ID != "consumer" {
		t.Errorf("the worker's tables: %v", err)
	}
	if _, err := library(config.Law{RatesDir: wrong}); err == nil || !strings.HasPrefix(err.Error(), "law.rates_dir: "+wrong+": costs.yaml: scale 1") {
		t.Errorf("got %v", err)
	}
}
