package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

const businessPolicy = `id: shop
version: 1
for: business
minimum_demand: "5.00"
spacing: 4
steps:
  - {step: first, letter: reminder, stage: reminders, after: due, working_days: 10, term: 5, channels: [both]}
  - step: call
    stage: reminders
    after: previous
    working_days: 6
    channels: [phone]
    when: {at_least: "500.00", debtor: company}
  - {step: second, letter: sticker-reminder, stage: reminders, after: previous, days: 8, term: 5, channels: [email, post, phone], late: coalesce}
  - {step: third, letter: summons, stage: summons, after: previous, days: 6, term: 7, channels: [both, phone], late: expire, approval: operator}
  - {step: last, letter: final-summons, stage: summons, after: previous, days: 8, term: 5, channels: [post], late: catch-up, when: {plan: premium}}
advice: {after: previous, working_days: 6}
decision: {term: 30, remind_after: 14, default: {premium: monitoring, basis: close}}
monitoring: {letter_every_months: 12, years: 20}
`

// What a trajectory can say is read; what cannot work or is not lawful is refused on its line.
func TestWhatATrajectoryCanSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, policy, old, new, want string }{
		{"everything", businessPolicy, "x", "x", ""},
		{"a key that is none", businessPolicy, "spacing: 4", "spaceing: 4", "x.yaml: line 5: \"spaceing\" is no key here; right would be one of [id version for minimum_demand spacing debtor_spacing late_after steps advice decision monitoring court hold stopped]"},
		{"a key of a step that is none", businessPolicy, "term: 7, channels", "terms: 7, channels", "line 15: \"terms\" is no key here; right would be one of [step letter stage after days working_days term channels when late approval]"},
		{"a number that is none", businessPolicy, "spacing: 4", "spacing: four", "x.yaml: line 5: \"four\" does not fit; right would be a whole number"},
		{"one channel that is no list", businessPolicy, "channels: [post]", "channels: post", "line 16: \"post\" does not fit; right would be a list"},
		{"an amount that could be another", businessPolicy, `"5.00"`, `"5.001"`, `x.yaml: line 4: minimum_demand: amount "5.001" could mean thousands or three decimals; right would be 1234.50`},
		{"amounts of a condition", businessPolicy, `at_least: "500.00"`, "at_least: &much much, at_most: *much", "x.yaml: line 13: at_least: amount \"much\" has characters that are not digits, point or comma; right would be 1234.50 or 1.234,50\nx.yaml: line 13: at_most: amount \"much\" "},
		{"no amount", businessPolicy, `minimum_demand: "5.00"`, "minimum_demand:", ""},
		{"two last summonses", businessPolicy, "step: third, letter: summons", "step: third, letter: final-summons", ""},
		{"a last summons before another", strings.Replace(businessPolicy, "letter: final-summons", "letter: summons", 1), "step: third, letter: summons", "step: third, letter: final-summons", "line 15: steps: 4 (third): letter: a final-summons comes before the summons of last; right would be the summons first, or summons here"},
		{"spacing of nothing", businessPolicy, "spacing: 4", "spacing: -1", "line 5: spacing: -1 is no number of days from 0 to 14"},
		{"debtor spacing of nothing", businessPolicy, "spacing: 4", "debtor_spacing: 0", "line 5: debtor_spacing: 0 is no number of days from 1 (never two on one day) to 7"},
		{"debtor spacing of a fortnight", businessPolicy, "spacing: 4", "debtor_spacing: 14", "line 5: debtor_spacing: 14 is no number of days from 1 (never two on one day) to 7"},
		{"late at once", businessPolicy, "spacing: 4", "late_after: 0", "line 5: late_after: needs 1 day or more"},
		{"days and working days", businessPolicy, "after: due, working_days: 10", "after: due, days: 2, working_days: 10", "line 7: steps: 1 (first): days: days and working_days exclude each other"},
		{"a call in no stage", businessPolicy, "step: call\n    stage: reminders", "step: call\n    stage: closed", `line 9: steps: 2 (call): stage: "closed" is not reminders, notice or summons`},
		{"a call with a term", businessPolicy, "working_days: 6\n", "working_days: 6\n    term: 3\n", "line 12: steps: 2 (call): term: a call gives no term"},
		{"a letter after a call", businessPolicy, "channels: [email, post, phone]", "channels: [email, phone, post]", "what comes after phone never happens"},
		{"both and one of both", businessPolicy, "channels: [both, phone]", "channels: [both, post]", "both stands for email and post"},
		{"a channel twice", businessPolicy, "channels: [email, post, phone]", "channels: [email, email]", "each channel stands there once"},
		{"an outage rule that is none", businessPolicy, "late: expire", "late: never", `late: "never" is not one of [shift catch-up coalesce expire]`},
		{"approval by nobody", businessPolicy, "approval: operator", "approval: client", `approval: "client" is not operator`},
		{"conditions that exclude each other", businessPolicy, `at_least: "500.00"`, `at_least: "500.00", at_most: "499.99"`, "line 13: steps: 2 (call): when: at_least 500.00 is more than at_most 499.99: the step never happens"},
		{"an amount below which no letter leaves", businessPolicy, "{plan: premium}", `{at_most: "4.99"}`, "is less than minimum_demand 5.00"},
		{"less than nothing", businessPolicy, "{plan: premium}", `{at_least: "-4.99"}`, "an amount is less than nothing"},
		{"a consumer in business", businessPolicy, "debtor: company", "debtor: consumer", "the trajectory is for business debtors: the step never happens"},
		{"a debtor of no kind", businessPolicy, "debtor: company", "debtor: shop", `"shop" is not consumer, company or sole-trader`},
		{"court by default", businessPolicy, "premium: monitoring", "premium: court", "line 18: decision: default of plan premium: nobody goes to court who did not decide to; right would be monitoring or close"},
		{"a default that is none", businessPolicy, "premium: monitoring", "premium: wait", `default of plan premium: "wait" is not monitoring or close`},
		{"a letter that is only told by phone", businessPolicy, "channels: [post]", "channels: [phone]", "line 16: steps: 5 (last): channels: a final-summons never leaves by phone alone; right would be email, post or both too, or no letter for a call"},
		{"a step after centuries", businessPolicy, "days: 6, term: 7", "days: 99999999, term: 7", "line 15: steps: 4 (third): days: more than 366 days"},
		{"working days of more than a year", businessPolicy, "advice: {after: previous, working_days: 6}", "advice: {after: previous, working_days: 367}", "line 17: advice: working_days: more than 366 days"},
		{"a year is not too much", businessPolicy, "advice: {after: previous, working_days: 6}", "advice: {after: previous, days: 366}", ""},
		{"a term of centuries", businessPolicy, "days: 8, term: 5, channels: [post]", "days: 8, term: 99999999, channels: [post]", "term: needs a term of 1 to 366 days"},
		{"a decision after centuries", businessPolicy, "{term: 30", "{term: 99999999", "line 18: decision: term: more than 366 days"},
		{"monitoring without end", businessPolicy, "years: 20", "years: 100000", "line 19: monitoring: years: 100000 is more than 20"},
		{"a plan of nobody", businessPolicy, "{plan: premium}", "{plan: gold}", `there is no default decision for plan "gold": the step never happens`},
		{"a 14-day letter in business", businessPolicy, "letter: sticker-reminder, stage: reminders, after: previous, days: 8, term: 5, channels: [email, post, phone], late: coalesce", "letter: 14-day-letter, stage: notice, after: previous, days: 8, term: 14, channels: [email, post]", "in business costs are due without one, and the step never happens"},
		{"within the term of the letter before", businessPolicy, "after: previous, days: 6, term: 7", "after: previous, days: 5, term: 7", "line 15: steps: 4 (third): days: it leaves within the term of 5 days that second gives; right would be 6 days or more"},
		{"within it when the step between is left out", businessPolicy, "after: previous, days: 8, term: 5", "after: previous, days: 5, term: 5", "it leaves within the term of 5 days that first gives"},
		{"a call between gives the days", strings.Replace(businessPolicy, "    when: {at_least: \"500.00\", debtor: company}\n", "", 1), "after: previous, days: 8, term: 5", "after: previous, days: 0, term: 5", ""},
		{"counted from one day, too close", strings.Replace(businessPolicy, "working_days: 10", "days: 10", 1), "after: previous, days: 8, term: 5, channels: [email", "after: due, days: 12, term: 5, channels: [email", "it leaves within the term of 5 days that first gives; right would be 16 days or more"},
		{"closer than the spacing", businessPolicy, "spacing: 4", "spacing: 7", "line 15: steps: 4 (third): days: it can leave 6 days after second, and spacing is 7"},
		{"advice within the last term", businessPolicy, "advice: {after: previous, working_days: 6}", "advice: {after: previous, days: 5}", "line 17: advice: it leaves within the term of 5 days that last gives; right would be 6 days or more"},
		{"advice within the term of the letter before one that is left out", businessPolicy, "advice: {after: previous, working_days: 6}", "advice: {after: previous, days: 7}", "that third gives; right would be 8 days or more"},
		{"within it by working days", businessPolicy, "after: previous, days: 6, term: 7", "after: previous, working_days: 4, term: 7", "line 15: steps: 4 (third): working_days: it leaves within the term of 5 days that second gives; right would be 6 working days or more"},
		{"within a term of two weeks by working days", strings.Replace(businessPolicy, "days: 8, term: 5, channels: [email, post, phone]", "days: 8, term: 14, channels: [email, post, phone]", 1), "after: previous, days: 6, term: 7", "after: previous, working_days: 4, term: 7", "that second gives; right would be 11 working days or more"},
		{"the least that is told is right", strings.Replace(businessPolicy, "days: 8, term: 5, channels: [email, post, phone]", "days: 8, term: 14, channels: [email, post, phone]", 1), "after: previous, days: 6, term: 7", "after: previous, working_days: 11, term: 7", ""},
		{"advice within the term of two weeks by working days", strings.Replace(businessPolicy, "days: 8, term: 5, channels: [post]", "days: 8, term: 14, channels: [post]", 1), "x", "x", "line 17: advice: it leaves within the term of 14 days that last gives; right would be 11 working days or more"},
		{"debt monitoring without a letter", businessPolicy, "letter_every_months: 12, years: 20", "letter_every_months: 24, years: 2", "none comes within 2 years: nothing would interrupt limitation"},
		{"letters further apart than five years when one is late", businessPolicy, "letter_every_months: 12", "letter_every_months: 40", "letters every 40 months can come 60 months apart, and a claim on a business debtor can lapse after 5 years"},
		{"that is enough in business", businessPolicy, "letter_every_months: 12", "letter_every_months: 39", ""},
		{"and not for a consumer", consumerPolicy, "letter_every_months: 12", "letter_every_months: 16", "line 11: monitoring: letters every 16 months can come 24 months apart, and a claim on a consumer debtor can lapse after 2 years"},

		{"a mandatory notice that expires", consumerPolicy, "term: 14, ", "term: 14, late: expire, ", "line 7: steps: 2 (notice): late: a mandatory notice is never left out; right would be shift or catch-up"},
		{"a mandatory notice that is coalesced", consumerPolicy, "term: 14, ", "term: 14, late: coalesce, ", "a mandatory notice is never left out"},
		{"a 14-day letter by two channels", consumerPolicy, "term: 14, channels: [email, post]", "term: 14, channels: [both]", "two 14-day letters would start two terms"},
		{"a 14-day letter that is a call", consumerPolicy, "term: 14, channels: [email, post]", "term: 14, channels: [email, phone]", "a call is no 14-day letter"},
		{"a summons without the condition of the 14-day letter", consumerPolicy, "term: 14, ", `term: 14, when: {at_least: "50.00"}, `, "line 8: steps: 3 (last): when: this summons can come where the condition of notice leaves the 14-day letter out"},
		{"a summons with a wider one", strings.Replace(consumerPolicy, "days: 16", `when: {at_least: "49.99"}, days: 16`, 1), "term: 14, ", `term: 14, when: {at_least: "50.00"}, `, "leaves the 14-day letter out"},
		{"a summons with a narrower one", strings.NewReplacer("days: 16", `when: {at_least: "50.01", plan: basis}, days: 16`, "advice: {after: previous, days: 8}", "advice: {after: previous, days: 15}").Replace(consumerPolicy), "term: 14, ", `term: 14, when: {at_least: "50.00"}, `, ""},
		{"a summons past a call that counts from sending", consumerPolicy, "  - {step: last, ", "  - {step: call, stage: notice, after: previous, days: 14, channels: [phone]}\n  - {step: last, ", "15 days or more after receipt"},
		{"a call that counts from sending, and a summons from the call", strings.Replace(consumerPolicy, "after: received, days: 16", "after: previous, days: 40", 1), "  - {step: last, ", "  - {step: call, stage: notice, after: previous, days: 14, channels: [phone]}\n  - {step: last, ", "line 9: steps: 4 (last): after: a consumer summons comes 15 days or more after receipt"},
		{"a call that counts from receipt, and a summons from the call", strings.Replace(consumerPolicy, "after: received, days: 16", "after: previous, days: 5", 1), "  - {step: last, ", "  - {step: call, stage: notice, after: received, days: 10, channels: [phone]}\n  - {step: last, ", ""},
		{"a call that may be left out, and a summons from the call", strings.Replace(consumerPolicy, "after: received, days: 16", "after: previous, days: 5", 1), "  - {step: last, ", "  - {step: call, stage: notice, after: received, days: 10, when: {plan: basis}, channels: [phone]}\n  - {step: last, ", "15 days or more after receipt"},
		{"a summons from hand-over", consumerPolicy, "after: received, days: 16", "after: hand-over, days: 90", "line 8: steps: 3 (last): after: a consumer summons comes 15 days or more after receipt of the 14-day letter (art. 6:96 lid 6 BW), and \"hand-over\" does not count from that; right would be received"},
		{"counted from what is no anchor", consumerPolicy, "after: received, days: 16", "after: receipt, days: 16", "line 8: steps: 3 (last): after: \"receipt\" is not due, hand-over, previous or received"},
		{"counted from nothing", consumerPolicy, "after: received, days: 16", "days: 16", "line 8: steps: 3 (last): after: is missing; right would be due, hand-over, previous or received"},
		{"a trajectory without an advice", businessPolicy, "advice: {after: previous, working_days: 6}\n", "", "advice: is missing; right would be when the client is advised"},
		{"twelve working days are sixteen days", consumerPolicy, "after: received, days: 16", "after: received, working_days: 12", ""},
		{"eleven working days can be fifteen days", consumerPolicy, "after: received, days: 16", "after: received, working_days: 11", ""},
		{"ten are less", consumerPolicy, "after: received, days: 16", "after: received, working_days: 10", "line 8: steps: 3 (last): working_days: a consumer summons comes 15 days or more after receipt"},
		{"and end within its term", consumerPolicy, "after: received, days: 16", "after: received, working_days: 10", "it leaves within the term of 14 days that notice gives; right would be 11 working days or more"},
		{"a call in place of a summons keeps the rule", consumerPolicy, "{step: notice, letter: 14-day-letter, stage: notice, after: previous, days: 8, term: 14, channels: [email, post]}", "{step: notice, stage: summons, after: previous, days: 8, channels: [phone]}", "needs a 14-day-letter before it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(c.policy, c.old, c.new, 1)
			if c.old != c.new && text == c.policy {
				t.Fatalf("%q does not stand in the policy", c.old)
			}
			if _, err := trajectory.ParsePolicy("x.yaml", []byte(text)); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A key that stands there twice is told, and what rests on neither; not what is there.
func TestAKeyTwice(t *testing.T) {
	t.Parallel()
	for old, c := range map[string]struct{ more, want string }{
		"for: business\n":     {"for: consumer\n", `x.yaml: line 4: "for" stands here twice, first on line 3; right would be one of them`},
		"minimum_demand:":     {"spacing: 4\n", `x.yaml: line 6: "spacing" stands here twice, first on line 4; right would be one of them`},
		"premium: monitoring": {"basis: close, ", `x.yaml: line 18: "basis" stands here twice, first on line 18; right would be one of them`},
	} {
		text := strings.Replace(businessPolicy, old, c.more+old, 1)
		if _, err := trajectory.ParsePolicy("x.yaml", []byte(text)); err == nil || err.Error() != c.want {
			t.Errorf("got\n%v\nwant\n%s", err, c.want)
		}
	}
}

// Everything that is wrong is told at once, in the order of the file.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("version: 1", "version: 0", "days: 6, term: 7", "days: 1, term: 7", "late: expire", "late: never", "channels: [post]", "channels: [fax]").Replace(businessPolicy)
	_, err := trajectory.ParsePolicy("x.yaml", []byte(text))
	want := `x.yaml: line 2: needs an id and a version of 1 or more
x.yaml: line 15: steps: 4 (third): late: "never" is not one of [shift catch-up coalesce expire]
x.yaml: line 15: steps: 4 (third): days: it leaves within the term of 5 days that second gives; right would be 6 days or more
x.yaml: line 16: steps: 5 (last): channels: "fax" is not email, post, both or phone`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
