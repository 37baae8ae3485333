package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// paid is a claim that was paid whole on the trust account and closed; its messages were delivered.
func (w *world) paid(keys ...string) postgres.Ref {
	w.Helper()
	ref := w.open()
	for _, key := range keys {
		w.receives(ref, key, "101.00")
	}
	w.closes(ref, claim.StatusPaid)
	w.exec(`UPDATE outbox SET delivered_at = clock_timestamp() WHERE claim_id = $1`, ref.ClaimID)
	return ref
}

func (w *world) closes(ref postgres.Ref, outcome claim.Status) {
	w.Helper()
	_, err := w.CloseClaim(w.Context(), ref, outcome, "x", at(today), stillSo)
	ok(w, err)
}

func (w *world) eventsOf(ref postgres.Ref, kinds ...string) string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(key, ' ' ORDER BY seq), '') FROM case_event WHERE claim_id = $1 AND kind = ANY ($2)`, ref.ClaimID, kinds)
}

// A claim that was paid is open again when the bank takes the money back, each time: its workflow is started again, once, and it can be closed again.
func TestAPaidClaimIsOpenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.paid("b1")
	for i, key := range []string{"b1", "b2"} {
		w.exec(`UPDATE claim SET checked_at = clock_timestamp() WHERE id = $1`, ref.ClaimID)
		for range 2 {
			d, err := w.reverses(ref, key, "storno")
			ok(t, err)
			if d.Before.Total() != 0 || d.After.Total() != eur("100.33") || d.Before.Surplus != eur("0.67") {
				t.Errorf("%s: %s", key, sayDifference(d))
			}
		}
		f := w.facts(ref)
		if f.Status != claim.StatusOpen || f.Reopened != today || w.next(ref).Kind != trajectory.ActLetter {
			t.Errorf("%s: it is %s, opened again on %s, next %s", key, f.Status, f.Reopened, w.next(ref).Name())
		}
		if soon := query[bool](w, `SELECT checked_at IS NULL AND status_reason = '' FROM claim WHERE id = $1`, ref.ClaimID); !soon {
			t.Error("the sweeper would not look for a day")
		}
		w.receives(ref, "b2", "101.00")
		w.closes(ref, claim.StatusPaid)
		w.closes(ref, claim.StatusPaid) // the worker died after the commit and tries again
		if got, want := w.eventsOf(ref, "closed", "reopened"), []string{"close reopened close:2", "close reopened close:2 reopened:2 close:3"}[i]; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := w.messagesTo(ref); strings.Count(got, "reopen ") != 2 || !strings.Contains(got, "reopen reopened:2") {
		t.Error(got)
	}
	detail := query[string](w, `SELECT string_agg(detail::text, ' ' ORDER BY id) FROM outbox WHERE claim_id = $1 AND message = 'reopen'`, ref.ClaimID)
	if start := query[string](w, `SELECT detail::text FROM outbox WHERE claim_id = $1 AND message = 'start'`, ref.ClaimID); detail != start+" "+start {
		t.Errorf("lists would show %s, they showed %s", detail, start)
	}
}

// Whatever fails last, nothing of it is there: no reversal without its event, no open claim without a message that starts its workflow.
func TestAReversalIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.paid("b1")
	before := w.counts()
	for _, broken := range []string{
		"outbox ADD CONSTRAINT broken CHECK (message <> 'reopen')", "claim ADD CONSTRAINT broken CHECK (status <> 'open')", "case_event ADD CONSTRAINT broken CHECK (kind <> 'reopened')",
	} {
		table, _, _ := strings.Cut(broken, " ")
		w.exec(`ALTER TABLE ` + broken + ` NOT VALID`)
		if _, err := w.reverses(ref, "b1", "storno"); err == nil {
			t.Errorf("%s: it is done all the same", broken)
		}
		w.exec(`ALTER TABLE ` + table + ` DROP CONSTRAINT broken`)
		if f := w.facts(ref); w.counts() != before || f.Status != claim.StatusPaid || len(f.Settlements) != 1 {
			t.Errorf("%s: %s, was %s", broken, w.counts(), before)
		}
	}
}

// A letter that was written and not sent because the claim was paid says nothing about the address: reopened, it goes by the same channel.
func TestALetterThatWasNotSentCanBeSentAfterAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	action := w.next(ref)
	l, _ := w.register(ref, action)
	w.receives(ref, "b1", "101.00")
	w.closes(ref, claim.StatusPaid)
	w.expire(ref)
	ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
	if w.state(l) != "failed" {
		t.Fatal(w.state(l))
	}
	_, err := w.reverses(ref, "b1", "storno")
	ok(t, err)
	if next := w.next(ref); !next.Same(action) {
		t.Fatalf("next is %s by %s, it was %s by %s", next.Step, next.Channel, action.Step, action.Channel)
	}
	if again, _ := w.sending(ref); again.ID != l.ID {
		t.Errorf("another letter: %+v", again)
	}
}

func TestAPaidClaimStaysPaidWhenNothingIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.paid("b1", "b2")
	d, err := w.reverses(ref, "b2", "paid twice, sent back")
	ok(t, err)
	if got := sayDifference(d); got != "surplus 101.67 to 0.67" {
		t.Error(got)
	}
	if f := w.facts(ref); f.Status != claim.StatusPaid || !strings.HasSuffix(w.messagesTo(ref), "payment-recorded reversal:b2") {
		t.Errorf("%s; %s", f.Status, w.messagesTo(ref))
	}
}

// A correction opens a claim again too: the amount was too high.
func TestACorrectionOpensAPaidClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p1", "101.00", 0)
	w.closes(ref, claim.StatusPaid)
	d, err := w.corrects(ref, "p1", postgres.Correction{Amount: eur("10.10")})
	ok(t, err)
	if f := w.facts(ref); f.Status != claim.StatusOpen || d.After.Total() != eur("90.23") {
		t.Errorf("%s, %s", f.Status, sayDifference(d))
	}
}

// What ended for another reason stays ended: the books know, and a person looks.
func TestAReversalAfterAnotherEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, outcome := range claim.Statuses() {
		if outcome == claim.StatusOpen || outcome == claim.StatusPaid {
			continue
		}
		ref := w.open()
		w.pays(ref, "p1", "40.00", 0)
		w.closes(ref, outcome)
		for range 2 {
			_, err := w.reverses(ref, "p1", "storno")
			ok(t, err)
		}
		const task = "reversed-after-close:p1"
		if f := w.facts(ref); f.Status != outcome || len(f.Settlements) != 0 || w.taskOf(ref, task) != "open" || strings.Contains(w.messagesTo(ref), "reopen") {
			t.Errorf("%s: it is %s, task %q, messages %s", outcome, f.Status, w.taskOf(ref, task), w.messagesTo(ref))
		}
		ok(t, w.CompleteTask(t.Context(), ref, task, "the client knows", at(today)))
		if w.taskOf(ref, task) != "done" {
			t.Errorf("%s: %s", outcome, w.taskOf(ref, task))
		}
	}
}

// The workflow of a claim that is being closed decided so on older facts: what was taken back in between wins, and what is recorded stands.
func TestReversalBeforeTheClose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.pays(ref, "p1", "100.33", 0)
	action := w.next(ref)
	_, err := w.reverses(ref, "p1", "storno")
	ok(t, err)
	f, err := w.CloseClaim(t.Context(), ref, action.Outcome, "nothing is owed any more", at(today), func(f claim.Facts) (bool, error) {
		rules, err := w.lib.Rules(f)
		ok(t, err)
		next, err := trajectory.Next(f, rules, at(today).At)
		return next.Same(action), err
	})
	if err != nil || action.Kind != trajectory.ActClose || f.Status != claim.StatusOpen {
		t.Errorf("%s is %s, %v", action.Name(), f.Status, err)
	}
}

// Stories of what was known when. Each line is what happened on a day; the books, the letters and the flags are asked of the end of another.
func TestWhatWasKnownThen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	on := func(days int) postgres.Actor { return at(today.AddDays(days)) }
	letter, _ := w.sending(ref) // today, and cut off: traced on the third day
	w.expire(ref)
	ok(t, w.SettleAbandoned(ctx, ref, "sweeper"))
	ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "p1", Kind: claim.PaidToClient, On: today.AddDays(-5), Amount: eur("40.00")}, on(1), w.lib.Rules))
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(-10), on(2)))
	ok(t, w.ResolveLetter(ctx, ref, letter.Step, 0, true, on(3)))
	_, err := w.CorrectSettlement(ctx, ref, "p1", postgres.Correction{Amount: eur("14.00")}, "misread", on(4), w.lib.Rules)
	ok(t, err)
	ok(t, w.SetFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(-9), on(5)))
	ok(t, w.ClearFlag(ctx, ref, claim.FlagBankrupt, today.AddDays(6), on(6)))
	_, err = w.ReverseSettlement(ctx, ref, "p1~2", "never came", on(7), w.lib.Rules)
	ok(t, err)
	h, err := w.History(ctx, ref)
	ok(t, err)
	for _, c := range []struct {
		day                  int
		books, letter, flags string
	}{
		{-1, "", "", ""},
		{0, "", "unknown", ""},
		{1, "p1 40.00", "unknown", ""},
		{2, "p1 40.00", "unknown", "2026-10-24 to "},
		{3, "p1 40.00", "accepted 2026-11-06", "2026-10-24 to "},
		{4, "p1~2 14.00", "accepted 2026-11-06", "2026-10-24 to "},
		{5, "p1~2 14.00", "accepted 2026-11-06", "2026-10-25 to "},
		{6, "p1~2 14.00", "accepted 2026-11-06", "2026-10-25 to 2026-11-08"},
		{7, "", "accepted 2026-11-06", "2026-10-25 to 2026-11-08"},
	} {
		f := h.Facts.KnownOn(h.Records, today.AddDays(c.day))
		var books, letters, flags []string
		for _, s := range f.Settlements {
			books = append(books, s.Key+" "+s.Amount.String())
		}
		for _, l := range f.Letters {
			letters = append(letters, strings.TrimSpace(string(l.State)+" "+l.Received.String()))
		}
		for _, flag := range f.Flags {
			flags = append(flags, flag.From.String()+" to "+flag.Until.String())
		}
		if got := strings.Join(books, ", "); got != c.books {
			t.Errorf("day %d: books %q, want %q", c.day, got, c.books)
		}
		if got := strings.Join(letters, ", "); got != c.letter {
			t.Errorf("day %d: letters %q, want %q", c.day, got, c.letter)
		}
		if got := strings.Join(flags, ", "); got != c.flags {
			t.Errorf("day %d: flags %q, want %q", c.day, got, c.flags)
		}
	}
	var keys []string
	for _, e := range h.LearntAfter(today.AddDays(1), today.AddDays(-6)) {
		keys = append(keys, e.Key)
	}
	if got := strings.Join(keys, " "); got != "flag:bankrupt:1 flag:bankrupt:2" {
		t.Error(got)
	}
	keys = nil
	for _, e := range h.LearntAfter(today.AddDays(1), today.AddDays(7)) {
		keys = append(keys, strings.Replace(e.Key, letter.ID, "L", 1))
	}
	if got := strings.Join(keys, " "); got != "flag:bankrupt:1 traced:L reversal:p1 settlement:p1~2 flag:bankrupt:2 flag:bankrupt:3 reversal:p1~2" {
		t.Error(got)
	}
	now := h.Facts.KnownOn(h.Records, today.AddDays(30))
	is, err := now.AccountOn(w.lib.Tables(), today)
	ok(t, err)
	want, err := h.Facts.AccountOn(w.lib.Tables(), today)
	if err != nil || is.Position() != want.Position() {
		t.Errorf("known now %+v, true now %+v, %v", is.Position(), want.Position(), err)
	}
	if _, err := w.History(ctx, postgres.Ref{ClientID: w.client, ClaimID: "00000000-0000-4000-8000-000000000001"}); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// A flag that was there when a claim was handed over was known from the beginning; one that had ended before is in no event of its file.
func TestFlagsFromBeforeTheHandOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	older := w.handOver(first)[0]
	ok(t, w.SetFlag(t.Context(), older, claim.FlagWSNP, today.AddDays(-40), at(today)))
	ok(t, w.ClearFlag(t.Context(), older, claim.FlagWSNP, today.AddDays(-20), at(today)))
	ok(t, w.SetFlag(t.Context(), older, claim.FlagBankrupt, today.AddDays(-3), at(today)))
	h, err := w.History(t.Context(), w.handOver(w.newClaim(owedBy(first.Debtor)))[0])
	ok(t, err)
	for days, want := range map[int]int{-1: 1, 0: 2} {
		if f := h.Facts.KnownOn(h.Records, today.AddDays(days)); len(f.Flags) != want || f.Flags[0].Until != calendar.MustParseDate("2026-10-13") {
			t.Errorf("day %d: %+v", days, f.Flags)
		}
	}
}

// As known until it came back, the 14-day letter made the costs due; now it never did, from the day on which it left.
func TestWhatWasKnownOfALetterThatCameBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
	back := today.AddDays(3)
	ok(t, w.ReturnLetter(t.Context(), ref, postgres.Returned{Step: "14-day-letter", On: back}, at(back), w.lib.Rules))
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for days, want := range map[int]string{0: "accepted, costs 40.00", 2: "accepted, costs 40.00", 3: "failed, costs 0.00"} {
		f := h.Facts.KnownOn(h.Records, today.AddDays(days))
		account, err := f.AccountOn(w.lib.Tables(), today)
		ok(t, err)
		if got := fmt.Sprintf("%s, costs %s", f.Letters[2].State, account.Open.Costs); got != want {
			t.Errorf("day %d: %s, want %s", days, got, want)
		}
	}
	left := h.Facts.Letters[2].On
	for day, want := range map[calendar.Date]string{today: "returned:", left: "returned:", left.AddDays(-1): ""} {
		var keys []string
		for _, e := range h.LearntAfter(today, day) {
			keys = append(keys, e.Key)
		}
		if got := strings.Join(keys, " "); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("counting up to %s: %q", day, got)
		}
	}
}

func TestWhatWasKnownOfInformationCosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open(func(c *postgres.NewClaim) { c.Debtor.Kind = company })
	ok(t, w.RecordInformationCost(t.Context(), ref, claim.InformationCost{Key: "k1", On: today, Amount: eur("7.50")}, "extract", at(today.AddDays(2))))
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for days, want := range map[int]string{0: "40.00", 1: "40.00", 2: "47.50"} {
		account, err := h.Facts.KnownOn(h.Records, today.AddDays(days)).AccountOn(w.lib.Tables(), today)
		ok(t, err)
		if account.Open.Costs.String() != want {
			t.Errorf("day %d: costs %s, want %s", days, account.Open.Costs, want)
		}
	}
	if learnt := h.LearntAfter(today, today); len(learnt) != 1 || learnt[0].Key != "information-cost:k1" {
		t.Errorf("%+v", learnt)
	}
}
