package postgres_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// sent lets the next letters of a claim leave, each twenty days after the one before, the last of them ten days ago.
func (w *world) sent(ref postgres.Ref, steps ...string) {
	w.Helper()
	for _, step := range steps {
		w.exec(`UPDATE letter SET on_day = on_day - 20, pay_by = pay_by - 20, received_on = received_on - 20 WHERE claim_id = $1`, ref.ClaimID)
		l, _ := w.sending(ref)
		if l.Step != step {
			w.Fatalf("%s comes, want %s", l.Step, step)
		}
		w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
		file, err := w.CaseFile(w.Context(), ref)
		ok(w, err)
		sum := sha256.Sum256([]byte(file.Debtor.Recipient(l.Channel)))
		w.exec(`UPDATE letter SET recipient = $2 WHERE id = $1`, l.ID, hex.EncodeToString(sum[:]))
	}
	w.exec(`UPDATE letter SET on_day = on_day - 10, pay_by = pay_by - 10, received_on = received_on - 10 WHERE claim_id = $1`, ref.ClaimID)
}

func (w *world) cameBack(ref postgres.Ref, step string, on calendar.Date) error {
	return w.ReturnLetter(w.Context(), ref, postgres.Returned{Step: step, On: on}, at(today), w.lib.Rules)
}

func (w *world) openTasks(ref postgres.Ref) string {
	w.Helper()
	var open []string
	for _, task := range w.facts(ref).Tasks {
		if task.Open {
			open = append(open, task.Key)
		}
	}
	return strings.Join(open, " ")
}

// That an earlier mail had bounced is told after the 14-day letter left to the same address: a person says whether that arrived, and nothing leaves before.
func TestA14DayLetterToAnAddressThatHadBounced(t *testing.T) {
	t.Parallel()
	const ask = "notice-in-doubt:14-day-letter"
	for _, c := range []struct {
		name    string
		bounced int // days before today; the 14-day letter left ten days ago
		then    func(w *world, ref postgres.Ref) error
		next    string
	}{
		{"it is asked, and waited for", 15, nil, "wait " + ask},
		{"on its own day too", 10, nil, "wait " + ask},
		{"what bounced after it says nothing of it", 9, nil, "letter summons post"},
		{"it arrived", 15, func(w *world, ref postgres.Ref) error {
			return w.CompleteTask(w.Context(), ref, ask, "paid by what it names", at(today))
		}, "letter summons post"},
		{"it arrived, and an older bounce is told later: that is no new question", 10, func(w *world, ref postgres.Ref) error {
			if err := w.CompleteTask(w.Context(), ref, ask, "paid by what it names", at(today)); err != nil {
				return err
			}
			return w.cameBack(ref, "reminder", today.AddDays(-16))
		}, "letter summons post"},
		{"it did not: it goes by post, after what bounced before it", 15, func(w *world, ref postgres.Ref) error { return w.cameBack(ref, "14-day-letter", today.AddDays(-10)) }, "letter sticker-reminder post"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
			for range 2 {
				ok(t, w.cameBack(ref, "sticker-reminder", today.AddDays(-c.bounced)))
			}
			if c.then != nil {
				ok(t, c.then(w, ref))
			}
			a := w.next(ref)
			if got := strings.TrimSpace(strings.Join([]string{string(a.Kind), a.Step, a.Task, a.Channel}, " ")); strings.Join(strings.Fields(got), " ") != c.next || c.then != nil && strings.Contains(w.openTasks(ref), ask) {
				t.Errorf("comes %q, want %q; open: %s", got, c.next, w.openTasks(ref))
			}
		})
	}
}

// The 14-day letter bounced hours later: it was never received, so no costs are due, it goes out again by post, and no summons comes before its term.
func TestA14DayLetterThatCameBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
	if w.facts(ref).CostsDueFrom().IsZero() {
		t.Fatal("no costs to lose")
	}
	w.exec(`DELETE FROM outbox`)
	ok(t, w.cameBack(ref, "14-day-letter", today.AddDays(-9)))
	before := w.counts()
	ok(t, w.cameBack(ref, "14-day-letter", today.AddDays(-9)))
	if w.counts() != before {
		t.Errorf("told twice: %s was %s", w.counts(), before)
	}
	if told := query[string](w, `SELECT kind || ' ' || value_on || ' ' || actor || ' ' || (detail ->> 'channel') FROM case_event WHERE key LIKE 'returned:%'`); told != "letter-returned 2026-10-25 test email" {
		t.Errorf("the file tells %s", told)
	}
	if row := query[string](w, `SELECT state || coalesce(received_on::text, ' never') FROM letter WHERE step = '14-day-letter'`); row != "failed never" {
		t.Error(row)
	}
	f := w.facts(ref)
	if !f.CostsDueFrom().IsZero() || !f.Has(claim.FlagEmailBounced, today) || w.openTasks(ref) != "" {
		t.Errorf("costs due from %s, flags %+v, tasks %s", f.CostsDueFrom(), f.Flags, w.openTasks(ref))
	}
	if n := query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1`, ref.ClaimID); n != 1 {
		t.Errorf("%d wake-ups", n)
	}
	if a := w.next(ref); a.Step != "14-day-letter" || a.Channel != trajectory.ChannelPost || a.Day != today {
		t.Fatalf("%+v", a)
	}
	l, _ := w.sending(ref)
	w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today.AddDays(2), Reply: "in the post spool"})
	if n := query[int](w, `SELECT count(*) FROM letter WHERE step = '14-day-letter' AND cycle = 1`); n != 2 {
		t.Errorf("%d letters", n)
	}
	before = w.counts()
	ok(t, w.cameBack(ref, "14-day-letter", today.AddDays(-9))) // the bounce told a third time is not the post that came back
	if a := w.next(ref); w.counts() != before || a.Step != "summons" || a.Day.Before(w.facts(ref).CostsDueFrom()) || w.facts(ref).CostsDueFrom() != calendar.MustParseDate("2026-11-20") {
		t.Errorf("%s on %s, costs from %s; %s was %s", a.Step, a.Day, w.facts(ref).CostsDueFrom(), w.counts(), before)
	}
}

// A summons with costs had left: the debtor is told that it asked too much, once; then the 14-day letter comes again, and the summons does not.
func TestASummonsLeftBeforeThe14DayLetterCameBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
	w.exec(`UPDATE letter SET demanded = demanded + 4000 WHERE claim_id = $1 AND step = 'summons'`, ref.ClaimID) // the costs
	ok(t, w.cameBack(ref, "14-day-letter", today))
	if a := w.next(ref); a.Step != "correction:summons" || w.openTasks(ref) != "" || a.Channel != "post" {
		t.Errorf("next %s by %s, tasks %s", a.Step, a.Channel, w.openTasks(ref))
	}
	tells := func(file postgres.CaseFile) (postgres.Draft, error) {
		d, err := write(file)
		d.Corrects = trajectory.Corrects([]trajectory.Fault{{Letter: file.Facts.Letters[len(file.Facts.Letters)-1], Owed: claim.Balance{Principal: eur("100.22")}}})
		return d, err
	}
	action := w.next(ref)
	l, _, entered, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, tells)
	ok(t, err)
	if state, _ := w.begin(ref, &l, action); !entered || state != claim.LetterSending {
		t.Fatalf("%v %s", entered, state)
	}
	w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today.AddDays(2), Reply: "in the post spool"})
	if a := w.next(ref); a.Step != "14-day-letter" || w.openTasks(ref) != "" || !strings.HasSuffix(w.wrongs(ref), "; told by letter on "+today.String()+": 100.22 was owed") {
		t.Errorf("next %s, tasks %s, %s", a.Step, w.openTasks(ref), w.wrongs(ref))
	}
	l, _ = w.sending(ref)
	w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today.AddDays(2), Reply: "in the post spool"})
	before := w.counts()
	ok(t, w.cameBack(ref, "14-day-letter", today)) // told twice: the post of today did not come back
	if w.counts() != before || w.state(l) != "accepted" {
		t.Errorf("the letter is %s; %s was %s", w.state(l), w.counts(), before)
	}
}

// It bounced, the address was corrected, and it bounced there too on the same day: the second is not the first told twice, and nobody can tell which is
// meant unless it is named. Named, each of them is once.
func TestASecondReturnOnOneDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder")
	back := func(id string) error {
		return w.ReturnLetter(t.Context(), ref, postgres.Returned{Step: "14-day-letter", Letter: id, On: today}, at(today), w.lib.Rules)
	}
	var letters []postgres.Letter
	for i, address := range []string{"een@debtor.example", "twee@debtor.example"} {
		_, _, err := w.CorrectDebtor(t.Context(), ref, map[string]string{"email": address}, at(today))
		ok(t, err)
		l, action := w.sending(ref)
		if action.Step != "14-day-letter" || action.Channel != trajectory.ChannelEmail {
			t.Fatalf("%+v", action)
		}
		w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
		if letters = append(letters, l); i == 0 {
			ok(t, back(""))
		}
	}
	before := w.counts()
	err := back("")
	if refused(t, err); !strings.Contains(err.Error(), letters[0].ID+", by email on 2026-11-03, of which that is known, and "+letters[1].ID+", by email on 2026-11-03") {
		t.Error(err)
	}
	ok(t, back(letters[0].ID)) // told again
	refused(t, back("00000000-0000-4000-8000-000000000001"))
	if w.counts() != before || w.state(letters[1]) != "accepted" {
		t.Errorf("the second is %s; %s was %s", w.state(letters[1]), w.counts(), before)
	}
	ok(t, back(letters[1].ID))
	if f := w.facts(ref); w.state(letters[1]) != "failed" || !f.CostsDueFrom().IsZero() {
		t.Errorf("the second is %s, costs are due from %s", w.state(letters[1]), f.CostsDueFrom())
	}
	before = w.counts()
	for _, id := range []string{"", letters[0].ID, letters[1].ID} {
		if ok(t, back(id)); w.counts() != before {
			t.Errorf("told twice: %s was %s", w.counts(), before)
		}
	}
}

// Paid with the costs and closed, and no letter but the 14-day one had named them: it comes back, and a person pays the debtor back.
func TestAReturnThatLeavesASurplus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
	w.exec(`UPDATE letter SET on_day = on_day - 20, received_on = received_on - 20, pay_by = pay_by - 30 WHERE claim_id = $1`, ref.ClaimID)
	account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
	ok(t, err)
	w.receives(ref, "r", account.Open.Total().String())
	w.closes(ref, claim.StatusPaid)
	for range 2 {
		ok(t, w.cameBack(ref, "14-day-letter", today))
	}
	if got := w.asked(ref); got != "repay-surplus:40.00 (40.00 was paid too much: tell the debtor, and see that it is paid back)" {
		t.Errorf("asked: %s; the account was %+v", got, account.Open)
	}
}

func TestReturnsOverEitherChannel(t *testing.T) {
	t.Parallel()
	byPost := func(c *postgres.NewClaim) { c.Debtor.Email = "" }
	for _, c := range []struct {
		story   string
		change  func(*postgres.NewClaim)
		correct map[string]string // between sending and return
		flag    string
		next    string
	}{
		{"e-mail bounced", nil, nil, claim.FlagEmailBounced, "reminder post"},
		{"post came back and there is no e-mail address", byPost, nil, claim.FlagAddressUnknown, trajectory.FindAddress},
		{"post came back from the old address", byPost, map[string]string{"street": "Dorpsweg 12"}, "", "reminder post"},
		{"e-mail bounced at the old address", nil, map[string]string{"email": "nieuw@debtor.example"}, "", "reminder email"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.change == nil {
				c.change = func(*postgres.NewClaim) {}
			}
			ref := w.open(c.change)
			w.sent(ref, "reminder")
			if c.correct != nil {
				_, _, err := w.CorrectDebtor(t.Context(), ref, c.correct, at(today))
				ok(t, err)
			}
			ok(t, w.cameBack(ref, "reminder", today))
			var flags []string
			for _, f := range w.facts(ref).Flags {
				flags = append(flags, f.Kind)
			}
			a := w.next(ref)
			if next := strings.TrimSpace(a.Step + " " + a.Channel + a.Task); strings.Join(flags, " ") != c.flag || next != c.next {
				t.Errorf("flags %v, next %s", flags, next)
			}
		})
	}
}

func TestAReturnThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder")
	l, _ := w.sending(ref)
	before := w.counts()
	for _, c := range []struct {
		step string
		on   calendar.Date
		why  string
	}{
		{"reminder", today.AddDays(1), "2026-11-04 is in the future"},
		{"reminder", today.AddDays(-11), "no letter of step reminder had left by 2026-10-23 that can have come back"},
		{"summons", today, "no letter of step summons had left"},
		{l.Step, today, "no letter of step sticker-reminder had left"}, // it is being sent
	} {
		err := w.cameBack(ref, c.step, c.on)
		if refused(t, err); !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// The claim was paid with the costs, and closed; then the 14-day letter comes back. The costs were not due: they are owed back, and a person is told.
func TestALetterOfAClosedClaimThatCameBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	ref := w.handOver(c)[0]
	w.opened(ref)
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
	w.exec(`UPDATE letter SET demanded = demanded + 4000 WHERE claim_id = $1 AND step = 'summons'`, ref.ClaimID) // the costs
	account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
	ok(t, err)
	_, err = w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: account.Open.Total(), On: today, Remittance: c.RF}, at(today), w.lib.Rules)
	ok(t, err)
	_, err = w.CloseClaim(t.Context(), ref, claim.StatusPaid, "paid", at(today), stillSo)
	ok(t, err)
	ok(t, w.cameBack(ref, "14-day-letter", today))
	after, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
	ok(t, err)
	if account.Open.Costs == 0 || after.Surplus != account.Open.Costs || w.openTasks(ref) != "correct-letter:summons repay-surplus:40.00" || len(w.facts(ref).Flags) != 0 {
		t.Errorf("costs of %s, %s owed back, tasks %s, flags %+v", account.Open.Costs, after.Surplus, w.openTasks(ref), w.facts(ref).Flags)
	}
}

// The claim was paid by what the 14-day letter asked, in time; the letter came back, so that nothing was met in time: the interest is owed again, and the
// claim is open again, once.
func TestAPaidClaimThatOwesAgainAfterAReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
	w.exec(`UPDATE letter SET pay_by = on_day + 1 WHERE claim_id = $1 AND step <> '14-day-letter'`, ref.ClaimID) // these were not met in time
	w.receives(ref, "r", "100.00")
	w.closes(ref, claim.StatusPaid)
	for range 2 {
		ok(t, w.cameBack(ref, "14-day-letter", today))
	}
	account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
	ok(t, err)
	if f := w.facts(ref); account.Open.Total() == 0 || f.Status != claim.StatusOpen || w.eventsOf(ref, "reopened") != "reopened" || strings.Count(w.messagesTo(ref), "reopen ") != 1 {
		t.Errorf("%s is owed, it is %s, events %q, messages %s", account.Open.Total(), f.Status, w.eventsOf(ref, "reopened"), w.messagesTo(ref))
	}
	if reason := query[string](w, `SELECT detail ->> 'reason' FROM case_event WHERE claim_id = $1 AND kind = 'reopened'`, ref.ClaimID); reason != account.Open.Total().String()+" is owed after the letter of step 14-day-letter came back" {
		t.Error(reason)
	}
}

// An advice that came back did not reach the client: its term to decide never began. A decision that was taken stands.
func TestAnAdviceThatCameBack(t *testing.T) {
	t.Parallel()
	for _, decided := range []bool{false, true} {
		w := newWorld(t)
		ref := w.open()
		w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons", "final-summons", "escalation-advice")
		if decided {
			_, err := w.RecordDecision(t.Context(), ref, claim.ChooseMonitoring, at(today), stillSo)
			ok(t, err)
		}
		ok(t, w.cameBack(ref, "escalation-advice", today))
		f, next := w.facts(ref), w.next(ref)
		if len(f.Flags) != 0 || f.Advised.IsZero() == decided || !decided && next.Task != trajectory.ReachClient || decided && next.Kind != trajectory.ActMonitor {
			t.Errorf("decided %v: flags %+v, advised %s, next %+v", decided, f.Flags, f.Advised, next)
		}
	}
}

// Each year of debt monitoring has its letter: the one that came back is named by its cycle.
func TestALetterOfDebtMonitoringThatCameBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons", "final-summons")
	w.exec(`UPDATE claim SET decision = 'monitoring', decided_on = $2, monitored_from = $2 WHERE id = $1`, ref.ClaimID, today.AddYears(-1))
	w.sent(ref, "monitoring-letter")
	refused(t, w.ReturnLetter(t.Context(), ref, postgres.Returned{Step: "monitoring-letter", Cycle: 2, On: today}, at(today), w.lib.Rules))
	ok(t, w.ReturnLetter(t.Context(), ref, postgres.Returned{Step: "monitoring-letter", Cycle: 1, On: today}, at(today), w.lib.Rules))
	if a := w.next(ref); a.Step != "monitoring-letter" || a.Cycle != 1 || a.Channel != trajectory.ChannelEmail || a.Day != today || !w.facts(ref).Has(claim.FlagAddressUnknown, today) {
		t.Errorf("%+v", a)
	}
}
