package trajectory_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const consumerPolicy = `id: consumer
version: 3
for: consumer
minimum_demand: "5.00"
steps:
  - {step: reminder, letter: reminder, stage: reminders, after: hand-over, days: 0, term: 7, channels: [email, post]}
  - {step: notice, letter: 14-day-letter, stage: notice, after: previous, days: 8, term: 14, channels: [email, post]}
  - {step: last, letter: summons, stage: summons, after: received, days: 16, term: 7, channels: [post]}
advice: {after: previous, days: 8}
decision: {term: 30, remind_after: 14, default: {premium: monitoring, basis: close}}
monitoring: {letter_every_months: 12, years: 20}
`

func parsed(t testing.TB, text string) trajectory.Policy {
	t.Helper()
	p, err := trajectory.ParsePolicy("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAPolicyThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"a good one", "x", "x", ""},
		{"an unknown key, with its line", "version: 3", "versoin: 3", `line 2: "versoin" is no key here; right would be one of [id version`},
		{"a number that is none", "days: 8,", "days: eight,", `line 7: "eight" does not fit; right would be a whole number`},
		{"an amount that is none", `"5.00"`, `"5.000"`, "could mean thousands"},
		{"text after the end", "years: 20}\n", "years: 20}\n---\nid: another\n", "more after the first document"},
		{"no id", "id: consumer\n", "", "needs an id"},
		{"version nought", "version: 3", "version: 0", "version of 1 or more"},
		{"for nobody", "for: consumer", "for: anybody", `line 3: for: "anybody" is neither consumer nor business`},
		{"a negative minimum", `"5.00"`, `"-5.00"`, "less than nothing"},
		{"no term to decide", "term: 30", "term: 0", "line 10: decision: needs a term"},
		{"no default", "default: {premium: monitoring, basis: close}", "default: {}", "a default per plan"},
		{"a default that is no choice", "premium: monitoring", "premium: monitor", `default of plan premium: "monitor" is not`},
		{"a reminder after the term", "remind_after: 14", "remind_after: 30", "remind_after is 0 (no reminder) or a day within the term"},
		{"advice before its anchor", "advice: {after: previous, days: 8}", "advice: {after: previous, days: -1}", "line 9: advice: days: needs days"},
		{"advice after a misspelt anchor", "advice: {after: previous", "advice: {after: prevous", `line 9: advice: after: "prevous" is not due`},
		{"no rhythm of monitoring", "letter_every_months: 12", "letter_every_months: 0", "monitoring: needs"},
		{"monitoring for no years", "years: 20", "years: 0", "monitoring: needs"},
		{"a step without a name", "step: notice", `step: ""`, "line 7: steps: 2 (): step: missing"},
		{"a step twice", "step: notice", "step: reminder", "steps: 2 (reminder): step: missing, used twice"},
		{"an interruption that leaves no time", "years: 20", "years: 20, interrupt_before_days: 29", "monitoring: interrupt_before_days: 29 is not 30 to 365; left out it is 90"},
		{"an interruption on the last day, with its line", "monitoring: {letter_every_months: 12, years: 20}", "monitoring:\n  letter_every_months: 12\n  years: 20\n  interrupt_before_days: 0", "line 14: monitoring: interrupt_before_days: 0 is not 30 to 365"},
		{"a reminder of the court before the choice for it", "years: 20}", "years: 20}\ncourt: {hand_over_days: -1}", "court: hand_over_days: -1 is not 1 to 366 working days; left out it is 5"},
		{"one on the day of the choice, with its line", "years: 20}", "years: 20}\ncourt:\n  hand_over_days: 0", "line 13: court: hand_over_days: 0 is not 1 to 366 working days"},
		{"the outcome asked on the day of the summons, with its line", "years: 20}", "years: 20}\ncourt:\n  hand_over_days: 5\n  outcome_days: 0", "line 14: court: outcome_days: 0 is not 1 to 366 working days; left out it is 30"},
		{"an unknown key before the court", "years: 20}", "years: 20}\ncourt: {days: 5}", `"days" is no key here; right would be one of [hand_over_days outcome_days]`},
		{"a court that says nothing", "years: 20}", "years: 20}\ncourt:", ""},
		{"a hold that is looked at before it began", "years: 20}", "years: 20}\nhold: {review_days: -1}", "hold: review_days: -1 is not 1 to 366 days; left out it is 90"},
		{"a hold looked at on its day, with its line", "years: 20}", "years: 20}\nhold:\n  review_days: 0", "line 13: hold: review_days: 0 is not 1 to 366 days"},
		{"a stop flag looked at on its day, with its line", "years: 20}", "years: 20}\nstopped:\n  review_days: 0", "line 13: stopped: review_days: 0 is not 1 to 366 days; left out it is 180"},
		{"an unknown key of holds", "years: 20}", "years: 20}\nhold: {days: 5}", `"days" is no key here; right would be one of [review_days]`},
		{"a register that there is not", "years: 20", "years: 20, checks: [{register: police, every_months: 6}]", `monitoring: checks: 1: register "police" is not one of [insolvency company address], each once`},
		{"a register twice", "years: 20", "years: 20, checks: [{register: company, every_months: 6}, {register: company, every_months: 7}]", `checks: 2: register "company" is not`},
		{"a register that is never asked", "years: 20", "years: 20, checks: [{register: company}]", "checks: 1 (company): every_months is 1 or more"},
		{"a register for nobody", "years: 20", "years: 20, checks: [{register: company, every_months: 6, for: dogs}]", `checks: 1 (company): for: "dogs" is not natural-person or business`},
		{"a step with the name of the interruption", "step: notice", "step: interruption", "reserved"},
		{"a step with a name of monitoring", "step: notice", "step: monitoring-letter", "reserved"},
		{"a step with the name of a correction's", "step: notice", `step: "correction:summons"`, "is no name; right would be small letters"},
		{"a step with a character that no store takes", "step: notice", `step: "a\u0000b"`, "is no name; right would be small letters"},
		{"a step with the name of a complaint's", "step: notice", "step: complaint:x", "is no name; right would be small letters"},
		{"a step without a letter", "letter: summons", `letter: ""`, "line 8: steps: 3 (last): letter:"},
		{"a letter to the client", "letter: summons", "letter: escalation-advice", "is not a letter of the trajectory to the debtor"},
		{"a letter that asks nothing", "letter: summons", "letter: complaint-confirmation", "is not a letter of the trajectory to the debtor"},
		{"a stage that is none", "stage: notice", "stage: notices", `line 7: steps: 2 (notice): stage: "notices"; a 14-day-letter is of stage notice`},
		{"a summons in another stage", "stage: summons", "stage: reminders", `stage: "reminders"; a summons is of stage summons`},
		{"days before the anchor", "days: 8, ", "days: -8, ", "needs days or working_days of 0 or more"},
		{"no term", "term: 7, channels: [email, post]", "term: 0, channels: [email, post]", "a term of 1 to 366 days"},
		{"no channel", "channels: [post]", "channels: []", "needs channels"},
		{"an unknown channel", "channels: [post]", "channels: [fax]", `channels: "fax" is not email, post, both or phone`},
		{"an unknown anchor", "after: received", "after: recieved", `after: "recieved" is not due, hand-over, previous or received`},
		{"the first step after a previous one", "after: hand-over, days: 0", "after: previous, days: 0", "the first step has no previous one"},
		{"a 14-day letter of 13 days", "term: 14", "term: 13", "gives 14 days"},
		{"a consumer summons on day 14", "after: received, days: 16", "after: received, days: 14", "15 days or more after receipt"},
		{"a consumer summons on day 15", "after: received, days: 16", "after: received, days: 15", ""},
		{"a consumer summons counted from sending", "after: received, days: 16", "after: previous, days: 30", "15 days or more after receipt"},
		{"a consumer summons without a 14-day letter", "letter: 14-day-letter, stage: notice", "letter: reminder, stage: reminders", "needs a 14-day-letter before it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := consumerPolicy
			if c.old != c.new {
				if text = strings.Replace(text, c.old, c.new, 1); text == consumerPolicy {
					t.Fatalf("%q does not stand in the policy", c.old)
				}
			}
			_, err := trajectory.ParsePolicy("x.yaml", []byte(text))
			if c.want == "" && err != nil {
				t.Fatal(err)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "x.yaml: ")) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := trajectory.ParsePolicy("x.yaml", nil); err == nil || err.Error() != "x.yaml: the file is empty" {
		t.Errorf("an empty file gives %v", err)
	}
}

// What a policy may say, but what never happens: the day a letter leaves has a floor.
func TestTheFloorUnderEveryPolicy(t *testing.T) {
	t.Parallel()
	between, fromHandOver := parsed(t, consumerPolicy), parsed(t, strings.Replace(consumerPolicy, "after: previous, days: 8, term: 14", "after: hand-over, days: 8, term: 14", 1))
	again, last := between.Steps[0], between.Steps[2] // no file may say this
	again.ID, again.Letter, again.Offset, again.Term = "again", "sticker-reminder", trajectory.Offset{After: trajectory.AfterPrevious, Days: 1}, 1
	last.Offset = again.Offset
	between.Steps = append(between.Steps[:2:2], again, last)
	const noticeSent = "; 2026-10-05 reminder by email; 2026-10-13 notice by email"
	for _, c := range []struct {
		name                 string
		policy               trajectory.Policy
		story, at, want, why string
	}{
		{"a letter between the 14-day letter and the summons does not shorten the 14 days", between, noticeSent + "; 2026-10-14 again by email", "2026-10-14 12:00", "last by post on 2026-10-28", "the 14 days after receipt of the 14-day letter end on 2026-10-27"},
		{"received two days later by post, two days later", between, "; 2026-10-05 reminder by email; 2026-10-13 notice by post; 2026-10-16 again by email", "2026-10-16 12:00", "last by post on 2026-10-30", "end on 2026-10-29"},
		{"counted from hand-over, in time", fromHandOver, "; 2026-10-05 reminder by email", "2026-10-06 09:00", "notice by email on 2026-10-13", "the term of 8 days after hand-over ends on 2026-10-13"},
		{"counted from hand-over, a day late: after the last day of the term, not on it", fromHandOver, "; 2026-10-06 reminder by email", "2026-10-06 12:00", "notice by email on 2026-10-14", "the letter before it gives until 2026-10-13"},
		{"counted from hand-over, thirty days late: no two letters on one day", fromHandOver, "; 2026-11-04 reminder by email", "2026-11-04 12:00", "notice by email on 2026-11-12", "the letter before it gives until 2026-11-11"},
		{"counted from hand-over, the step before it skipped: at once", fromHandOver, "; 2026-11-04 skipped reminder", "2026-11-04 12:00", "notice by email on 2026-11-04", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell("consumer" + c.story)
			for i, l := range f.Letters {
				if l.Step == "notice" {
					f.Letters[i].Kind = claim.FourteenDayLetter
				}
			}
			now, _ := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			a, err := trajectory.Next(f, trajectory.Rules{Policy: c.policy, Tables: library(t).Tables()}, now)
			if err != nil || say(a) != c.want || !strings.Contains(a.NotSooner, c.why) {
				t.Errorf("%q because %q (%v), want %q because %q", say(a), a.NotSooner, err, c.want, c.why)
			}
		})
	}
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	files := func(extra map[string]string) fstest.MapFS {
		all := fstest.MapFS{}
		for _, name := range []string{"rates/interest.yaml", "rates/costs.yaml", "rates/court.yaml", "rates/vat.yaml", "trajectories/consumer.yaml", "trajectories/business.yaml"} {
			data, err := fs.ReadFile(shipped, name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = &fstest.MapFile{Data: data}
		}
		for name, text := range extra {
			if text == "" {
				delete(all, name)
				continue
			}
			all[name] = &fstest.MapFile{Data: []byte(text)}
		}
		return all
	}
	for _, c := range []struct {
		name  string
		extra map[string]string
		want  string
	}{
		{"as shipped", nil, ""},
		{"a newer version beside it", map[string]string{"trajectories/consumer-3.yaml": consumerPolicy}, ""},
		{"the same version twice", map[string]string{"trajectories/a.yaml": consumerPolicy, "trajectories/b.yaml": consumerPolicy}, "there is another trajectory consumer@3"},
		{"no default for business", map[string]string{"trajectories/business.yaml": ""}, `no default trajectory with id "business"`},
		{"a policy that cannot work", map[string]string{"trajectories/a.yaml": "id: a"}, "a.yaml: line 1: needs an id"},
		{"no interest", map[string]string{"rates/interest.yaml": ""}, "interest.yaml: is not there"},
		{"rates that cannot be read", map[string]string{"rates/costs.yaml": "- {form: 2012-07-01}"}, "costs.yaml: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := trajectory.ReadLibrary(files(c.extra))
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	l, err := trajectory.ReadLibrary(files(map[string]string{"trajectories/z.yaml": consumerPolicy}))
	if err != nil {
		t.Fatal(err)
	}
	pins := []string{l.Default(kinds["consumer"]).Pin(), l.Default(kinds["sole trader"]).Pin(), l.Default(kinds["company"]).Pin()}
	if got := strings.Join(pins, " "); got != "consumer@3 business@1 business@1" {
		t.Errorf("the defaults are %s", got)
	}
	old := tell("consumer") // pinned to consumer@1, although there is a newer one
	if rules, err := l.Rules(old); err != nil || rules.Policy.Version != 1 {
		t.Errorf("a running claim follows version %d (%v)", rules.Policy.Version, err)
	}
	old.Trajectory = "consumer@9"
	if _, err := l.Rules(old); err == nil || !strings.Contains(err.Error(), "consumer@9") {
		t.Errorf("a pin that is gone gives %v", err)
	}
}
