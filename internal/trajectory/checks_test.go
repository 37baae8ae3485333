package trajectory_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var someCheck = rapid.Custom(func(t *rapid.T) claim.Check {
	register := rapid.SampledFrom(claim.Registers()).Draw(t, "register")
	return claim.Check{
		Register: register, Cycle: rapid.IntRange(0, 9).Draw(t, "cycle"), Try: rapid.IntRange(1, 3).Draw(t, "try"), On: someDay.Draw(t, "on"),
		Found: rapid.SampledFrom(register.Findings()).Draw(t, "found"),
	}
})

// look asks the registers, and lets follow what the store lets follow.
func (w *world) look() {
	due := trajectory.ChecksDue(w.facts, w.rules, w.now)
	if len(due) == 0 {
		w.fail("registers are asked and none is due")
	}
	for _, c := range due {
		c.Found = rapid.SampledFrom(append(c.Register.Findings(), claim.FoundNothing, claim.FoundNothing, claim.FoundNothing, claim.FoundNothing, claim.FoundNothing)).Draw(w.t, "found")
		if c.Found != claim.FoundNothing && c.Found != claim.NoAnswer {
			c.Since = w.today().AddDays(-rapid.IntRange(0, 90).Draw(w.t, "since"))
		}
		i := slices.IndexFunc(w.facts.Checks, func(old claim.Check) bool { return old.Register == c.Register })
		before := claim.Check{}
		if i >= 0 {
			before = w.facts.Checks[i]
			w.facts.Checks = slices.Delete(w.facts.Checks, i, i+1)
		}
		if i >= 0 && (before.Cycle > c.Cycle || before.Cycle == c.Cycle && before.Try >= c.Try) {
			w.fail("%+v comes after %+v", c, before)
		}
		w.facts.Checks = append(w.facts.Checks, c)
		w.follow(c.Consequence(w.facts, before), c)
	}
}

func (w *world) follow(then claim.Consequence, c claim.Check) {
	switch {
	case then.Set == claim.FlagAddressUnknown:
		w.flag(then.Set, w.today())
	case then.Set != "":
		w.flag(then.Set, c.Since)
	case then.Clear != "":
		w.unflag(then.Clear, c.Since.AddDays(-1))
	case then.Ends != "":
		w.facts.Closing = &claim.Closing{Reason: then.Ends.Reason(), On: w.today(), Because: then.Ends}
	}
	if then.Task != "" {
		w.facts.Tasks = append(w.facts.Tasks, claim.Task{Key: then.Task, Open: true})
	}
}

// flag sets a flag as the store does: one that is set has another day, and a stop flag that was not set opens its task, again when it was set before; not of a claim that ended.
func (w *world) flag(kind string, since calendar.Date) {
	set := func(x claim.Flag) bool { return x.Kind == kind && x.Until.IsZero() }
	if i := slices.IndexFunc(w.facts.Flags, set); i >= 0 {
		w.facts.Flags = slices.Clone(w.facts.Flags)
		w.facts.Flags[i].From = since
		return
	}
	w.facts.Flags = append(w.facts.Flags, claim.Flag{Kind: kind, From: since})
	if stop, ok := claim.StopOf(kind); ok && !w.facts.Status.Final() {
		w.open(stop.Task())
	}
}

// unflag clears a flag as the store does, and ends its task.
func (w *world) unflag(kind string, until calendar.Date) {
	for i := range w.facts.Flags {
		if x := &w.facts.Flags[i]; x.Kind == kind && x.Until.IsZero() {
			x.Until = until
		}
	}
	for i := range w.facts.Tasks {
		if t := &w.facts.Tasks[i]; t.Key == claim.StopTask+kind {
			t.Open = false
		}
	}
}

// guarded insists that no claim becomes time-barred unseen: either limitation was interrupted, or a person was asked before the last day, or at once when that came
// to be known later. Not of a trifle, which only interest makes more.
func (w *world) guarded(next trajectory.Action) {
	last := trajectory.Enforceable(w.facts).LastDay
	if next.Due.Equal(w.now) { // what is due goes first
		return
	}
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil || w.facts.Upheld() || !last.Before(w.today()) || account.Open.Principal < w.rules.Policy.MinimumDemand {
		return
	}
	asked := func(task claim.Task) bool {
		text, interrupt := strings.CutPrefix(task.Key, trajectory.InterruptByHand)
		if !interrupt {
			return task.Key == trajectory.SmallBalance // a trifle when a person was asked; interest may have made it more since
		}
		known := day(text) // the last day as it was known: a letter that is traced later makes it later, by days, or by years when nobody answered
		return !known.After(last) && (task.Open || last.DaysSince(known) < 90)
	}
	if !slices.ContainsFunc(w.facts.Tasks, asked) {
		w.fail("time-barred after %s, and nobody was asked", last)
	}
}

// checkDays tells on which days registers are asked in the years after a story, when they say nothing but what answers has for a day.
func checkDays(t *testing.T, story string, until calendar.Date, answers map[string]claim.Finding) (days []string) {
	t.Helper()
	f := tell(story)
	rules, err := library(t).Asking(claim.Registers()...).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	for now := f.MonitoredFrom.At(12, 0); ; {
		due := trajectory.ChecksDue(f, rules, now)
		for _, c := range due {
			c.Found = claim.FoundNothing
			if found, ok := answers[string(c.Register)+" "+c.On.String()]; ok {
				c.Found = found
			}
			f.Checks = append(slices.DeleteFunc(slices.Clone(f.Checks), func(old claim.Check) bool { return old.Register == c.Register }), c)
			days = append(days, string(c.Register)+" "+c.On.String())
		}
		next, err := trajectory.Next(f, rules, now)
		if err != nil || next.Kind == trajectory.ActNothing || next.Due.IsZero() || next.Day.After(until) {
			return days
		}
		if next.Kind != trajectory.ActCheck {
			now = now.Add(24 * time.Hour)
			continue
		}
		now = next.Due
	}
}

func TestTheDaysOnWhichRegistersAreAsked(t *testing.T) {
	t.Parallel()
	company, consumer := "company"+bFinished+"; 2026-11-03 advised; 2027-01-31 monitored", "consumer"+finished+"; 2027-01-31 monitored"
	down := map[string]claim.Finding{"insolvency 2027-07-31": claim.NoAnswer, "insolvency 2027-08-01": claim.NoAnswer, "insolvency 2027-08-08": claim.NoAnswer}
	for _, c := range []struct {
		name, story, until string
		answers            map[string]claim.Finding
		want               []string
	}{
		{"a company: its register yearly, insolvency twice a year, the first at once", company, "2028-01-31", nil, []string{
			"insolvency 2027-01-31", "company 2027-01-31", "insolvency 2027-07-31", "insolvency 2028-01-31", "company 2028-01-31",
		}},
		{"a consumer is in no register of companies; the address is asked", consumer, "2027-07-31", nil, []string{"insolvency 2027-01-31", "address 2027-01-31", "insolvency 2027-07-31"}},
		{"a sole trader is in all three", "sole trader" + bFinished + "; 2026-11-03 advised; 2027-01-31 monitored", "2027-02-01", nil, []string{"insolvency 2027-01-31", "company 2027-01-31", "address 2027-01-31"}},
		{"a register that is down is asked a day and a week later, then left until its next time", company, "2028-01-30", down, []string{
			"insolvency 2027-01-31", "company 2027-01-31", "insolvency 2027-07-31", "insolvency 2027-08-01", "insolvency 2027-08-08",
		}},
		{"one that answers the second time is not asked a third", company, "2028-01-30", map[string]claim.Finding{"insolvency 2027-07-31": claim.NoAnswer}, []string{
			"insolvency 2027-01-31", "company 2027-01-31", "insolvency 2027-07-31", "insolvency 2027-08-01",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := checkDays(t, c.story, day(c.until), c.answers); !slices.Equal(got, c.want) {
				t.Errorf("got  %v\nwant %v", got, c.want)
			}
		})
	}
}

func TestRegistersAreAskedBesideEverythingElse(t *testing.T) {
	t.Parallel()
	monitored := "company" + bFinished + "; 2026-11-03 advised; 2027-01-04 monitored; checked company 0 2027-01-04 none; checked insolvency "
	table := tellings{
		{"nothing came in between: the next in half a year", monitored + "0 2027-01-04 none", "2027-01-05 12:00", "check on 2027-07-04"},
		{"on hold it is asked too: the claim goes on waiting, until then", monitored + "0 2027-01-04 none; 2027-03-01 held; task review-hold:2027-05-30 open", "2027-06-01 12:00", "wait for review-hold:2027-05-30, again on 2027-07-04"},
		{"it is asked when the day has come", monitored + "0 2027-01-04 none; 2027-03-01 held; task review-hold:2027-05-30 open", "2027-07-04 12:00", "check on 2027-07-04"},
		{"of a bankrupt too: how that ends stands there", monitored + "0 2027-01-04 none; 2027-03-01 flagged bankrupt; task stopped:bankrupt open", "2027-03-01 12:00", "wait for stopped:bankrupt, again on 2027-07-04"},
		{"a task comes before what is late", monitored + "0 2027-01-04 none; 2027-03-01 flagged bankrupt", "2028-03-01 12:00", "task stopped:bankrupt"},
		{"three years of outage are one look", monitored + "1 2027-07-04 none; 2030-02-28 monitoring-letter by post", "2030-03-01 12:00", "check on 2030-03-01"},
		{"after which it keeps to its own days", monitored + "1 2030-03-01 none; checked company 1 2030-03-01 none; 2030-03-01 monitoring-letter by post", "2030-03-02 12:00", "check on 2030-07-04"},
		{"an operator who skips it skips that day's", monitored + "0 2027-01-04 none; 2027-07-05 skipped check", "2027-07-05 12:00", "check on 2028-01-04"},
		{"not while an operator repairs", monitored + "0 2027-01-04 none; 2027-06-01 stuck on monitoring-letter", "2027-07-05 12:00", "wait, again on 2031-07-29"},
		{"not on the day on which monitoring ends", monitored + "39 2046-07-04 none; checked company 19 2046-01-04 none; 2046-01-04 monitoring-letter by post; task interrupt:2031-10-27 open", "2046-07-05 12:00", "close closed on 2047-01-04"},
	}
	askingAll(t, table)
}

func TestRegistersAreAskedBeforeTheAdvice(t *testing.T) {
	t.Parallel()
	company, consumer := "company"+bFinished, "consumer"+finished
	answered := company + "; checked company -1 2026-11-03 none; checked insolvency -1 2026-11-03 "
	askingAll(t, tellings{
		{"in the hour in which the advice would leave", company, "2026-11-02 12:00", "check on 2026-11-03"},
		{"of a consumer too", consumer, "2026-11-24 12:00", "check on 2026-11-24"},
		{"each has answered: the advice", answered + "none", "2026-11-03 12:00", "escalation-advice by email on 2026-11-03"},
		{"one is left", company + "; checked insolvency -1 2026-11-03 none", "2026-11-03 12:00", "check on 2026-11-03"},
		{"one did not answer: it is asked again the day after", answered + "no-answer", "2026-11-03 12:00", "check on 2026-11-04"},
		{"and again it did not: the advice leaves without", company + "; checked company -1 2026-11-03 none; checked insolvency -1 2026-11-04 no-answer again", "2026-11-04 12:00", "escalation-advice by email on 2026-11-04"},
		{"an operator skips them", company + "; 2026-11-03 skipped check", "2026-11-03 12:00", "escalation-advice by email on 2026-11-03"},
		{"a hold comes first: nothing is asked that the advice does not need yet", company + "; 2026-11-03 held", "2026-11-03 12:00", "wait until 2027-02-01"},
		{"what was said for the advice is no check of debt monitoring", answered + "none; 2026-11-03 advised; 2026-12-04 monitored", "2026-12-04 12:00", "check on 2026-12-04"},
	})
}

// askingAll tells what comes next where every register is connected.
func askingAll(t *testing.T, table tellings) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			at, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			if err != nil {
				t.Fatal(err)
			}
			rules, err := library(t).Asking(claim.Registers()...).Rules(f)
			if err != nil {
				t.Fatal(err)
			}
			a, err := trajectory.Next(f, rules, at)
			got := say(a)
			if !a.Again.IsZero() {
				got += ", again on " + calendar.DateOf(a.Again).String()
			}
			if err != nil || got != c.want || a.Reason == "" {
				t.Errorf("%s\nat %s comes %q (%v), want %q", c.story, c.at, got, err, c.want)
			}
		})
	}
}
