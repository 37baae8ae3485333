package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// reconciled is what the bank and the books have on a day, and every entry that differs, without its key. It insists that they come to the difference.
func (w *world) reconciled(on calendar.Date) string {
	w.Helper()
	r, err := w.Reconcile(w.Context(), on)
	ok(w, err)
	explained := r.Before + r.Booked
	words := []string{fmt.Sprintf("bank %s, books %s, before %s", r.Bank, r.Books, r.Before)}
	jumped := r.Before
	for _, j := range r.Jumps {
		jumped -= j.Amount
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s with a statement of %s %s", j.On, j.Amount, j.By, j.Reason)))
	}
	if jumped != 0 {
		w.Errorf("no statement is named for %s", jumped)
	}
	if r.Opening != 0 {
		words[0] += ", opening " + r.Opening.String()
	}
	for _, e := range r.Entries {
		explained += e.Bank - e.Book
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s bank %s books %s %s", e.On, e.What, e.Bank, e.Book, e.Why)))
	}
	if explained != r.Difference || r.Difference != r.Bank-(r.Opening-r.Booked)-r.Books {
		w.Errorf("%s explain %s", r.Difference, explained)
	}
	if r.Held > 0 {
		words = append(words, fmt.Sprintf("%d held", r.Held))
	}
	if r.HeldLater > 0 {
		words = append(words, fmt.Sprintf("%d held of later days", r.HeldLater))
	}
	return strings.Join(words, "; ")
}

// The trust account in the books is what the bank says, or each entry that makes the difference is named.
func TestTheBankAndTheBooksAreCompared(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		statements []string
		on         string
		want       string
	}{
		{"no statement", nil, "2026-11-04", "bank 0.00, books 0.00, before 0.00"},
		{"all is booked", []string{"1 0.00 42.00: 2026-11-03 42.00 a x|iets"}, "2026-11-04", "bank 42.00, books 42.00, before 0.00"},
		{"the account was there before", []string{"1 500.00 542.00: 2026-11-03 42.00 a x|iets"}, "2026-11-04", "bank 542.00, books 42.00, before 0.00, opening 500.00"},
		{"the account was there before, and one is held", []string{"1 500.00 542.00: 2026-11-03 42.00 a x|iets", "3 550.00 560.00: 2026-11-04 10.00 b x|iets"}, "2026-11-04", "bank 542.00, books 42.00, before 0.00, opening 500.00; 1 held"},
		{"money out that nobody knows", []string{"1 0.00 22.00: 2026-11-03 42.00 a x|iets; 2026-11-03 -20.00 b huur"}, "2026-11-04", "bank 22.00, books 42.00, before 0.00; 2026-11-03 unknown bank -20.00 books 0.00 nothing says what this money went out for..."},
		{"a receipt that the bank took back", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets", "2 42.00 0.00: 2026-11-03 -42.00 b AM04!x|iets"}, "2026-11-04", "bank 0.00, books 0.00, before 0.00"},
		{"a day before that", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets", "2 42.00 0.00: 2026-11-03 -42.00 b AM04!x|iets"}, "2026-11-02", "bank 42.00, books 42.00, before 0.00"},
		{"a statement that is held", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets", "3 50.00 60.00: 2026-11-03 10.00 b x|iets"}, "2026-11-04", "bank 42.00, books 42.00, before 0.00; 1 held"},
		{"of a day before it", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets", "3 50.00 60.00: 2026-11-03 10.00 b x|iets"}, "2026-11-02", "bank 42.00, books 42.00, before 0.00; 1 held of later days"},
		{"of a day on which there was none", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets"}, "2026-11-01", "bank 0.00, books 0.00, before 0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i, s := range c.statements {
				w.importFile(testkit.Camt(fmt.Sprint("m", i), s))
				ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
			}
			if got := w.reconciled(calendar.MustParseDate(c.on)); got != c.want && !(strings.HasSuffix(c.want, "...") && strings.HasPrefix(got, strings.TrimSuffix(c.want, "..."))) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// What no entry brought came with a statement that a person released: it is named, with who released it, and why.
func TestWhatCameWithAReleasedStatementIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"a day is missing: 1 0.00 42.00: 2026-11-02 42.00 a x|iets / 3 50.00 60.00: 2026-11-03 10.00 b x|iets / release 60.00",
			"bank 60.00, books 52.00, before 8.00; 2026-11-03 8.00 with a statement of test r"},
		{"and two are: 1 0.00 42.00: 2026-11-02 42.00 a x|iets / 3 50.00 60.00: 2026-11-03 10.00 b x|iets / release 60.00 / 5 59.00 64.00: 2026-11-03 5.00 c x|iets / release 64.00",
			"bank 64.00, books 57.00, before 7.00; 2026-11-03 8.00 with a statement of test r; 2026-11-03 -1.00 with a statement of test r"},
		{"what one brought another takes: 1 0.00 42.00: 2026-11-02 42.00 a x|iets / 3 50.00 60.00: 2026-11-03 10.00 b x|iets / release 60.00 / 5 52.00 57.00: 2026-11-03 5.00 c x|iets / release 57.00", "bank 57.00, books 57.00, before 0.00"},
		{"it fits after all: 2 42.00 52.00: 2026-11-03 10.00 b x|iets / 1 0.00 42.00: 2026-11-02 42.00 a x|iets / release 42.00", "bank 52.00, books 52.00, before 0.00"},
		{"not quite: 2 42.00 52.00: 2026-11-03 10.00 b x|iets / 1 1.00 42.00: 2026-11-02 40.00 a x|iets / release 42.00",
			"bank 52.00, books 50.00, before 1.00, opening 1.00; 2026-11-02 1.00 with a statement of test r"},
	} {
		name, steps, _ := strings.Cut(c.name, ": ")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i, step := range strings.Split(steps, " / ") {
				if closing, release := strings.CutPrefix(step, "release "); release {
					ok(t, w.ReleaseStatement(t.Context(), w.closing(closing), "r", at(today)))
					continue
				}
				w.importFile(testkit.Camt(fmt.Sprint("m", i), step))
			}
			says(t, "reconciled", w.reconciled(today.AddDays(1)), c.want)
		})
	}
}

// A day's balance is that of its own last statement, in whatever order statements were imported, held and released: the balance of a later day is not told as the day's, and who released one in time answers for nothing.
func TestABalanceIsOfItsOwnDay(t *testing.T) {
	t.Parallel()
	const day2, day3, day4 = "1 0.00 42.00: 2026-11-02 42.00 a x|iets", "2 42.00 50.00: 2026-11-03 8.00 b x|iets", "3 50.00 60.00: 2026-11-04 10.00 c x|iets"
	for _, c := range []struct {
		name  string
		steps []string
		want  []string // by the day, from 2 November on
	}{
		{"the day between is released last", []string{day2, day4, "release 60.00", day3, "release 50.00"},
			[]string{"bank 42.00, books 42.00, before 0.00", "bank 50.00, books 50.00, before 0.00", "bank 60.00, books 60.00, before 0.00"}},
		{"the last day came first", []string{day4, day3, "release 50.00", day2, "release 42.00"},
			[]string{"bank 42.00, books 42.00, before 0.00", "bank 50.00, books 50.00, before 0.00", "bank 60.00, books 60.00, before 0.00"}},
		{"the day between does not fit", []string{day2, day4, "release 60.00", "2 42.00 50.00: 2026-11-03 7.00 b x|iets", "release 50.00"},
			[]string{"bank 42.00, books 42.00, before 0.00", "bank 50.00, books 49.00, before 1.00; 2026-11-03 1.00 with a statement of test r", "bank 60.00, books 59.00, before 1.00; 2026-11-03 1.00 with a statement of test r"}},
		{"two of one day after another, the second first", []string{"1 0.00 30.00: 2026-11-01 30.00 z x|iets", "3 42.00 50.00: 2026-11-02 8.00 b x|iets", "release 50.00", "2 30.00 42.00: 2026-11-02 12.00 a x|iets", "release 42.00"},
			[]string{"bank 50.00, books 50.00, before 0.00"}},
		{"what the bank tells instead of a day is released", []string{"1 0.00 42.00: 2026-11-02 42.00 a x|iets", "1 0.00 43.00: 2026-11-02 43.00 b x|iets", "release 43.00"},
			[]string{"bank 43.00, books 85.00, before -42.00; 2026-11-02 -42.00 with a statement of test r"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i, step := range c.steps {
				if closing, release := strings.CutPrefix(step, "release "); release {
					ok(t, w.ReleaseStatement(t.Context(), w.closing(closing), "r", at(today.AddDays(1))))
					continue
				}
				w.importFile(testkit.Camt(fmt.Sprint("m", i), step))
			}
			for i, want := range c.want {
				on := calendar.MustParseDate("2026-11-02").AddDays(i)
				says(t, on.String(), w.reconciled(on), want)
			}
		})
	}
}

// Receipts of before the statements, payouts and refunds: what the bank books is under its entry, and what does not fit says why.
func TestPayoutsAreReconciled(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	w.paidOut(today)
	const byHand = "; 2026-11-03 received bank 0.00 books 140.33 typed by test on 2026-11-03, in no statement yet; 2026-11-03 received bank 0.00 books 42.00 typed by test on 2026-11-03, in no statement yet"
	if got := w.reconciled(today.AddDays(1)); got != "bank 0.00, books 182.33, before 0.00"+byHand {
		t.Error(got)
	}
	w.bankTells("-100.00 a PO-20261103-1|x; -82.00 b #PO-20261103/refund; 42.00 c MS03!PO-20261103-3|x; -1.00 d PO-20261103-2|x")
	if got := w.reconciled(today.AddDays(1)); !strings.HasPrefix(got, "bank 359.00, books 42.33, before 0.00, opening 500.00"+byHand+"; 2026-11-04 unknown bank -1.00 books 0.00 entry ") || !strings.Contains(got, "which pays 0.33 there: ask the bank; when it charged the rest, two persons say: dunning payout book ") {
		t.Error(got)
	}
}

// A receipt of a claim that is taken back is the bank's entry too, also when it was divided over claims.
func TestWhatWasTakenBackOfClaimsIsReconciled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	a, b := w.handOver(first)[0], w.open(owedBy(first.Debtor))
	w.opened(a)
	st := w.importFile(testkit.Camt("m", "1 0.00 90.00: 2026-11-02 90.00 a x|iets"))[0]
	_, lines, err := w.StatementLines(t.Context(), st.Key)
	ok(t, err)
	_, err = w.SplitReceipt(t.Context(), lines[0].Key, []postgres.Split{{Ref: a, Amount: eur("30.00")}, {Ref: b, Amount: eur("60.00")}}, at(today), w.lib.Rules)
	ok(t, err)
	w.importFile(testkit.Camt("n", "2 90.00 0.00: 2026-11-03 -90.00 b MD06!x|iets"))
	if got := w.reconciled(today); got != "bank 0.00, books 90.00, before 0.00; 2026-11-03 return bank -90.00 books 0.00" {
		t.Error(got)
	}
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	if got := w.reconciled(today); got != "bank 0.00, books 0.00, before 0.00" {
		t.Error(got)
	}
}

// A return that cannot be booked waits in its statement, with why.
func TestAReturnThatIsNotBookedSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a x|iets"))
	key := query[string](w, `SELECT key FROM receipt`)
	ok(t, w.AssignReceipt(t.Context(), key, ref, at(today), w.lib.Rules))
	_, err := w.reverses(ref, key, "a person saw it")
	ok(t, err)
	st := w.importFile(testkit.Camt("n", "2 42.00 0.00: 2026-11-03 -42.00 b AM04!x|iets"))[0]
	for range 2 {
		ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
		if got := w.problems(st); got != "settlement "+key+" was taken back already, with another reason: a person saw it, 1" {
			t.Error(got)
		}
	}
}

// What a person took back without a line of a statement is told with who did and why, and traced so; what a statement tells, the bank took back.
func TestWhoTookAReceiptBackIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	took := func(key string) string {
		var words []string
		for _, end := range postgres.Ends(w.accounted(key).To) {
			words = append(words, end.What)
		}
		return strings.Join(words, "; ")
	}
	w.receives(ref, "typed", "20.00")
	ok(t, second(w.ReverseReceipt(t.Context(), "typed", "typed by mistake", at(today), w.lib.Rules)))
	says(t, "reconciled", w.reconciled(today), "bank 0.00, books 0.00, before 0.00; 2026-11-03 taken-back bank 0.00 books -20.00 taken back by test on 2026-11-03, in no statement yet: typed by mistake; 2026-11-03 received bank 0.00 books 20.00 typed by test on 2026-11-03, in no statement yet")
	says(t, "typed", took("typed"), "taken back, says test on 2026-11-03; no statement tells it")

	w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-02 42.00 a e2e|iets"))
	key := w.entryKeys()["42.00"]
	ok(t, w.AssignReceipt(t.Context(), key, ref, at(today), w.lib.Rules))
	w.importFile(testkit.Camt("n", "2 42.00 0.00: 2026-11-03 -42.00 b MD06!e2e|iets"))
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	says(t, "told", took(key), "the bank took it back by bank entry "+query[string](w, `SELECT key FROM statement_entry WHERE kind = 'return'`))
}

// What a person typed before the first statement is in its opening, and no difference; what is typed beyond it is one.
func TestWhatWasTypedBeforeTheFirstStatementIsInItsOpening(t *testing.T) {
	t.Parallel()
	for opening, want := range map[string]string{"50.00": "opening 50.00 booked 50.00 difference 0.00", "80.00": "opening 80.00 booked 50.00 difference 0.00", "20.00": "opening 20.00 booked 20.00 difference -30.00"} {
		w := newWorld(t)
		w.receives(w.open(), "typed-1", "50.00")
		w.importFile(testkit.Camt("m", "1 "+opening+" "+(eur(opening)+eur("10.00")).String()+": 2026-11-04 10.00 a x|iets"))
		r, err := w.Reconcile(t.Context(), today.AddDays(2))
		if ok(t, err); fmt.Sprintf("opening %s booked %s difference %s", r.Opening, r.Booked, r.Difference) != want {
			t.Errorf("%+v, want %s", r, want)
		}
	}
}

// Of statements that were booked in another order than their days, none of which anybody released, a jump has where the later one opens and where the account stood by the earlier.
func TestAJumpThatNobodyReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", "1 0.00 10.00: 2026-11-03 10.00 a x|iets"))
	w.importFile(testkit.Camt("n", "2 10.00 12.00: 2026-11-02 2.00 b x|iets"))
	r, err := w.Reconcile(t.Context(), today.AddDays(1))
	ok(t, err)
	if len(r.Jumps) != 1 || r.Jumps[0].By != "" || r.Jumps[0].Opens != 0 || r.Jumps[0].Stood != eur("12.00") || r.Jumps[0].Amount != eur("-12.00") {
		t.Errorf("%+v", r.Jumps)
	}
}
