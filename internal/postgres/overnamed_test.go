package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// dunned is a consumer's claim of 1000.00 of which the 14-day letter left 30 days ago, which named its costs, and the summons 10 days ago.
func (w *world) dunned() postgres.Ref {
	w.Helper()
	ref := w.debts(claim.DebtorKind{NaturalPerson: true}, "1000.00/100")[0]
	w.sent(ref, "reminder", "sticker-reminder", "14-day-letter", "summons")
	w.exec(`UPDATE letter SET announced_principal = 100000, announced_costs = 15000 WHERE claim_id = $1 AND kind = '14-day-letter'`, ref.ClaimID)
	return ref
}

func (w *world) paidBefore(ref postgres.Ref, key, amount string, on calendar.Date) {
	w.Helper()
	ok(w, w.RecordSettlement(w.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: on, Amount: eur(amount)}, at(today), w.lib.Rules))
}

// costs are those that are charged today; with the books as the facts say.
func (w *world) costs(ref postgres.Ref) money.Amount {
	w.Helper()
	account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
	ok(w, err)
	w.verified()
	return account.Charged.Costs
}

// Costs that were paid fall away when it comes to be known that the 14-day letter named too much: the books follow in the same transaction, and back when it is taken back before the debtor was told.
func TestTheBooksFollowA14DayLetterThatNamedTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	step := func(what, want string) {
		t.Helper()
		if got := w.costs(ref); got != eur(want) {
			t.Errorf("%s: costs %s, want %s", what, got, want)
		}
	}
	w.receives(ref, "r1", "200.00")
	step("by what is known", "150.00")
	w.paidBefore(ref, "swallowed", "1.00", today.AddDays(-40))
	step("interest took what was paid before it", "150.00")
	w.paidBefore(ref, "crossed", "300.00", w.noticeOf(ref).On)
	step("it crossed the letter", "106.00")
	w.paidBefore(ref, "s", "300.00", today.AddDays(-40))
	step("paid before it, told now", "0.00")
	if got := w.noticeOf(ref).Overnamed; got != (claim.Overnamed{By: "s", On: today.AddDays(-40), Known: today}) {
		t.Errorf("%+v", got)
	}
	d, err := w.corrects(ref, "s", postgres.Correction{Amount: eur("20.00")})
	ok(t, err)
	step("another amount: it named too much all the same", "0.00")
	if d.Before.Costs != 0 || d.After.Costs != 0 {
		t.Errorf("%+v", d)
	}
	d, err = w.corrects(ref, "s~2", postgres.Correction{On: today.AddDays(-20)})
	ok(t, err)
	if step("within its term", "103.12"); d.After.Principal <= d.Before.Principal {
		t.Errorf("%+v", d)
	}
	w.exec(`INSERT INTO task (client_id, claim_id, key, detail, opened_on, done_on) VALUES ($1, $2, 'correct-letter:14-day-letter', '', $3, $3)`, ref.ClientID, ref.ClaimID, today)
	w.paidBefore(ref, "t", "300.00", today.AddDays(-40))
	step("paid before it once more, and a person tells the debtor", "0.00")
	_, err = w.reverses(ref, "t", "it was another customer")
	ok(t, err)
	step("taken back: what was told stands", "0.00")
}

func (w *world) noticeOf(ref postgres.Ref) (notice claim.Letter) {
	w.Helper()
	for _, l := range w.facts(ref).Letters {
		if l.Kind == claim.FourteenDayLetter {
			notice = l
		}
	}
	return notice
}

// Who reads what was wrong is told since when, and by what.
func TestSinceWhenA14DayLetterNamedTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	w.paidBefore(ref, "s", "600.00", today.AddDays(-40))
	want := "14-day-letter asked 1000.00, owed 407.03: the 14-day letter named too much, which settlement s of 2026-09-24 made known: collection costs were not due, known on 2026-11-03; nothing yet"
	if got := w.wrongs(ref); !strings.Contains(got, want) {
		t.Errorf("%s\nwant in it\n%s", got, want)
	}
	ok(t, second(w.ReverseSettlement(t.Context(), ref, "s", "it was another customer", at(today.AddDays(5)), w.lib.Rules)))
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for on, want := range map[calendar.Date]string{today: "s", today.AddDays(4): "s", today.AddDays(5): ""} {
		then := h.Facts.KnownOn(h.Records, on)
		for _, l := range then.Letters {
			if l.Kind == claim.FourteenDayLetter && l.Overnamed.By != want {
				t.Errorf("known on %s: %+v, want by %q", on, l.Overnamed, want)
			}
		}
	}
}

// Two 14-day letters of one step can be of one day: the mail that named too much, bounced, and the post that went instead, or the next one. What is known of the one says nothing of the other.
func TestWhichOfTwo14DayLettersNamedTooMuch(t *testing.T) {
	t.Parallel()
	for name, differs := range map[string]string{"by another channel": `cycle, 'post'`, "the next of its step": `cycle + 1, channel`} {
		w := newWorld(t)
		ref := w.dunned()
		w.paidBefore(ref, "s", "600.00", today.AddDays(-40))
		w.exec(`INSERT INTO letter (client_id, claim_id, id, step, kind, cycle, channel, recipient, state, on_day, pay_by, received_on, demanded, subject, body, pdf, sha256, message_id, claimed_at)
			SELECT client_id, claim_id, gen_random_uuid(), step, kind, `+differs+`, 'elsewhere', 'accepted', on_day, pay_by, received_on, demanded, subject, body, pdf, sha256, 'again', clock_timestamp() FROM letter WHERE claim_id = $1 AND kind = '14-day-letter'`, ref.ClaimID)
		h, err := w.History(t.Context(), ref)
		ok(t, err)
		var turns []int
		for _, l := range h.Records.Letters {
			if l.Kind == claim.FourteenDayLetter {
				turns = append(turns, len(l.Named))
			}
		}
		if !slices.Equal(turns, []int{1, 0}) {
			t.Errorf("%s: %v turns", name, turns)
		}
	}
}

// The settlement that made a letter void is taken back while another still does: the file names that one, and since when the letter has been void.
func TestA14DayLetterIsVoidByAnotherSettlementInTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.dunned()
	w.paidBefore(ref, "first", "600.00", today.AddDays(-40))
	w.paidBefore(ref, "second", "300.00", today.AddDays(-42))
	later := at(today.AddDays(5))
	ok(t, second(w.ReverseSettlement(t.Context(), ref, "first", "it was another customer", later, w.lib.Rules)))
	want := claim.Overnamed{By: "second", On: today.AddDays(-42), Known: today}
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	for _, f := range []claim.Facts{h.Facts, h.Facts.KnownOn(h.Records, today.AddDays(5))} {
		for _, l := range f.Letters {
			if l.Kind == claim.FourteenDayLetter && l.Overnamed != want {
				t.Errorf("%+v, want %+v", l.Overnamed, want)
			}
		}
	}
}

// Before the court no letter leaves: a person is asked to tell the debtor that the 14-day letter does not count, and no more when it was right after all. So of a claim that is paid.
func TestA14DayLetterThatNamedTooMuchBeforeTheCourt(t *testing.T) {
	t.Parallel()
	for _, status := range []claim.Status{claim.StatusCourt, claim.StatusPaid} {
		w := newWorld(t)
		ref := w.dunned()
		if status == claim.StatusCourt {
			ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
		} else {
			account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
			ok(t, err)
			w.receives(ref, "r", account.Open.Total().String())
		}
		w.closes(ref, status)
		asked := func() bool {
			for _, task := range w.facts(ref).Tasks {
				if task.Key == "correct-letter:14-day-letter" {
					return task.Open
				}
			}
			return false
		}
		if w.paidBefore(ref, "swallowed", "1.00", today.AddDays(-40)); asked() {
			t.Errorf("%s: asked for nothing", status)
		}
		if w.paidBefore(ref, "s", "600.00", today.AddDays(-40)); !asked() {
			t.Errorf("%s: nobody is asked, but %v", status, w.tasksOpen(ref))
		}
		if got := w.costs(ref); got != 0 {
			t.Errorf("%s: costs %s", status, got)
		}
		_, err := w.reverses(ref, "s", "it was another customer")
		ok(t, err)
		if asked() || w.noticeOf(ref).Overnamed.By != "" {
			t.Errorf("%s: asked still", status)
		}
	}
}
