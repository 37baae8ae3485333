package trajectory_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// On Tuesday the 6th the debtor promises 1000.00 by Monday the 12th; money may be on its way until Wednesday the 14th.
const promised = "; 2026-10-06 promised 1000.00 by 2026-10-12"

func TestAPromiseToPay(t *testing.T) {
	t.Parallel()
	tellings{
		{"without one", "consumer" + reminded, "2026-10-06 09:00", "sticker-reminder by email on 2026-10-13"},
		{"nothing leaves while it is not broken", "consumer" + reminded + promised, "2026-10-06 09:00", "wait until 2026-10-15"},
		{"nor while the money may be on its way", "consumer" + reminded + promised, "2026-10-14 23:00", "wait until 2026-10-15"},
		{"broken: on where it stood, eight days with the 9 of the promise left out", "consumer" + reminded + promised, "2026-10-15 00:00", "sticker-reminder by email on 2026-10-22"},
		{"kept: paid", "consumer" + reminded + promised + "; 2026-10-12 paid 1003.00; 2026-10-12 let-go 9.00", "2026-10-13 09:00", "close paid on 2026-10-13"},
		{"kept in part only: broken", "consumer" + reminded + promised + "; 2026-10-12 paid 999.99", "2026-10-15 00:00", "task small-balance"},
		{"a part was promised, and kept: on with the rest from the next day", "consumer" + reminded + "; 2026-10-06 promised 500.00 by 2026-10-12; 2026-10-09 paid 500.00", "2026-10-10 09:00", "sticker-reminder by email on 2026-10-17"},
		{"on the day on which it is kept nothing leaves", "consumer" + reminded + "; 2026-10-06 promised 500.00 by 2026-10-12; 2026-10-09 paid 500.00", "2026-10-09 09:00", "wait until 2026-10-10"},
		{"a payment of before that comes in later counts by its value date", "consumer" + reminded + "; 2026-10-06 promised 500.00 by 2026-10-12; 2026-10-05 paid 500.00", "2026-10-16 09:00", "sticker-reminder by email on 2026-10-16"},
		{"what was paid before it is no part of it", "consumer" + reminded + "; 2026-10-05 paid 100.00; 2026-10-06 promised 100.00 by 2026-10-12", "2026-10-07 09:00", "wait until 2026-10-15"},
		{"taken back", "consumer" + reminded + promised + " taken-back 2026-10-08", "2026-10-08 09:00", "sticker-reminder by email on 2026-10-15"},
		{"taken back on its own day: it never was", "consumer" + reminded + promised + " taken-back 2026-10-06", "2026-10-06 12:00", "sticker-reminder by email on 2026-10-13"},
		{"a dispute goes before it", "consumer" + reminded + promised + "; 2026-10-07 disputed", "2026-10-07 12:00", "task judge-dispute:d"},
		{"a stop flag too", "consumer" + reminded + promised + "; 2026-10-07 flagged bankrupt", "2026-10-07 12:00", "task stopped:bankrupt"},
		{"a hold beside it: days count once", "consumer" + reminded + promised + "; 2026-10-08 held until 2026-10-16", "2026-10-17 09:00", "sticker-reminder by email on 2026-10-24"},
		{"withdrawn meanwhile", "consumer" + reminded + promised + "; 2026-10-08 withdrawn", "2026-10-08 12:00", "close withdrawn on 2026-10-08"},
		{"a complaint is confirmed all the same", "consumer" + reminded + promised + "; 2026-10-08 complained c1", "2026-10-08 12:00", "complaint:c1 by email on 2026-10-08"},
		{"after an outage of a month: one letter", "consumer" + reminded + promised, "2026-11-16 12:00", "sticker-reminder by email on 2026-11-16"},
		{"the client's time to decide waits with it", "consumer" + finished + "; 2026-11-24 advised; 2026-12-08 decision-reminder by email; 2026-12-09 promised 500.00 by 2026-12-14", "2026-12-17 09:00", "decide on 2027-01-02"},
		{"in debt monitoring", "consumer" + finished + "; 2026-11-24 advised; 2026-12-24 monitored; 2027-12-20 promised 500.00 by 2027-12-30", "2027-12-27 09:00", "wait until 2028-01-04"},
	}.run(t)
	a, _ := next(t, tell("consumer"+reminded+promised), "2026-10-06 09:00")
	if a.Reason != "the debtor promised on 2026-10-06 to pay 1000.00 by 2026-10-12: it is waited for" {
		t.Error(a.Reason)
	}
}

const (
	// Agreed after the first letter: three parts of a consumer's 1003.50, on Monday 2 November, Wednesday 2 December and Saturday 2 January.
	agreed    = "; 2026-10-06 arranged 3 x 334.50 monthly from 2026-11-02"
	confirmed = agreed + "; 2026-10-06 arrangement:a by email"
	firstPaid = confirmed + "; 2026-11-02 paid 334.50"
)

// arrangementOf reads "2026-10-20 arranged 3 x 100.00 monthly from 2026-11-02": what was settled earlier in the story was known.
func arrangementOf(f *claim.Facts, w []string, on calendar.Date) claim.Arrangement {
	a := claim.Arrangement{Key: string(rune('a' + len(f.Arrangements))), On: on, Settled: settledSoFar(f), GraceDays: 2, ReminderDays: 7}
	count, err := strconv.Atoi(w[2])
	if err != nil {
		panic(err)
	}
	for i := range count {
		due := day(w[7]).AddMonths(i)
		if w[5] == "weekly" {
			due = day(w[7]).AddDays(7 * i)
		}
		a.Instalments = append(a.Instalments, claim.Instalment{Due: due, Amount: money.MustParse(w[4])})
	}
	for i, word := range w {
		switch word {
		case "ended":
			a.Ended = day(w[i+1])
		case "costs": // that its instalments have
			a.Owed.Costs = money.MustParse(w[i+1])
		case "charged": // collection costs by then, those that were paid with them
			a.Charged = money.MustParse(w[i+1])
		}
	}
	return a
}

// A person looks at an arrangement of which something was taken back; when a reminder is not met it lapses meanwhile, and that day is not slept through.
func TestAnArrangementLapsesWhileAPersonLooksAtIt(t *testing.T) {
	t.Parallel()
	const looked = "consumer" + reminded + "; 2026-10-05 paid 300.00" + agreed + "; 2026-10-06 arrangement:a by email; 2026-11-05 arrangement:a/1 by email; 2026-11-06 taken-back 300.00; task review-arrangement:a open"
	a, got := next(t, tell(looked), "2026-11-06 09:00")
	if lapses := day("2026-11-13"); got != "wait for review-arrangement:a" || calendar.DateOf(a.Wake()) != lapses || a.Meanwhile != "it lapses on 2026-11-13 when the reminder is not met" {
		t.Errorf("%s until %s, %s", got, a.Wake(), a.Meanwhile)
	}
	if _, got := next(t, tell(looked), "2026-11-13 00:00"); got != "sticker-reminder by email on 2026-11-20" {
		t.Errorf("lapsed: %s", got)
	}
	if a, _ := next(t, tell(strings.Replace(looked, "; 2026-11-05 arrangement:a/1 by email", "", 1)), "2026-11-06 09:00"); strings.Contains(a.Meanwhile, "lapses") {
		t.Errorf("without a reminder it does not lapse: %s", a.Meanwhile)
	}
}

// Nothing but a complaint is confirmed before an operator has repaired what could not be done, and the wait says so.
func TestAnArrangementIsNotConfirmedDuringARepair(t *testing.T) {
	t.Parallel()
	const says = "the confirmation of payment arrangement a waits for that: it leaves by 2026-11-02, the day of the first instalment, or other days are needed"
	for _, c := range []struct{ name, story, want string }{
		{"it waits", "consumer" + reminded + "; 2026-10-05 stuck on sticker-reminder" + agreed, says},
		{"it was confirmed before", "consumer" + reminded + confirmed + "; 2026-10-06 stuck on sticker-reminder", ""},
		{"it is what could not be done", "consumer" + reminded + agreed + "; 2026-10-06 stuck on arrangement:a", says},
		{"it was ended", "consumer" + reminded + "; 2026-10-05 stuck on sticker-reminder" + strings.Replace(agreed, "2026-11-02", "2026-11-02 ended 2026-10-06", 1), ""},
		{"a dispute is judged first", "consumer" + reminded + "; 2026-10-05 stuck on sticker-reminder" + agreed + "; 2026-10-06 disputed; task judge-dispute:d open", "the debtor disputes the claim: everything waits for a judgement, by 2026-10-20"},
	} {
		if a, got := next(t, tell(c.story), "2026-10-07 09:00"); got != "wait" || strings.Contains(a.Meanwhile, says) != (c.want == says) || !strings.HasPrefix(a.Meanwhile, c.want) {
			t.Errorf("%s: %s, meanwhile %s", c.name, got, a.Meanwhile)
		}
	}
	if _, got := next(t, tell("consumer"+reminded+"; 2026-10-05 stuck on sticker-reminder; 2026-10-07 complained c1"), "2026-10-07 09:00"); got != "complaint:c1 by email on 2026-10-07" {
		t.Errorf("a complaint: %s", got)
	}
}

// A confirmation that could not leave does not wait for its repair in silence: when the first instalment has gone by a person agrees on other days, and staff is reminded.
func TestAConfirmationThatWaitsForARepairIsAskedAbout(t *testing.T) {
	t.Parallel()
	const stuck = "consumer" + reminded + agreed + "; 2026-10-06 stuck on arrangement:a"
	for _, c := range []struct{ name, story, at, want, wakes string }{
		{"it can leave in time still", stuck, "2026-11-02 09:00", "wait", "2026-11-03"},
		{"the first instalment went by", stuck, "2026-11-03 00:00", "task review-arrangement:a", "2026-11-03"},
		{"likewise while something else is repaired", "consumer" + reminded + "; 2026-10-05 stuck on sticker-reminder" + agreed, "2026-11-03 00:00", "task review-arrangement:a", "2026-11-03"},
		{"asked: staff is reminded a week after the grace of that instalment", stuck + "; task review-arrangement:a open", "2026-11-03 09:00", "wait", "2026-11-11"},
		{"then it is", stuck + "; task review-arrangement:a open", "2026-11-11 09:00", "task late-review:2026-11-11", "2026-11-11"},
		{"skipped, it counts as confirmed", stuck + "; 2026-11-03 skipped arrangement:a", "2026-11-04 09:00", "wait", "2028-07-07"}, // limitation
	} {
		a, got := next(t, tell(c.story), c.at)
		wakes := ""
		if wake := a.Wake(); !wake.IsZero() {
			wakes = calendar.DateOf(wake).String()
		}
		if got != c.want || wakes != c.wakes {
			t.Errorf("%s: %s, wakes %s (%s; %s), want %s, %s", c.name, got, wakes, a.Reason, a.Meanwhile, c.want, c.wakes)
		}
	}
}

func TestAPaymentArrangement(t *testing.T) {
	t.Parallel()
	tellings{
		{"it is confirmed", "consumer" + reminded + agreed, "2026-10-06 09:00", "arrangement:a by email on 2026-10-06"},
		{"in the evening: the next morning", "consumer" + reminded + agreed, "2026-10-06 22:00", "arrangement:a by email on 2026-10-07"},
		{"held until after the first day: other days are needed, and no reminder", "consumer" + reminded + agreed + "; 2026-10-06 held until 2026-11-10", "2026-11-11 09:00", "task review-arrangement:a"},
		{"an outage over that day: likewise", "consumer" + reminded + agreed, "2026-11-20 09:00", "task review-arrangement:a"},
		{"in the evening of that day: it could leave the day after", "consumer" + reminded + agreed, "2026-11-02 22:00", "task review-arrangement:a"},
		{"on that day", "consumer" + reminded + agreed, "2026-11-02 09:00", "arrangement:a by email on 2026-11-02"},
		{"a reminder keeps its distance from it", "consumer" + reminded + agreed + "; 2026-11-04 arrangement:a by email", "2026-11-05 09:00", "arrangement:a/1 by email on 2026-11-07"},
		{"by post when the mail failed", "consumer" + reminded + agreed + "; 2026-10-06 arrangement:a by email failed", "2026-10-06 09:30", "arrangement:a by post on 2026-10-06"},
		{"no channel is left", "consumer" + reminded + agreed + "; 2026-10-06 address-unknown; no-email", "2026-10-06 09:30", "task find-address"},
		{"an operator skipped the confirmation", "consumer" + reminded + agreed + "; 2026-10-06 skipped arrangement:a", "2026-10-06 09:30", "wait until 2026-11-05"},
		{"nothing else leaves while it is current", "consumer" + reminded + confirmed, "2026-10-20 09:00", "wait until 2026-11-05"},
		{"nor while the money may be on its way", "consumer" + reminded + confirmed, "2026-11-04 23:00", "wait until 2026-11-05"},
		{"the first part is paid", "consumer" + reminded + firstPaid, "2026-11-03 09:00", "wait until 2026-12-05"},
		{"paid ahead counts for the next part", "consumer" + reminded + confirmed + "; 2026-10-20 paid 700.00", "2026-11-10 09:00", "wait until 2027-01-06"},
		{"a part is missed: one reminder", "consumer" + reminded + confirmed, "2026-11-05 09:00", "arrangement:a/1 by email on 2026-11-05"},
		{"a part of it is short", "consumer" + reminded + confirmed + "; 2026-11-02 paid 300.00", "2026-11-05 09:00", "arrangement:a/1 by email on 2026-11-05"},
		{"by the next channel when the first failed", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email failed", "2026-11-05 10:00", "arrangement:a/1 by post on 2026-11-05"},
		{"the reminder gives a week", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email", "2026-11-12 20:00", "wait until 2026-11-13"},
		{"paid within it: current again", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email; 2026-11-12 paid 334.50", "2026-11-13 09:00", "wait until 2026-12-05"},
		{"lapsed: on where it stood, with the 38 days left out", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email", "2026-11-13 00:00", "sticker-reminder by email on 2026-11-20"},
		{"a payment after that does not bring it back", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email; 2026-11-13 paid 334.50", "2026-11-13 10:00", "sticker-reminder by email on 2026-11-20"},
		{"one that comes in later with an earlier value date does", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email; 2026-11-12 paid 334.50", "2026-11-20 10:00", "wait until 2026-12-05"},
		{"the second part is missed: its own reminder", "consumer" + reminded + firstPaid, "2026-12-05 09:00", "arrangement:a/2 by email on 2026-12-05"},
		{"an operator skipped the reminder: with the next part", "consumer" + reminded + confirmed + "; 2026-11-06 skipped arrangement:a/1", "2026-11-13 09:00", "wait until 2026-12-05"},
		{"of which the reminder asks both", "consumer" + reminded + confirmed + "; 2026-11-06 skipped arrangement:a/1", "2026-12-05 09:00", "arrangement:a/2 by email on 2026-12-05"},
		{"and gives its week for both", "consumer" + reminded + confirmed + "; 2026-11-06 skipped arrangement:a/1; 2026-12-05 arrangement:a/2 by email", "2026-12-06 09:00", "wait until 2026-12-13"},
		{"then it lapses", "consumer" + reminded + confirmed + "; 2026-11-06 skipped arrangement:a/1; 2026-12-05 arrangement:a/2 by email", "2026-12-13 09:00", "sticker-reminder by email on 2026-12-21"},
		{"every reminder was skipped: a person ends it", "consumer" + reminded + firstPaid + "; 2026-12-06 skipped arrangement:a/2; 2027-01-07 skipped arrangement:a/3", "2027-01-20 09:00", "task review-arrangement:a"},
		{"nobody knows whether the reminder left: a person finds out", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email unknown", "2026-11-20 09:00", "task trace-letter:arrangement:a/1"},
		{"and meanwhile it does not lapse", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email unknown; task trace-letter:arrangement:a/1 open", "2027-02-20 09:00", "wait for trace-letter:arrangement:a/1"},
		{"by post the week counts from receipt", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by post", "2026-11-13 09:00", "wait until 2026-11-15"},
		{"without a reminder it does not lapse", "consumer" + reminded + confirmed, "2027-02-01 09:00", "arrangement:a/1 by email on 2027-02-01"},
		{"less than a letter is sent for: with the next part", "consumer" + reminded + confirmed + "; 2026-11-02 paid 330.00", "2026-11-05 09:00", "wait until 2026-12-05"},
		{"of the last part a person decides", "consumer" + reminded + firstPaid + "; 2026-12-01 paid 334.50; 2027-01-02 paid 330.00", "2027-01-07 09:00", "task small-balance"},
		{"and writes it off: paid", "consumer" + reminded + firstPaid + "; 2026-12-01 paid 334.50; 2027-01-02 paid 330.00; 2027-01-08 let-go 4.50", "2027-01-08 09:00", "close paid on 2027-01-08"},
		{"every part is paid: the interest that ran on is let go", "consumer" + reminded + firstPaid + "; 2026-12-01 paid 334.50; 2027-01-02 paid 334.50", "2027-01-02 18:00", "close paid on 2027-01-02"},
		{"also when the last came within its reminder", "consumer" + reminded + firstPaid + "; 2026-12-01 paid 334.50; 2027-01-07 arrangement:a/3 by email; 2027-01-14 paid 334.50", "2027-01-15 09:00", "close paid on 2027-01-15"},
		{"a day later the whole interest is owed", "consumer" + reminded + firstPaid + "; 2026-12-01 paid 334.50; 2027-01-07 arrangement:a/3 by email; 2027-01-15 paid 334.50", "2027-01-15 09:00", "task interest-only"},
		{"paid at once", "consumer" + reminded + confirmed + "; 2026-10-20 paid 1003.50", "2026-10-20 12:00", "close paid on 2026-10-20"},
		{"too much: a person is asked first", "consumer" + reminded + confirmed + "; 2026-10-20 paid 1013.50", "2026-10-20 12:00", "task repay-surplus:10.00"},
	}.run(t)
}

func TestWhatHappensDuringAnArrangement(t *testing.T) {
	t.Parallel()
	const paidBefore = "; 2026-10-05 paid 300.00; 2026-10-06 arranged 3 x 234.50 monthly from 2026-11-02; 2026-10-06 arrangement:a by email; 2026-11-02 paid 234.50"
	ended := strings.Replace(confirmed, "2026-11-02", "2026-11-02 ended 2026-10-12", 1)
	tellings{
		{"a person ends it: on where it stood", "consumer" + reminded + ended, "2026-10-12 09:00", "sticker-reminder by email on 2026-10-19"},
		{"a second one, after the first was ended", "consumer" + reminded + ended + "; 2026-10-12 arranged 2 x 501.75 monthly from 2026-11-16", "2026-10-12 12:00", "arrangement:b by email on 2026-10-12"},
		{"a dispute: judged first", "consumer" + reminded + confirmed + "; 2026-11-04 disputed", "2026-11-06 09:00", "task judge-dispute:d"},
		{"no reminder on the day of the judgement", "consumer" + reminded + confirmed + "; 2026-11-04 disputed; 2026-11-06 rejected", "2026-11-06 09:00", "wait until 2026-11-07"},
		{"then the reminder", "consumer" + reminded + confirmed + "; 2026-11-04 disputed; 2026-11-06 rejected", "2026-11-07 09:00", "arrangement:a/1 by email on 2026-11-07"},
		{"days in dispute are no part of the reminder's week", "consumer" + reminded + confirmed + "; 2026-11-05 arrangement:a/1 by email; 2026-11-06 disputed; 2026-11-15 rejected", "2026-11-16 09:00", "wait until 2026-11-23"},
		{"upheld", "consumer" + reminded + confirmed + "; 2026-11-04 disputed; 2026-11-06 upheld; 2026-11-06 dispute-upheld by email", "2026-11-06 09:00", "close upheld on 2026-11-06"},
		{"a payment of before it is taken back: a person, and no reminder of a part that is paid", "consumer" + reminded + paidBefore + "; 2026-11-05 taken-back 300.00", "2026-11-10 09:00", "task review-arrangement:a"},
		{"what was taken back is paid again, and every part: what ran on is let go, and of the interest of before a person decides", "consumer" + reminded + paidBefore + "; 2026-11-05 taken-back 300.00; task review-arrangement:a open; 2026-11-10 paid 300.00; 2026-12-02 paid 234.50; 2027-01-04 paid 234.50", "2027-01-04 09:00", "wait for review-arrangement:a until 2027-01-12"},
		{"every part, and a cent less of that: a person", "consumer" + reminded + paidBefore + "; 2026-11-05 taken-back 300.00; task review-arrangement:a open; 2026-11-10 paid 299.99; 2026-12-02 paid 234.50; 2027-01-04 paid 234.50", "2027-01-04 09:00", "wait for review-arrangement:a until 2027-01-12"},
		{"it is ended: on where it stood", "consumer" + reminded + strings.Replace(paidBefore, "2026-11-02;", "2026-11-02 ended 2026-11-10;", 1) + "; 2026-11-05 taken-back 300.00", "2026-11-10 09:00", "sticker-reminder by email on 2026-11-17"},
		{"a hold", "consumer" + reminded + confirmed + "; 2026-11-04 held until 2026-11-10", "2026-11-05 09:00", "wait until 2026-11-11"},
		{"a stop flag", "consumer" + reminded + confirmed + "; 2026-11-04 flagged wsnp", "2026-11-05 09:00", "task stopped:wsnp"},
		{"a receipt that may be the missed part", "consumer" + reminded + confirmed + "; task allocate-receipt:r open", "2026-11-05 09:00", "wait for allocate-receipt:r"},
		{"a complaint is confirmed", "consumer" + reminded + confirmed + "; 2026-10-08 complained c1", "2026-10-08 12:00", "complaint:c1 by email on 2026-10-08"},
		{"withdrawn", "consumer" + reminded + confirmed + "; 2026-10-08 withdrawn", "2026-10-08 12:00", "close withdrawn on 2026-10-08"},
		{"a promise before it is replaced", "consumer" + reminded + promised + confirmed, "2026-10-20 09:00", "wait until 2026-11-05"},
		{"the 14-day letter's term is not cut short", "consumer" + noticed + "; 2026-10-22 arranged 2 x 503.00 weekly from 2026-10-26; 2026-10-22 arrangement:a by email; 2026-10-29 arrangement:a/1 by email", "2026-11-06 00:00", "summons by email on 2026-11-21"},
		{"the client's time to decide waits with it", "consumer" + finished + "; 2026-11-24 advised; 2026-11-25 arranged 2 x 503.00 monthly from 2026-12-01; 2026-11-25 arrangement:a by email; 2026-12-04 arrangement:a/1 by email", "2026-12-12 09:00", "decision-reminder by email on 2026-12-25"},
		{"in business with costs", "company" + bSummoned + "; 2026-10-20 arranged 2 x 580.00 monthly from 2026-11-02", "2026-10-20 10:00", "arrangement:a by email on 2026-10-20"},
		{"two parts are missed: one letter asks both", "consumer" + reminded + confirmed + "; 2026-12-07 arrangement:a/1 by email; 2026-12-08 paid 334.50", "2026-12-08 12:00", "wait until 2026-12-15"},
		{"and its week is for both", "consumer" + reminded + confirmed + "; 2026-12-07 arrangement:a/1 by email; 2026-12-08 paid 334.50", "2026-12-15 00:00", "sticker-reminder by email on 2026-12-22"},
		{"an outage of a month over the reminder: it goes first", "consumer" + reminded + confirmed, "2026-12-10 09:00", "arrangement:a/1 by email on 2026-12-10"},
	}.run(t)
}

// In debt monitoring what comes in stays shared 50/50: the claim stays in that stage, and its periodic letter waits.
func TestAnArrangementInDebtMonitoring(t *testing.T) {
	t.Parallel()
	const monitored = "consumer" + finished + "; 2026-11-24 advised; 2026-12-24 monitored; 2027-12-01 arranged 2 x 581.00 monthly from 2028-01-03; 2027-12-01 arrangement:a by post"
	tellings{
		{"the periodic letter waits", monitored, "2027-12-24 12:00", "wait until 2028-01-06"},
		{"lapsed, a week after receipt: it goes out, once", monitored + "; 2028-01-06 arrangement:a/1 by post", "2028-01-17 09:00", "monitoring letter 1 by post on 2028-01-17"},
		{"paid", monitored + "; 2028-01-03 paid 581.00; 2028-02-03 paid 581.00", "2028-02-03 12:00", "close paid on 2028-02-03"},
	}.run(t)
	a, _ := next(t, tell(monitored), "2027-12-24 12:00")
	if a.Stage != trajectory.StageMonitoring {
		t.Errorf("%+v", a)
	}
}

// Who agrees on an arrangement acknowledges the debt: limitation begins anew (art. 3:318 BW). A promise may be without proof.
func TestAnArrangementInterruptsLimitation(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]string{
		"consumer":          "2028-09-04",
		"consumer" + agreed: "2028-09-04", // by telephone: there may be no proof yet
		"consumer" + agreed + "; 2026-10-07 arrangement:a by email failed":  "2028-09-04",
		"consumer" + agreed + "; 2026-10-07 arrangement:a by email unknown": "2028-09-04",
		"consumer" + agreed + "; 2026-10-07 arrangement:a by email":         "2028-10-06",
		"consumer" + agreed + "; 2026-10-30 paid 100.00":                    "2028-10-30",
		"consumer" + promised: "2028-09-04",
		"consumer" + confirmed + "; 2026-11-05 arrangement:a/1 by email": "2028-11-05", // it asks to pay (art. 3:317 BW)
		"company" + confirmed: "2031-10-06",
	} {
		if got := trajectory.Enforceable(tell(story)); got.LastDay.String() != want {
			t.Errorf("%s: enforceable until %s, want %s", story, got.LastDay, want)
		}
	}
}

// agreement is what the debtor promised or arranged, in the world's own books: nothing but its own letters leaves while it is not broken.
type agreement struct {
	name    string                             // of the promise, or the step of the arrangement, as letters tell it
	step    string                             // of its letters; empty for a promise
	until   calendar.Date                      // the last day on which it is waited for; zero while no reminder of an arrangement left
	settled money.Amount                       // in all, when a promise is kept
	booked  int                                // how many settlements were known, or counted by a correction that told what becomes of it
	is      func(f *claim.Facts) *money.Amount // what was taken back since, in the facts
}

func (w *world) settled() (total money.Amount) {
	for _, s := range w.facts.Settlements {
		total += s.Amount
	}
	return total
}

// promise is refused, as by the store, while another promise or an arrangement stands.
func (w *world) promise() {
	_, promised := w.facts.PromiseOn(w.today())
	_, arranged := w.facts.ArrangementOn(w.today())
	if promised || arranged {
		return
	}
	p := claim.Promise{Key: fmt.Sprint("p", len(w.facts.Promises)), On: w.today(), By: w.today().AddDays(7), Until: w.today().AddDays(9), Amount: w.facts.Principal() / 3, Settled: w.settled()}
	if p.Amount > 0 {
		w.facts.Promises = append(w.facts.Promises, p)
		i := len(w.facts.Promises) - 1
		w.agreed = append(w.agreed, agreement{name: p.Name(), until: p.Until, settled: p.Settled + p.Amount, booked: w.booked, is: func(f *claim.Facts) *money.Amount { return &f.Promises[i].TakenBack }})
	}
}

// arrange agrees on three monthly parts of what is owed, unless an arrangement is in force.
func (w *world) arrange() {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	if _, arranged := w.facts.ArrangementOn(w.today()); arranged || account.Open.Total() < 3 {
		return
	}
	a := claim.Arrangement{Key: fmt.Sprint(len(w.facts.Arrangements)), On: w.today(), Owed: account.Open, Charged: account.ChargedCollection(), Settled: w.settled(), GraceDays: 2, ReminderDays: 7}
	for i, amount := range account.Open.Total().Instalments(3) {
		a.Instalments = append(a.Instalments, claim.Instalment{Due: w.today().AddDays(10).AddMonths(i), Amount: amount})
	}
	w.facts.Arrangements = append(w.facts.Arrangements, a)
	last := len(w.facts.Arrangements) - 1
	w.agreed = append(w.agreed, agreement{name: a.Step(), step: a.Step(), booked: w.booked, is: func(f *claim.Facts) *money.Amount { return &f.Arrangements[last].TakenBack }})
}
