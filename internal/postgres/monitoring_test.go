package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// monitored puts a claim under debt monitoring from today.
func (w *world) monitored(ref postgres.Ref) {
	w.Helper()
	_, err := w.StartMonitoring(w.Context(), ref, at(today))
	ok(w, err)
}

// said is a look at a register today: "insolvency bankrupt since 2026-10-25".
func said(cycle, try int, text string) claim.Check {
	words := strings.Fields(text)
	c := claim.Check{Register: claim.Register(words[0]), Cycle: cycle, Try: try, On: today, Found: claim.Finding(words[1])}
	if len(words) > 2 {
		c.Since = calendar.MustParseDate(words[3])
	}
	return c
}

func (w *world) asks(ref postgres.Ref, c claim.Check) claim.Facts {
	w.Helper()
	f, err := w.RecordCheck(w.Context(), ref, c, at(c.On))
	ok(w, err)
	return f
}

func TestAnAnswerIsRecordedOnceAndFollowedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, refs := w.family()
	ref := refs[0]
	w.monitored(ref)
	bankrupt := said(0, 1, "insolvency bankrupt since 2026-10-25")
	w.asks(ref, bankrupt)
	for i, open := range refs[:2] { // the debtor is bankrupt, not a claim
		if got := w.flags(open); got != "bankrupt 2026-10-25, stopped:bankrupt" || w.told(open, "bankrupt") != "1 events, 1 messages" {
			t.Errorf("claim %d: %s; %s", i, got, w.told(open, "bankrupt"))
		}
	}
	after := w.counts()
	w.asks(ref, bankrupt)
	if w.counts() != after {
		t.Errorf("told twice: %s; was %s", w.counts(), after)
	}
	ok(t, w.ClearFlag(t.Context(), ref, claim.FlagBankrupt, asOfToday, later(1))) // a person knows better
	w.asks(ref, said(1, 1, "insolvency no-answer"))
	w.asks(ref, said(1, 2, "insolvency bankrupt since 2026-10-25"))
	if got := w.flags(ref); got != "bankrupt 2026-10-25 to 2026-11-02" {
		t.Errorf("what a person made of it did not stand: %s", got)
	}
	f := w.asks(ref, said(1, 1, "company none"))
	var newest []string
	for _, c := range f.Checks {
		newest = append(newest, fmt.Sprintf("%s %d %d %s", c.Register, c.Cycle, c.Try, c.Found))
	}
	if want := []string{"company 1 1 none", "insolvency 1 2 bankrupt"}; !slices.Equal(newest, want) {
		t.Errorf("the newest are %q, want %q", newest, want)
	}
	if all, err := w.Checks(t.Context(), ref); err != nil || len(all) != 4 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestWhatAnAnswerDoesToAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ story, answer, flags, closing string }{
		{"moved: letters need an address", "address moved since 2026-10-01", "address-unknown 2026-11-03, find-address", ""},
		{"dissolved: a person looks", "company dissolved since 2026-10-01", "dissolved", ""},
		{"a clean slate ends it", "insolvency clean-slate since 2026-10-01", "", "insolvency"},
		{"nothing", "address none", "", ""},
	} {
		ref := w.open()
		w.monitored(ref)
		f := w.asks(ref, said(0, 1, c.answer))
		closing := ""
		if f.Closing != nil {
			closing = string(f.Closing.Because)
		}
		if got := w.flags(ref); got != c.flags || closing != c.closing {
			t.Errorf("%s: %q and closing %q, want %q and %q", c.story, got, closing, c.flags, c.closing)
		}
		if a := w.next(ref); c.closing != "" && (a.Kind != trajectory.ActClose || a.Outcome != claim.StatusClosed || a.Reason != "debt monitoring ends: "+claim.EndInsolvency.Reason()) {
			t.Errorf("%s: next is %+v", c.story, a)
		}
	}
}

// Before the advice an answer sets a flag or asks a person; it never ends a claim of which the client has not decided. Once monitoring has begun it is too late.
func TestWhatAnAnswerDoesBeforeTheAdvice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ story, answer, flags, checks string }{
		{"bankrupt: nothing goes on", "insolvency bankrupt since 2026-10-01", "bankrupt 2026-10-01, stopped:bankrupt", "bankrupt"},
		{"moved", "address moved since 2026-10-01", "address-unknown 2026-11-03, find-address", "moved"},
		{"dissolved", "company dissolved since 2026-10-01", "dissolved", "dissolved"},
		{"a clean slate", "insolvency clean-slate since 2026-10-01", "insolvency-ended", "clean-slate"},
		{"nothing", "insolvency none", "", "none"},
	} {
		ref := w.open()
		f := w.asks(ref, said(claim.CycleBeforeAdvice, 1, c.answer))
		if again := w.asks(ref, said(claim.CycleBeforeAdvice, 1, c.answer)); len(again.Checks) != 1 || again.Version != f.Version {
			t.Errorf("%s: told twice it is %+v", c.story, again.Checks)
		}
		if got := w.flags(ref); got != c.flags || f.Closing != nil || string(f.Checks[0].Found) != c.checks {
			t.Errorf("%s: %q and closing %+v, want %q", c.story, got, f.Closing, c.flags)
		}
	}
	ref := w.open()
	w.monitored(ref)
	if f := w.asks(ref, said(claim.CycleBeforeAdvice, 1, "insolvency none")); len(f.Checks) != 0 {
		t.Errorf("a look for the advice during debt monitoring: %+v", f.Checks)
	}
}

// The file tells a category and why there is no answer; a look that is left until its next time says so.
func TestAnswersInTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.monitored(ref)
	down := said(0, 1, "company no-answer")
	for down.Try = 1; down.Try <= 3; down.Try++ {
		down.Cause = fmt.Sprintf("closed for the %d. time", down.Try)
		w.asks(ref, down)
	}
	w.asks(ref, said(0, 1, "address moved since 2026-10-01"))
	events, err := w.Timeline(t.Context(), ref)
	ok(t, err)
	var got []string
	for _, e := range events {
		if strings.HasPrefix(e.Key, "check:") {
			got = append(got, fmt.Sprintf("%s %s %v", e.Key, e.Kind, e.Detail))
		}
	}
	if want := []string{
		"check:company:0:1 register-checked map[cause:closed for the 1. time found:no-answer register:company try:1]",
		"check:company:0:2 register-checked map[cause:closed for the 2. time found:no-answer register:company try:2]",
		"check:company:0:3 check-skipped map[reason:no answer in 3 tries (closed for the 3. time): it is asked again at its next time register:company]",
		"check:address:0:1 register-checked map[found:moved register:address since:2026-10-01]",
	}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// An answer that comes when nobody watches the claim any more, or does not watch it yet, is not written down and does nothing.
func TestAnAnswerAboutAClaimThatIsNotMonitored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	before := w.counts()
	w.asks(ref, said(0, 1, "insolvency bankrupt since 2026-10-25"))
	w.monitored(ref)
	_, err := w.CloseClaim(t.Context(), ref, claim.StatusClosed, "x", at(today), stillSo)
	ok(t, err)
	closed := w.counts()
	w.asks(ref, said(0, 1, "insolvency bankrupt since 2026-10-25"))
	if w.counts() != closed || w.flags(ref) != "" {
		t.Errorf("%s; was %s, at first %s; %s", w.counts(), closed, before, w.flags(ref))
	}
}

func TestMonitoringEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	end := func(e claim.Ending) (claim.Facts, error) { return w.EndMonitoring(t.Context(), ref, e, at(today)) }
	before := w.counts()
	for _, e := range claim.Endings() { // it has not begun
		_, err := end(e)
		refused(t, err)
	}
	if w.counts() != before {
		t.Errorf("%s; was %s", w.counts(), before)
	}
	w.monitored(ref)
	for _, e := range []claim.Ending{claim.EndInsolvency, claim.EndEstate, claim.EndAssets, "tired"} { // the file does not bear it out
		_, err := end(e)
		refused(t, err)
	}
	f, err := end(claim.EndWish)
	if err != nil || f.Closing == nil || f.Closing.Because != claim.EndWish || f.Closing.On != today {
		t.Fatalf("%+v, %v", f.Closing, err)
	}
	after := w.counts()
	if _, err = end(claim.EndWish); err != nil || w.counts() != after {
		t.Errorf("told twice: %v, %s; was %s", err, w.counts(), after)
	}
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagDeceased, asOfToday, at(today)))
	_, err = end(claim.EndEstate)
	refused(t, err)
	if f := w.facts(ref); f.Closing.Because != claim.EndWish {
		t.Errorf("ends because of %s", f.Closing.Because)
	}
}

// The claim of newClaim is due on 2026-10-04; a consumer's debt is time-barred after two years.
func TestAnInterruptionByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	day := calendar.MustParseDate
	_, err := w.OpenTask(t.Context(), ref, trajectory.InterruptByHand+"2028-10-04", "interrupt", at(today))
	ok(t, err)
	interrupt := func(key, how, on, asOf string) error {
		return w.RecordInterruption(t.Context(), ref, postgres.Interruption{Key: key, How: how, On: day(on)}, postgres.Actor{Name: "test", At: day(asOf).At(10, 0)})
	}
	for _, c := range []struct{ story, key, how, on, asOf, want string }{
		{"before it was due", "a", "letter", "2026-10-03", "2028-10-04", "2026-10-03 is before the claim was due; right would be a day from 2026-10-04"},
		{"the day after the last", "a", "letter", "2028-10-05", "2028-10-10", "2028-10-05 is too late: the claim was time-barred after 2028-10-04; right would be a day up to and including that"},
		{"not yet", "a", "letter", "2028-10-04", "2028-10-03", "2028-10-04 is in the future; right would be a day up to and including 2028-10-03"},
		{"nobody knows how", "a", " ", "2028-10-04", "2028-10-04", "how is empty; right would be what was done and what proves it"},
		{"without a key", " ", "letter", "2028-10-04", "2028-10-04", "key"},
	} {
		before := w.counts()
		err := interrupt(c.key, c.how, c.on, c.asOf)
		refused(t, err)
		if !strings.Contains(err.Error(), c.want) || w.counts() != before {
			t.Errorf("%s: %v, want %s; %s was %s", c.story, err, c.want, w.counts(), before)
		}
	}
	if err := w.CompleteTask(t.Context(), ref, trajectory.InterruptByHand+"2028-10-04", "done", at(today)); err == nil || !strings.Contains(err.Error(), "ends when the interruption is recorded") {
		t.Errorf("the task ends by itself: %v", err)
	}
	ok(t, interrupt("a", "registered letter", "2028-10-04", "2028-10-10")) // on the last day, told later
	if last := trajectory.Enforceable(w.facts(ref)).LastDay; last != day("2030-10-04") || w.flags(ref) != "" {
		t.Errorf("it can be enforced until %s; %s", last, w.flags(ref))
	}
	before := w.counts()
	ok(t, interrupt("a", "registered letter", "2028-10-04", "2028-10-11"))
	if w.counts() != before {
		t.Errorf("told twice: %s; was %s", w.counts(), before)
	}
	refused(t, interrupt("a", "by telephone", "2028-10-04", "2028-10-11")) // another fact with that key
}

// A letter that was refused because the claim was time-barred is tried again when it was interrupted in time, and only then.
func TestALetterThatWasRefusedFollowsAnInterruption(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ story, due, on, want string }{
		{"time-barred, but interrupted in time", "2024-10-01", "2026-09-30", "dropped, tried again"},
		{"time-barred, and again after the interruption", "2022-10-01", "2024-09-30", "open, waits for an operator"},
		{"not time-barred: it was refused for something else", "2026-09-01", "2026-09-30", "open, waits for an operator"},
	} {
		ref := w.open()
		w.exec(`UPDATE invoice SET issued_on = $2::date - 30, due_on = $2::date WHERE claim_id = $1`, ref.ClaimID, c.due)
		_, err := w.OpenTask(t.Context(), ref, trajectory.UnlawfulLetter+"sticker-reminder", "time-barred", at(today))
		ok(t, err)
		_, err = w.RecordAttention(t.Context(), ref, claim.Attention{Action: "sticker-reminder", Cause: "Unlawful", Since: today.At(9, 0)}, at(today))
		ok(t, err)
		ok(t, w.RecordInterruption(t.Context(), ref, postgres.Interruption{Key: "i", How: "registered letter", On: calendar.MustParseDate(c.on)}, at(today)))
		f := w.facts(ref)
		task := f.Tasks[len(f.Tasks)-1]
		got := map[bool]string{true: "open, ", false: "dropped, "}[task.Open && !task.Dropped] + map[bool]string{true: "tried again", false: "waits for an operator"}[f.Attention == nil]
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// A task to interrupt before a day that is not the last any more can be ended by hand: a payment came meanwhile.
func TestATaskToInterruptThatIsOvertaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	task := trajectory.InterruptByHand + "2028-10-04"
	_, err := w.OpenTask(t.Context(), ref, task, "interrupt", at(today))
	ok(t, err)
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur("1.00")}, at(today), w.lib.Rules))
	ok(t, w.CompleteTask(t.Context(), ref, task, "a payment came", at(today)))
	if got := w.flags(ref); got != "" {
		t.Error(got)
	}
}

// The register tells of a company what can be so of a natural person only: no flag is set, and a person finds out whom it is about.
func TestAnAnswerThatDoesNotFitTheDebtor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.open(func(c *postgres.NewClaim) { c.Debtor.Kind = claim.DebtorKind{InBusiness: true} })
	w.monitored(company)
	w.asks(company, said(0, 1, "address deceased since 2026-10-01"))
	if got := w.flags(company); got != "wrong-answer" || w.told(company, claim.FlagDeceased) != "0 events, 0 messages" {
		t.Errorf("%s; %s", got, w.told(company, claim.FlagDeceased))
	}
}

// A flag that never was set cannot be cleared; one that was cleared already can be told so again.
func TestAFlagThatNeverWasSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for _, kind := range []string{claim.FlagBankrupt, claim.FlagEmailBounced} {
		before := w.counts()
		want := "no flag " + kind + " was set; right would be one of the claim's flags (claim show)"
		if err := w.ClearFlag(t.Context(), ref, kind, asOfToday, at(today)); err == nil || err.Error() != want || w.counts() != before {
			t.Errorf("%v, want %s; %s, was %s", err, want, w.counts(), before)
		}
		ok(t, w.SetFlag(t.Context(), ref, kind, asOfToday, at(today)))
		ok(t, w.ClearFlag(t.Context(), ref, kind, asOfToday, later(1)))
		before = w.counts()
		ok(t, w.ClearFlag(t.Context(), ref, kind, asOfToday, later(2)))
		if w.counts() != before {
			t.Errorf("%s cleared again: %s, was %s", kind, w.counts(), before)
		}
	}
}
