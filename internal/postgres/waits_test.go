package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// counted is how many tasks of a kind wait.
func (w *world) counted(kind string) int64 {
	w.Helper()
	counts, err := w.CountOpenTasks(w.Context())
	ok(w, err)
	return counts[kind]
}

// A statement that is held waits for staff since it was imported, until it is booked or set aside.
func TestAHeldStatementIsATask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		ends func(w *world, key string)
	}{
		{"it is released", func(w *world, key string) {
			ok(w, w.ReleaseStatement(w.Context(), key, "nothing moved", at(today)))
		}},
		{"it is set aside", func(w *world, key string) {
			ok(w, second(w.DropStatement(w.Context(), key, "it is wrong", at(today))))
		}},
		{"what is missing comes", func(w *world, _ string) {
			w.importFile(testkit.Camt("m2", "2 42.00 50.00: 2026-11-02 8.00 c x|iets"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.importFile(testkit.Camt("m1", "1 0.00 42.00: 2026-11-02 42.00 a x|iets"))
			says(t, "nothing waits", fmt.Sprint(w.counted(postgres.StatementTask)), "0")
			w.importFile(testkit.Camt("m3", "3 50.00 60.00: 2026-11-03 10.00 b x|iets"))
			held, err := w.HeldStatements(t.Context())
			ok(t, err)
			if len(held) != 1 || held[0].Since != today || held[0].Difference != eur("8.00") || w.counted(postgres.StatementTask) != 1 {
				t.Fatalf("%+v", held)
			}
			c.ends(w, held[0].Key)
			held, err = w.HeldStatements(t.Context())
			if ok(t, err); len(held) != 0 || w.counted(postgres.StatementTask) != 0 {
				t.Errorf("it waits still: %+v", held)
			}
		})
	}
}

// waitsFor are the payments that did not arrive, with what is to be done. It insists that as many are counted.
func (w *world) waitsFor() string {
	w.Helper()
	back, err := w.PaymentsBack(w.Context(), "")
	ok(w, err)
	var words []string
	for _, p := range back {
		words = append(words, p.EndToEndID+" "+p.Detail())
	}
	if n := w.counted(postgres.PayoutTask); n != int64(len(back)) {
		w.Errorf("counted %d of %v", n, words)
	}
	return strings.Join(words, "\n")
}

// What the bank did not pay waits for staff, with the next step, until another payout has it.
func TestAPaymentThatDidNotArriveIsATask(t *testing.T) {
	t.Parallel()
	const blocked = "its account is blocked until client A tells one anew (the same: dunning client account renew A; another: dunning client add FILE) and two persons approve that; from then on the next payout pays it: dunning payout propose"
	for _, c := range []struct{ name, tells, want string }{
		{"it is accepted", "report 1 accepted", ""},
		{"refused because of the account", "report 1 rejected AC04", "PO-20261103-1 60.00 of payout PO-20261103 to client A did not arrive: the bank says rejected (the account is closed); " + blocked},
		{"it comes back", "debit 1 60.00 e1; credit 1 60.00 e2", "PO-20261103-1 60.00 of payout PO-20261103 to client A did not arrive: the bank says returned; " + blocked},
		{"refused because of the file", "report 1 rejected FF01", "PO-20261103-1 60.00 of payout PO-20261103 to client A did not arrive: the bank says rejected (the file is not in the right format); the next payout pays it: dunning payout propose --client A"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.receives(w.open(), "r1", "60.00")
			p := w.paidOut(today)
			for sentence := range strings.SplitSeq(c.tells, "; ") {
				w.tells(p, strings.Fields(sentence))
			}
			says(t, "waits", w.waitsFor(), c.want)
			if c.want == "" {
				return
			}
			next := today.AddDays(1)
			if strings.Contains(c.want, "blocked") {
				ok(t, w.RenewAccount(t.Context(), w.client, 0, at(next)))
				w.approvesAccount(w.client, firstIBAN, "Anna", "Bram")
			}
			again, _ := w.proposes(next)
			says(t, "another payout has it", w.waitsFor(), "")
			ok(t, w.WithdrawPayout(t.Context(), again.ID, "not yet", at(next)))
			if got := w.waitsFor(); !strings.HasPrefix(got, "PO-20261103-1 60.00") {
				t.Errorf("and has it no more: %q", got)
			}
		})
	}
}

// What the bank did not pay of the agency's part waits until a later payout has it, or there is nothing of that part any more.
func TestFeesThatDidNotArriveAreATask(t *testing.T) {
	t.Parallel()
	const waits = "PO-20261103-2 0.33 of payout PO-20261103 to the agency did not arrive: the bank says rejected (the account is closed); put payout.agency_iban right in the configuration; from then on the next payout pays it: dunning payout propose"
	for _, c := range []struct {
		name string
		ends func(w *world, ref postgres.Ref)
	}{
		{"a later payout has it", func(w *world, _ postgres.Ref) {
			w.proposes(today.AddDays(1))
		}},
		{"the debtor's bank took the payment back", func(w *world, ref postgres.Ref) {
			ok(w, second(w.reverses(ref, "r", "storno")))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open()
			w.receives(ref, "r", "100.33")
			p := w.paidOut(today)
			w.tells(p, strings.Fields("report 2 rejected AC04"))
			says(t, "waits", w.waitsFor(), waits)
			c.ends(w, ref)
			says(t, "nothing waits", w.waitsFor(), "")
		})
	}
}

// Which payments are on their way is one thing for the schema and the domain.
func TestTheSchemaKnowsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r", "60.00")
	p := w.paidOut(today)
	for _, status := range settlement.PayoutStatuses() {
		w.exec(`SET session_replication_role = replica; -- whatever came before
			DELETE FROM payout_step;
			INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) SELECT client_id, end_to_end_id, '` + string(status) + `', 'p', now() FROM payout_line WHERE payout = '` + p.ID + `';
			SET session_replication_role = DEFAULT`)
		if got := query[bool](w, `SELECT under_way(6000) <> '{}'`); got != status.UnderWay() {
			t.Errorf("%s: %t", status, got)
		}
	}
}

// A claim's refund that came back has a task of its claim; one of nobody's receipt has one too, and whoever proposes it again is told of another account.
func TestARefundThatCameBackIsATask(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	for _, l := range p.Lines {
		if l.Kind == settlement.PayoutOfRefund {
			w.tells(p, []string{"report", fmt.Sprint(l.Nr), "rejected", "AC04"})
		}
	}
	asked := func() (words []string) {
		back, err := w.PaymentsBack(t.Context(), "")
		ok(t, err)
		for _, b := range back {
			words = append(words, fmt.Sprint(b.Receipt, " ", b.Asked))
		}
		slices.Sort(words)
		return words
	}
	says(t, "waits", strings.Join(asked(), ", "), "over true, stranger false")
	says(t, "counted once each", fmt.Sprint(w.counted(postgres.PayoutTask), w.counted("refund-returned")), "1 1")
	refusedFor(t, "again", "receipt stranger was to go back, and its account did not take it (the account is closed): ask who paid which account is right: dunning receipts refund stranger --to IBAN", second(w.ProposeRefund(t.Context(), "stranger", "again", at(today))))
	ok(t, second(w.ProposeRefundTo(t.Context(), "stranger", otherIBAN, "P. de Betaler", "told by telephone", person("a"))))
	says(t, "one pair of eyes", strings.Join(asked(), ", "), "over true, stranger false")
	ok(t, second(w.DecideRefund(t.Context(), "stranger", true, person("Bram"))))
	says(t, "another account is approved", strings.Join(asked(), ", "), "over true")
}
