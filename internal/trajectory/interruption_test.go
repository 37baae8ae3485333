package trajectory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Two years of a consumer end on 2028-10-05 after a reminder of 2026-10-05; ninety days before is 2028-07-07, a Friday.
func TestLimitationIsInterruptedInTime(t *testing.T) {
	t.Parallel()
	held := "consumer; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open"
	never := "consumer; 2024-03-05 handed over; 2024-02-29 due; 2024-03-05 held; task review-hold:2024-06-03 open" // no letter ever left
	tellings{
		{"the day before it still waits", held, "2028-07-06 12:00", "wait for review-hold:2027-01-04"},
		{"ninety days before, though the claim is on hold", held, "2028-07-07 19:00", "interruption by post on 2028-07-07"},
		{"late, after an outage: at once", held, "2028-09-20 12:00", "interruption by post on 2028-09-20"},
		{"on the last day", held, "2028-10-05 12:00", "interruption by post on 2028-10-05"},
		{"a day later no letter is of use: a person is asked", held, "2028-10-06 12:00", "task interrupt:2028-10-05"},
		{"once", held + "; task interrupt:2028-10-05 open", "2028-10-06 12:00", "wait for review-hold:2027-01-04"},
		{"a payment had begun a new term, and is taken back after the old one", held + "; task interrupt:2029-05-01 open", "2028-12-06 12:00", "task interrupt:2028-10-05"},
		{"due on 29 February: two years end on the 28th, and ninety days before is a Sunday", never, "2025-11-29 12:00", "wait for review-hold:2024-06-03"},
		{"so it leaves on the Monday", never, "2025-12-01 19:00", "interruption by post on 2025-12-01"},
		{"due on 28 February: the 29th two years later does not count", "consumer; 2026-03-05 handed over; 2026-02-28 due; 2026-03-05 held; task review-hold:2026-06-03 open", "2027-11-30 19:00", "interruption by post on 2027-11-30"},
		{"a consumer's service has five years", "consumer; no-sale; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open", "2028-07-07 19:00", "wait for review-hold:2027-01-04"},
		{"and is interrupted ninety days before their end", "consumer; no-sale; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open", "2031-07-07 19:00", "interruption by post on 2031-07-07"},
		{"a company has five years", "company; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open", "2031-07-07 19:00", "interruption by post on 2031-07-07"},
		{"a payment acknowledges the debt", held + "; 2027-05-01 paid 10.00", "2028-07-07 19:00", "wait for review-hold:2027-01-04"},
		{"and begins a new term", held + "; 2027-05-01 paid 10.00", "2029-01-31 19:00", "interruption by post on 2029-01-31"},
		{"disputed", "consumer; 2026-10-05 reminder by email; 2026-10-06 disputed; task judge-dispute:d open; task late-judgement:d open", "2028-07-07 19:00", "interruption by post on 2028-07-07"},
		{"it left: another term", held + "; 2028-07-07 interruption by post", "2030-04-09 12:00", "wait for review-hold:2027-01-04"},
		{"and another letter in time", held + "; 2028-07-07 interruption by post", "2030-04-10 19:00", "interruption by post on 2030-04-10"},
		{"it came back: by e-mail", held + "; 2028-07-07 interruption by post failed", "2028-07-20 12:00", "interruption by email on 2028-07-20"},
		{"what was disputed rightly is not preserved", "consumer; 2026-10-05 reminder by email; 2026-10-06 disputed; 2026-10-16 upheld; 2026-10-16 stuck on dispute-upheld", "2028-07-07 19:00", "wait"},
		{"less than is ever asked: a person says", "consumer; principal 4.00; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open", "2028-07-07 19:00", "task interrupt:2028-10-05"},
		{"not while a person is asked about the trifle", "consumer; principal 4.00; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open; task small-balance open", "2028-07-07 19:00", "wait for review-hold:2027-01-04"},
		{"and not of one that is time-barred", "consumer; principal 4.00; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open", "2028-10-06 12:00", "wait for review-hold:2027-01-04"},
		{"withdrawn: it is closed", held + "; 2028-07-07 withdrawn", "2028-07-07 19:00", "close withdrawn on 2028-07-07"},
	}.run(t)
}

func TestWhatNoLetterInterruptsIsAskedOfAPerson(t *testing.T) {
	t.Parallel()
	const by = "interrupt:2028-10-05"
	reminded := "consumer; 2026-10-05 reminder by email; "
	tellings{
		{"not before it is time", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open", "2028-07-06 12:00", "wait for stopped:bankrupt"},
		{"never to the bankrupt", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open", "2028-07-07 03:00", "task " + by},
		{"nor to the dead", reminded + "2026-10-06 flagged deceased; task stopped:deceased open", "2028-07-07 03:00", "task " + by},
		{"once", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open; task " + by + " open", "2028-07-08 03:00", "wait for stopped:bankrupt"},
		{"dropped, as the term was another for a while: anew", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open; task " + by + " dropped", "2028-07-08 03:00", "task " + by},
		{"ended when a payment moved the day, which is taken back: again", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open; task " + by + " done", "2028-07-08 03:00", "task " + by},
		{"the flag is cleared: the next demand comes in time", reminded + "2026-10-06 flagged bankrupt until 2028-08-01; task " + by + " open", "2028-08-02 12:00", "sticker-reminder by email on 2028-08-09"},
		{"cleared late: by letter after all", reminded + "2026-10-06 flagged bankrupt until 2028-09-01; task " + by + " open", "2028-09-02 12:00", "interruption by post on 2028-09-02"},
		{"nobody knows where the debtor lives", reminded + "no-email; 2026-10-06 address-unknown; task find-address open", "2028-07-07 03:00", "task " + by},
		{"the letter came back by both ways", reminded + "2026-10-06 held; task review-hold:2027-01-04 open; 2028-07-07 interruption by post failed; 2028-07-08 interruption by email failed", "2028-07-20 12:00", "task " + by},
		{"nobody knows whether it left", reminded + "2026-10-06 held; task review-hold:2027-01-04 open; 2028-07-07 interruption by email unknown", "2028-07-20 12:00", "task " + by},
		{"an operator has the claim aside", reminded + "2026-10-06 stuck on sticker-reminder", "2028-07-07 03:00", "task " + by},
		{"money that may be the debtor's", reminded + "task allocate-receipt:r open", "2028-07-07 03:00", "task " + by},
		{"what a person did begins a new term", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open; 2028-07-10 interrupted", "2030-04-10 12:00", "wait for stopped:bankrupt"},
		{"at the end of which a person is asked again", reminded + "2026-10-06 flagged bankrupt; task stopped:bankrupt open; task " + by + " done; 2028-07-10 interrupted", "2030-04-11 00:00", "task interrupt:2030-07-10"},
	}.run(t)
}

// Letters that come further apart than the term allows, which no shipped trajectory has.
func TestInterruptionBesideOtherLetters(t *testing.T) {
	t.Parallel()
	monitored := "consumer" + finished + "; 2026-12-01 monitored" // the final summons of 2026-11-16 keeps until 2028-11-16
	for _, c := range []struct {
		name, story, at, want string
		months                int
		prove                 bool
	}{
		{"a periodic letter in the first half of the ninety days does it", monitored, "2028-08-18 12:00", "monitoring letter 1 by post on 2028-10-02", 22, false},
		{"one after that comes too late to lean on", monitored, "2028-08-18 06:00", "interruption by post on 2028-08-18", 23, false},
		{"and is left out, so soon after it", monitored + "; 2028-08-18 interruption by post", "2028-08-19 06:00", "interruption by post on 2030-05-22", 23, false},
		{"a step of the trajectory keeps its distance", "consumer; 2026-10-05 reminder by email; 2026-10-06 held until 2028-07-08; 2028-07-07 interruption by post", "2028-07-09 08:00", "sticker-reminder by email on 2028-07-21", 12, false},
		{"by registered post as well, when proof is wanted", monitored + "; 2028-08-18 interruption by post", "2028-08-18 12:00", "task prove-interruption:1", 23, true},
		{"asked once", monitored + "; 2028-08-18 interruption by post; task prove-interruption:1 done", "2028-08-18 12:00", "interruption by post on 2030-05-22", 23, true},
		{"of the next one anew", monitored + "; 2028-08-18 interruption by post; 2030-05-22 interruption by post; task prove-interruption:1 done", "2030-05-22 12:00", "task prove-interruption:2", 23, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := tell(c.story)
			cycle := 0
			for i := range f.Letters {
				if f.Letters[i].Step == trajectory.InterruptionLetter {
					cycle++
					f.Letters[i].Cycle = cycle
				}
			}
			rules, err := library(t).Rules(f)
			if err != nil {
				t.Fatal(err)
			}
			rules.Policy.Monitoring.LetterEveryMonths, rules.Policy.Monitoring.ProveInterruption = c.months, c.prove
			at, err := time.ParseInLocation("2006-01-02 15:04", c.at, calendar.Amsterdam)
			if err != nil {
				t.Fatal(err)
			}
			a, err := trajectory.Next(f, rules, at)
			if err != nil || say(a) != c.want {
				t.Errorf("%s\nat %s comes %q (%v), want %q", c.story, c.at, say(a), err, c.want)
			}
		})
	}
}

func TestAWaitTellsWhatComesBesideIt(t *testing.T) {
	t.Parallel()
	a, _ := next(t, tell("consumer; 2026-10-05 reminder by email; 2026-10-06 held; task review-hold:2027-01-04 open"), "2027-01-05 12:00")
	if !a.Due.IsZero() || calendar.DateOf(a.Wake()) != day("2028-07-07") || !strings.HasPrefix(a.Meanwhile, "interruption on 2028-07-07: the claim is time-barred after 2028-10-05") {
		t.Errorf("%+v", a)
	}
}
