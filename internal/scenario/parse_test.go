package scenario_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/scenario"
)

const plainClaim = `claim:
  debtor_kind: consumer
  handed_over: 2026-02-02
  invoices:
    - {invoice: F-101, invoice_date: 2025-12-01, due_date: 2025-12-31, amount: 1000.00}
`

const someTrajectory = `trajectory:
  id: own
  version: 1
  for: %s
  minimum_demand: "25.00"
  steps:
    - {step: reminder, letter: reminder, stage: reminders, after: hand-over, days: 0, term: %s, channels: [email]}
  advice: {after: previous, days: 7}
  decision: {term: 10, remind_after: 5, default: {premium: close, basis: close}}
  monitoring: {letter_every_months: 12, years: 20}
`

// What is wrong in a file is told with its line and field, and what would be right.
func TestWrongFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		story, file, want string
		noScenario        bool
	}{
		{"nothing", "", "s.yaml: the file is empty", true},
		{"no YAML", "a: [", "s.yaml: line 1: a value is missing; right would be", true},
		{"a list", "- 1", "s.yaml: it is not a list of keys with values", true},
		{"two documents", plainClaim + "---\na: 1\n", "s.yaml: there is more after the first document", true},
		{"another kind of file", "id: consumer\nversion: 1\n", "s.yaml: there is no claim in it", true},
		{"an unknown key", plainClaim + "evens: []\n", `s.yaml: line 6: "evens" is not a key here, did you mean events? right would be plan, vat_declared`, false},
		{"a key twice", "plan: basis\n" + plainClaim + "plan: premium\n", `s.yaml: line 7: "plan" stands there twice`, false},
		{"no plan", "plan: Gold\n" + plainClaim, `s.yaml: line 1: plan: "Gold" is no plan; right would be one like basis or premium`, false},
		{"a price of nothing that there is", "prices: {court: 1.00}\n" + plainClaim, `s.yaml: line 1: prices: "court" is not a key here; right would be court_procedure, contribution, draft-summons`, false},
		{"a word for a price", "prices: {draft-summons: free}\n" + plainClaim, "s.yaml: line 1: prices.draft-summons: ", false},
		{"an agreement without a start", "agreement: {notice: 2025-10-31}\n" + plainClaim, "s.yaml: line 1: agreement: start is missing", false},
		{"a notice of after the hand-over", "agreement: {start: 2025-02-01, notice: 2026-02-02}\n" + plainClaim, "s.yaml: line 1: agreement.notice: 2026-02-02 is not before hand-over on 2026-02-02", false},
		{"no kind of debtor", strings.Replace(plainClaim, "  debtor_kind: consumer\n", "", 1), "s.yaml: line 2: claim: debtor_kind is missing", false},
		{"a word for a day", strings.Replace(plainClaim, "2026-02-02", "tomorrow", 1), `s.yaml: line 3: claim.handed_over: "tomorrow" is not a moment; right would be 2026-10-08 or 2026-10-08 14:30`, false},
		{"an hour that the clock skips", plainClaim + "events:\n  - {at: 2026-03-29 02:30, remark: x}\n", `s.yaml: line 7: at: "2026-03-29 02:30" is no moment in Amsterdam, where the clock is set forward over it; right would be 2026-03-29 0`, false},
		{"no invoice", "claim:\n  debtor_kind: consumer\n  handed_over: 2026-02-02\n  invoices: []\n", "s.yaml: line 4: claim.invoices: is no list", false},
		{"an amount of nothing", strings.Replace(plainClaim, "1000.00", "0.00", 1), "s.yaml: line 5: claim.invoices.amount: 0.00 is not more than 0.00", false},
		{"a column that is not of an invoice", strings.Replace(plainClaim, "{invoice", "{town: X, invoice", 1), `s.yaml: line 5: claim.invoices: "town" is not a key here`, false},
		{"an end before the beginning", plainClaim + "until: 2026-02-01\n", "s.yaml: line 6: until: 2026-02-01 is not after hand-over on 2026-02-02", false},
		{"an event without a moment", plainClaim + "events:\n  - {pays: 10.00}\n", "s.yaml: line 7: events: an event begins with the moment at which it happens", false},
		{"an event that is not known", plainClaim + "events:\n  - {at: 2026-02-03, payed: 10.00}\n", `s.yaml: line 7: events: "payed" is not an event, did you mean pays? right would be one of pays, allocated`, false},
		{"one that is like none, after its field", plainClaim + "events:\n  - at: 2026-02-03\n    reason: x\n    dances: 10.00\n", `s.yaml: line 9: events: "dances" is not an event; right would be one of pays, allocated`, false},
		{"an event in which nothing happens", plainClaim + "events:\n  - {at: 2026-02-03}\n", "s.yaml: line 7: events: nothing happens in it; right would be one of pays, allocated", false},
		{"a field with a letter too few", plainClaim + "events:\n  - {at: 2026-02-03, pays: 10.00, valuedate: 2026-02-01}\n", `s.yaml: line 7: pays: "valuedate" is not a key here, did you mean value_date? right would be at, pays, key`, false},
		{"two events in one", plainClaim + "events:\n  - {at: 2026-02-03, pays: 10.00, remark: he called}\n", "s.yaml: line 7: events: pays and remark are two events", false},
		{"a field of another event", plainClaim + "events:\n  - {at: 2026-02-03, pays: 10.00, since: 2026-02-01}\n", `s.yaml: line 7: pays: "since" is not a key here; right would be at, pays, key, value_date, reference, payer`, false},
		{"a word for an amount", plainClaim + "events:\n  - {at: 2026-02-03, pays: a lot}\n", "s.yaml: line 7: pays: ", false},
		{"a word for a value date", plainClaim + "events:\n  - {at: 2026-02-03, pays: open, value_date: soon}\n", `s.yaml: line 7: pays.value_date: date "soon" is not a date`, false},
		{"a field that is needed", plainClaim + "events:\n  - {at: 2026-02-03, letter-traced: reminder}\n", "s.yaml: line 7: letter-traced: found is missing", false},
		{"an event before hand-over", plainClaim + "events:\n  - {at: 2026-02-01, pays: 10.00}\n", "s.yaml: line 7: at: 2026-02-01 is before hand-over on 2026-02-02 06:00", false},
		{"an event that never happens", plainClaim + "until: 2026-03-01\nevents:\n  - {at: 2026-03-02, pays: 10.00}\n", "s.yaml: line 8: at: 2026-03-02 is after the end of the telling on", false},
		{"workers that are back before they go", plainClaim + "events:\n  - {at: 2026-02-03, workers-down: 2026-02-02}\n", "s.yaml: line 7: workers-down: 2026-02-02 is not after 2026-02-03 21:00", false},
		{"a mail server that is back before it goes", plainClaim + "events:\n  - {at: 2026-02-03, mail-server-down: 2026-02-02}\n", "s.yaml: line 7: mail-server-down: 2026-02-02 is not after 2026-02-03 21:00; right would be the moment at which it is back", false},
		{"more than an amount can be", plainClaim + "events:\n  - {at: 2026-02-03, pays: open+99999999999999999999.00}\n", "s.yaml: line 7: pays: amount \"99999999999999999999.00\" is more than 100 billion euro", false},
		{"workers that go twice", plainClaim + "events:\n  - {at: 2026-02-03, workers-down: 2026-02-09}\n  - {at: 2026-02-05, workers-down: 2026-02-06}\n", "s.yaml: line 8: workers-down: the workers are down already", false},
		{"a trajectory that is not there", plainClaim + "trajectory: nowhere.yaml\n", "s.yaml: line 6: trajectory: open nowhere.yaml", false},
		{"a trajectory in braces", plainClaim + "trajectory: {id: x}\n", "s.yaml: line 6: trajectory: right would be default, the path of a file", false},
		{"a trajectory that cannot work", plainClaim + fmt.Sprintf(someTrajectory, "consumer", "0"), "line 12: ", false},
		{"a trajectory for other debtors", plainClaim + fmt.Sprintf(someTrajectory, "business", "5"), "s.yaml: line 7: trajectory: own@1 is for business debtors, and this one is a consumer", false},
	}
	for _, tt := range tests {
		t.Run(tt.story, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.Parse("s.yaml", []byte(tt.file), os.ReadFile)
			var form *scenario.FormError
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || errors.As(err, &form) != tt.noScenario {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Everything that is wrong is told at once, each on its line and in their order, whatever part of the file it is in; what rests on it is not judged.
func TestSeveralMistakesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ story, file, want string }{
		{
			"beside the claim", "plan: Gold\n" + plainClaim + "trajectory: nowhere.yaml\nuntil: 2026-02-01\nevents:\n  - {at: 2026-02-01, pays: 10.00}\n  - {at: 2026-02-03, pays: a lot}\n  - {at: 2026-02-04, remark: fine}\n  - {at: 2026-02-05, payed: 1.00}\n",
			"1 plan: 7 trajectory: 8 until: 10 at: 11 pays: 13 events:",
		},
		{
			"in the claim and around it", "plan: Gold\nvat_declared: soon\ncommission: much\nprices: {court: 1.00, draft-summons: free}\nagreement: {notice: once, registered: maybe}\nevens: []\n" +
				"claim:\n  debtor_kind: consumr\n  handed_over: tomorrow\n  town: [a]\n  twon: b\n  language: fr\n  invoices:\n    - {invoice: F-1, invoice_date: soon, amount: 0.00, town: X}\n    - {invoice: F-2}\n" +
				"until: never\nevents:\n  - {at: 2026-02-03, pays: a lot, value_date: soon, since: x}\n",
			"1 plan: 2 vat_declared: 3 commission: 4 prices: 4 prices.draft-summons: 5 agreement: 5 notice: 5 registered: 6 \"evens\" " +
				"8 claim.debtor_kind: 9 claim.handed_over: 10 claim.town: 11 claim: 12 claim.language: 14 claim.invoices: 14 claim.invoices.amount: 14 claim.invoices.invoice_date: 15 claim.invoices: 15 claim.invoices: " +
				"16 until: 18 pays: 18 pays: 18 pays.value_date:",
		},
		{
			"what rests on it is not judged", strings.NewReplacer("2026-02-02", "tomorrow", "consumer", "consumr").Replace(plainClaim) + fmt.Sprintf(someTrajectory, "business", "5") + "until: 2026-02-01\nevents:\n  - {at: 2020-02-03, remark: x}\n",
			"2 claim.debtor_kind: 3 claim.handed_over:",
		},
		{
			"plans that there are not, beside a decision that is none", "plan: gold\n" + plainClaim + "events:\n  - {at: 2026-02-03, plan-changed: silver}\n  - {at: 2026-02-03, decide: maybe}\n  - {at: 2026-02-04, plan-changed: premium}\n",
			"1 plan: 8 plan-changed: 9 decide:",
		},
		{
			"workers that are back before they go, beside another", plainClaim + "events:\n  - {at: 2026-02-03, workers-down: 2026-02-02}\n  - {at: 2026-02-05, workers-down: 2026-02-04}\n  - {at: 2026-02-03, payed: 1.00}\n",
			"7 workers-down: 8 workers-down: 9 events:",
		},
	} {
		s, err := scenario.Parse("s.yaml", []byte(tt.file), os.ReadFile)
		if err == nil {
			t.Fatalf("%s: it is taken", tt.story)
		}
		err = scenario.ByLine(errors.Join(err, s.Unplanned(agreement.Plans{"basis": {}, "premium": {}})))
		var got []string
		for line := range strings.Lines(err.Error()) {
			words := strings.Fields(line)
			got = append(got, strings.TrimSuffix(words[2], ":")+" "+words[3])
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s: got  %s\nwant %s\n%v", tt.story, got, tt.want, err)
		}
		var wrong *scenario.InputError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %T", tt.story, err)
		}
	}
}

var fenced = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// Every example of the format's documentation can be read, and every event there is has one.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
		example := block[1]
		if strings.HasPrefix(example, "- ") {
			example = plainClaim + "events:\n" + example
		}
		s, err := scenario.Parse("example.yaml", []byte(example), os.ReadFile)
		if err != nil {
			t.Errorf("%v\n%s", err, example)
		}
		for _, e := range s.Events {
			shown[e.Name] = true
		}
		if strings.Contains(example, "workers-down:") {
			shown["workers-down"] = true // it is no event of the claim
		}
	}
	for _, name := range scenario.Happenings() {
		if !shown[name] {
			t.Errorf("docs/scenarios.md has no example of %s", name)
		}
	}
	for _, kind := range scenario.Kinds() {
		if !strings.Contains(string(text), "`"+string(kind)+"`") {
			t.Errorf("docs/scenarios.md does not tell what %s is", kind)
		}
	}
}
