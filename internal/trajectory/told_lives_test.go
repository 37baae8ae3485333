package trajectory_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// told is a life in which a correction, or a person, told what is still to be paid of a promise or an arrangement: the debtor pays that, on the days that it names or before, and what the letter counted is taken back.
type told struct {
	*rapid.T
	rules trajectory.Rules
	facts claim.Facts
	pays  map[calendar.Date]money.Amount
	back  calendar.Date // the day on which the payment behind the correction is taken back
	asked bool          // the debtor was told
}

// counts is what the correction counted as settled, beside what was settled when it was agreed.
const counts = "late"

// learns lets payments of before come to be known, and one between.
func (w *told) learns(known calendar.Date) {
	for i, key := range []string{counts, "beside"}[:rapid.IntRange(1, 2).Draw(w.T, "payments")] {
		amount := money.Cents(rapid.Int64Range(500, 45000).Draw(w.T, key))
		on := day("2026-10-02").AddDays(i * rapid.IntRange(0, 4).Draw(w.T, "later"))
		w.facts.Settlements = append(w.facts.Settlements, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: on, Amount: amount, Known: known})
	}
}

// tells enters the correction that leaves on a day, and lets the debtor plan to pay what it says.
func (w *told) tells(a trajectory.Action, on calendar.Date) {
	account, err := w.facts.AccountOn(w.rules.Tables, on)
	if err != nil {
		w.Fatal(err)
	}
	owed := account.Open.Total()
	if trajectory.AsksPrincipal(w.facts, on) {
		owed = w.facts.UnpaidPrincipal(on)
	}
	untold, err := trajectory.CorrectionTells(w.facts, w.rules)
	if err != nil {
		w.Fatal(err)
	}
	standing, err := trajectory.StandingOn(w.facts, w.rules.Tables, on, owed)
	if err != nil {
		w.Fatal(err)
	}
	l := accepted(a, on)
	l.Demanded, l.Corrects, l.Told = standing.Asks(owed), trajectory.Corrects(untold), standing.Told
	w.facts.Letters = append(w.facts.Letters, l)
	w.plans(on, l.Demanded, l.Told)
}

// tellsByHand lets a person do a task to correct a letter on a day, and the debtor plan to pay what it hears.
func (w *told) tellsByHand(task string, on calendar.Date) {
	told, err := trajectory.ToldByHand(w.facts, w.rules, task, on)
	if err != nil {
		w.Fatal(err)
	}
	w.facts.Tasks = append(w.facts.Tasks, claim.Task{Key: task, Corrects: told.Corrects})
	w.facts.ToldByHand = append(w.facts.ToldByHand, told.Telling)
	w.plans(on, told.Telling.Asked, told.Telling.Told)
}

// plans lets the debtor plan to pay what it was told the first time that it was.
func (w *told) plans(on calendar.Date, asked money.Amount, told claim.Told) {
	if w.asked {
		return
	}
	w.asked, w.back = true, on.AddDays(rapid.IntRange(1, 100).Draw(w.T, "taken back after"))
	if p, promised := w.facts.PromiseOn(on); promised {
		w.pays[w.before(on, p.By)] += asked
	}
	if a, arranged := w.facts.ArrangementOn(on); arranged {
		for _, left := range w.facts.LeftOf(a, told.Comes, on) {
			w.pays[w.before(on, left.Due)] += left.Amount
		}
	}
}

// before is the day on which the debtor pays what is due on a day: that day, or one of the week before, after the letter.
func (w *told) before(letter, due calendar.Date) calendar.Date {
	return calendar.Max(letter.AddDays(1), due.AddDays(-rapid.IntRange(0, 7).Draw(w.T, "early")))
}

// passes lets happen what a day brings, and does what is decided then.
func (w *told) passes(on calendar.Date) {
	if amount := w.pays[on]; amount > 0 {
		w.facts.Settlements = append(w.facts.Settlements, claim.Settlement{Key: on.String(), Kind: claim.PaidToAgency, On: on, Amount: amount, Known: on})
	}
	if s, stands := w.facts.Settled(counts); stands && on == w.back {
		w.facts = w.facts.Without(counts)
		for i := range w.facts.Promises {
			w.facts.Promises[i].TakenBack = s.Amount
		}
		for i := range w.facts.Arrangements {
			w.facts.Arrangements[i].TakenBack = s.Amount
		}
		w.facts.Status = claim.StatusOpen
	}
	for range 5 {
		a, err := trajectory.Next(w.facts, w.rules, on.At(10, 0))
		if err != nil {
			w.Fatal(err)
		}
		if a.Due.IsZero() || calendar.DateOf(a.Due).After(on) {
			return
		}
		w.does(a, on)
	}
}

// does an action; no letter may remind of an instalment, and none asks more than was told before somebody was asked to tell the debtor why.
func (w *told) does(a trajectory.Action, on calendar.Date) {
	_, stands := w.facts.Settled(counts)
	reviewed := strings.HasPrefix(a.Task, trajectory.ReviewPromise) || strings.HasPrefix(a.Task, trajectory.ReviewArrangement)
	for _, task := range w.facts.Tasks {
		reviewed = reviewed || strings.HasPrefix(task.Key, trajectory.ReviewPromise) || strings.HasPrefix(task.Key, trajectory.ReviewArrangement)
	}
	switch {
	case a.Letter == trajectory.ArrangementReminder:
		w.Fatalf("%s: %s", on, a.Reason)
	case a.Letter != "" && w.asked && !stands && !reviewed:
		w.Fatalf("%s: %s leaves, and the debtor was not told that %s does not count any more", on, a.Step, counts)
	case a.Letter == trajectory.Correction:
		w.tells(a, on)
	case a.Letter != "":
		l := accepted(a, on)
		account, err := w.facts.AccountOn(w.rules.Tables, on)
		if err != nil {
			w.Fatal(err)
		}
		l.Demanded = account.Open.Total()
		w.facts.Letters = append(w.facts.Letters, l)
	case strings.HasPrefix(a.Task, trajectory.CorrectLetter):
		w.tellsByHand(a.Task, on)
	case a.Task != "":
		w.facts.Tasks = append(w.facts.Tasks, claim.Task{Key: a.Task, Open: true})
	case a.Kind == trajectory.ActClose:
		w.facts.Status = a.Outcome
	}
}

// Who pays what a correction told, or a person because the debtor is in debt counselling for a day, on the days that were told, keeps the promise or the arrangement, whatever is taken back of what was counted; and is not asked the more without a word.
func TestWhoPaysWhatACorrectionToldKeepsWhatWasAgreed(t *testing.T) {
	t.Parallel()
	promise, arrangement := tell("consumer"+reminded+promised), tell("consumer"+reminded+confirmed)
	rules, _ := ruled(t, promise, "2026-10-06 10:00")
	rapid.Check(t, func(t *rapid.T) {
		w := &told{T: t, rules: rules, facts: rapid.SampledFrom([]claim.Facts{promise, arrangement}).Draw(t, "agreed"), pays: map[calendar.Date]money.Amount{}}
		w.facts.Promises, w.facts.Arrangements = append([]claim.Promise(nil), w.facts.Promises...), append([]claim.Arrangement(nil), w.facts.Arrangements...)
		w.learns(day("2026-10-07"))
		if rapid.Bool().Draw(t, "by hand") {
			w.facts.Flags = []claim.Flag{{Kind: claim.FlagDebtCounselling, From: day("2026-10-07"), Until: day("2026-10-07")}}
		}
		for on := day("2026-10-07"); !on.After(day("2027-01-20")); on = on.AddDays(1) {
			w.passes(on)
			for _, a := range w.facts.Arrangements {
				if lapsed := w.facts.Lapsed(a); !lapsed.IsZero() {
					w.Fatalf("%s: the arrangement lapses on %s", on, lapsed)
				}
			}
		}
		for _, p := range w.facts.Promises {
			if !w.facts.Kept(p) {
				w.Fatalf("%s", w.facts.SayPromise(p, day("2027-01-20")))
			}
		}
		if !w.asked {
			w.Fatal("the debtor was not told")
		}
	})
}

// What a correction counted and is taken back: of a promise a person tells the debtor, once, before more is asked, also when the promise is over by then; of an arrangement a person ends it.
func TestWhatACorrectionCountedIsTakenBack(t *testing.T) {
	t.Parallel()
	const (
		late           = "; 2026-10-02 paid 400.00 known 2026-10-07"
		told           = "; 2026-10-07 correction:reminder by email asked 600.00 tells promise:p 1000.00 corrects reminder@2026-10-05=60000"
		back           = "consumer" + reminded + promised + late + told + "; 2026-10-08 taken-back 400.00"
		paid           = back + "; 2026-10-09 paid 600.00"
		asked          = "; task review-promise:p open"
		again          = "; 2026-10-03 paid 500.00 known 2026-10-12"
		byHand         = "consumer" + reminded + promised + late + "; task correct-letter:reminder done 2026-10-07 tells promise:p 1000.00 asked 600.00 told reminder@2026-10-05=60000"
		lessByHand     = "consumer" + reminded + promised + late + "; task correct-letter:reminder done 2026-10-07 tells promise:p 950.00 asked 550.00 told reminder@2026-10-05=60000"
		arrangedByHand = "consumer" + reminded + confirmed + late + "; task correct-letter:arrangement:a done 2026-10-07 tells arrangement:a 1003.50 asked 603.50 told reminder@2026-10-05=60000 arrangement-confirmation@2026-10-06=60350"
		arranged       = "consumer" + reminded + confirmed + late + "; 2026-10-07 correction:arrangement-confirmation by email asked 603.50 tells arrangement:a 1003.50 corrects reminder@2026-10-05=60000 arrangement-confirmation@2026-10-06=60350"
	)
	tellings{
		{"it counts: the promise is waited for", strings.TrimSuffix(back, "; 2026-10-08 taken-back 400.00"), "2026-10-08 10:00", "wait until 2026-10-15"},
		{"taken back: a person tells the debtor", back, "2026-10-08 10:00", "task review-promise:p"},
		{"once", back + asked, "2026-10-08 10:00", "wait until 2026-10-15"},
		{"the promise was withdrawn: nobody is asked about it", strings.Replace(back, "by 2026-10-12", "by 2026-10-12 taken-back 2026-10-08", 1), "2026-10-08 10:00", "sticker-reminder by email on 2026-10-22"},
		{"what the letter said is paid: kept, and on with the rest from the next day", paid + asked, "2026-10-10 10:00", "sticker-reminder by email on 2026-10-22"},
		{"more is paid: it can be for what was taken back, and the promise is waited for", strings.Replace(paid+asked, "paid 600.00", "paid 650.00", 1), "2026-10-10 10:00", "wait until 2026-10-15"},
		{"until its day", strings.Replace(paid+asked, "paid 600.00", "paid 650.00", 1), "2026-10-16 10:00", "sticker-reminder by email on 2026-10-22"},
		{"taken back when that is paid already: a person first", paid, "2026-10-20 10:00", "task review-promise:p"},
		{"a cent less than it said: waited for until the last day", strings.Replace(paid+asked, "paid 600.00", "paid 599.99", 1), "2026-10-10 10:00", "wait until 2026-10-15"},
		{"still less was owed: no letter before the person told the debtor", back + asked + again, "2026-10-12 10:00", "wait until 2026-10-15"},
		{"then it leaves", back + strings.Replace(asked, "open", "done", 1) + again, "2026-10-12 10:00", "correction:correction by email on 2026-10-12"},
		{"an arrangement: what is left is waited for", arranged, "2026-10-08 10:00", "wait until 2026-12-05"},
		{"taken back: a person ends it", arranged + "; 2026-10-08 taken-back 400.00", "2026-10-08 10:00", "task review-arrangement:a"},
		{"and no part is reminded of that was paid", arranged + "; 2026-10-08 taken-back 400.00; task review-arrangement:a open", "2026-11-05 10:00", "wait for review-arrangement:a until 2026-12-11"},
		{"the letter asked what was left: cents of interest since make no fault", arranged, "2026-11-20 10:00", "wait until 2026-12-05"},
		{"still less was left", arranged + "; 2026-10-03 paid 100.00 known 2026-11-20", "2026-11-20 10:00", "correction:correction by email on 2026-11-20"},
		{"told by a person: the promise is waited for", byHand, "2026-10-08 10:00", "wait until 2026-10-15"},
		{"taken back: a person tells the debtor", byHand + "; 2026-10-08 taken-back 400.00", "2026-10-08 10:00", "task review-promise:p"},
		{"what the person said is paid: kept, and on with the rest from the next day", byHand + "; 2026-10-08 taken-back 400.00; 2026-10-09 paid 600.00" + asked, "2026-10-10 10:00", "sticker-reminder by email on 2026-10-17"},
		{"less was enough, as a person said: kept", lessByHand + "; 2026-10-12 paid 550.00", "2026-10-16 10:00", "sticker-reminder by email on 2026-10-20"},
		{"a cent less than it said: broken", lessByHand + "; 2026-10-12 paid 549.99", "2026-10-16 10:00", "sticker-reminder by email on 2026-10-22"},
		{"of an arrangement a person said what is left: paid until December", arrangedByHand, "2026-11-05 10:00", "wait until 2026-12-05"},
		{"taken back: a person ends it", arrangedByHand + "; 2026-10-08 taken-back 400.00", "2026-10-08 10:00", "task review-arrangement:a"},
		{"by less than the interest since, which it did not ask", strings.ReplaceAll(arranged, "2026-10-07", "2026-11-20") + "; 2026-10-03 paid 2.00 known 2026-11-25", "2026-11-25 10:00", "correction:correction by email on 2026-11-25"},
	}.run(t)
}

// A correction gives no day before the one that was promised, also when a payment that nobody knew of when it was given counts as what was promised.
func TestACorrectionGivesNoDayBeforeThePromisedOne(t *testing.T) {
	t.Parallel()
	const part = "consumer" + reminded + "; 2026-10-06 promised 500.00 by 2026-10-30"
	for story, want := range map[string]string{
		part + "; 2026-10-02 paid 400.00 known 2026-10-07":                             "2026-10-30",
		part + "; 2026-10-02 paid 600.00 known 2026-10-07":                             "2026-10-30",
		part + " taken-back 2026-10-07; 2026-10-02 paid 600.00 known 2026-10-07":       "2026-10-21",
		"consumer" + reminded + promised + "; 2026-10-02 paid 400.00 known 2026-10-07": "2026-10-21",
	} {
		f := tell(story)
		rules, now := ruled(t, f, "2026-10-07 10:00")
		a, err := trajectory.Next(f, rules, now)
		if err != nil || a.Letter != trajectory.Correction || calendar.DateOf(a.Due).AddDays(a.Term).String() != want {
			t.Errorf("%s: %s, %d days from %s, want until %s (%v)", story, a.Step, a.Term, a.Due, want, err)
		}
	}
}
