package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A file that the bank never got frees its lines when two persons say so, and not before; whatever else the bank told, it does not.
func TestAFileThatTheBankNeverGot(t *testing.T) {
	t.Parallel()
	const sent, due = "S100 182.33, S240 -182.33", "S100 182.33, S200 -100.00, S210 -0.33, S220 -82.00"
	for _, c := range []struct{ name, before, says, want, refused string }{
		{"one person", "", "Anna", "sent sent sent sent: " + sent, ""},
		{"one person twice", "", "Anna Anna", "sent sent sent sent: " + sent, ""},
		{"two persons", "", "Anna Cor", "lost lost lost lost: " + due, ""},
		{"two persons, and again", "", "Anna Cor Bram Cor", "lost lost lost lost: " + due, ""},
		{"somebody who may not approve", "", "Anna Dirk", "sent sent sent sent: " + sent, `"Dirk" may not approve`},
		{"the bank has a line", "report 1 accepted", "Anna Cor", "accepted sent sent sent: " + sent, "payout PO-20261103 cannot be lost: line 1 is accepted; the bank has its file, and works on it or paid: right would be what its statements tell (dunning statement import), or, of a payment that it refused, dunning payout refused LINE"},
		{"the bank reports that it has the file, and nothing more", "report 1 pending", "Anna Cor", "sent sent sent sent: " + sent, "payout PO-20261103 cannot be lost: report "},
		{"a line was booked after the first person", "", "Anna debit Cor", "booked sent sent sent: S100 82.33, S240 -82.33", "payout PO-20261103 cannot be lost: line 1 is booked"},
		{"its debit is told after all", "", "Anna Cor debit", "lost lost lost lost: " + due, "payout line PO-20261103-1 is lost, and cannot become booked: a person must ask the bank"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			p := w.paidOut(today)
			w.tells(p, strings.Fields(c.before))
			refused := ""
			for who := range strings.FieldsSeq(c.says) {
				if who == "debit" {
					refused = w.tells(p, strings.Fields("debit 1 100.00 e1"))
				} else if _, err := w.LosePayout(t.Context(), p.ID, "the bank has no such file", named(who, today)); err != nil {
					refused = err.Error()
				}
			}
			if (refused == "") != (c.refused == "") || !strings.Contains(refused, c.refused) {
				t.Errorf("refused %q, want %q", refused, c.refused)
			}
			if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			w.verified()
			if lost := strings.HasPrefix(c.want, "lost"); lost {
				again, said := w.proposes(today)
				if said != "client 100.00, fees 0.33, refund 42.00, refund 40.00" || again.ID != "PO-20261103.2" || w.statuses(again) != "proposed proposed proposed proposed" {
					t.Errorf("%s: %s", again.ID, said)
				}
			}
		})
	}
}

// Who says that a file is lost waits for who books a statement, and two who say so in one moment are two.
func TestTwoPersonsSayInOneMomentThatAFileIsLost(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	p := w.paidOut(today)
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { _ = hold.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = hold.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('what is typed', 0))`)
	ok(t, err)
	var both errgroup.Group
	for _, who := range []string{"Anna", "Cor"} {
		both.Go(func() error { return second(w.LosePayout(t.Context(), p.ID, "none there", named(who, today))) })
	}
	eventually(t, "they wait", func() bool {
		return query[int](w, `SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 2
	})
	ok(t, hold.Commit(t.Context()))
	ok(t, both.Wait())
	says(t, "then", w.statuses(p), "lost lost lost lost")
	w.verified()
}

// The schema frees nothing on the word of one, and nothing that was said is changed.
func TestTheSchemaWantsTwoWhoSayThatAFileIsLost(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	p := w.paidOut(today)
	refused(t, second(w.LosePayout(t.Context(), p.ID, " ", named("Anna", today))))
	ok(t, second(w.LosePayout(t.Context(), p.ID, "none there", named("Anna", today))))
	for sql, why := range map[string]string{
		`INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) SELECT client_id, end_to_end_id, 'lost', 'x', clock_timestamp() FROM payout_line WHERE client_id IS NULL`: "by two persons",
		`INSERT INTO payout_loss VALUES ('PO-20261103', 'Dirk', 'x', clock_timestamp())`:                                                                                                 "may not approve",
		`UPDATE payout_loss SET approver = 'Bram'`: "permission denied",
		`DELETE FROM payout_loss`:                  "permission denied",
	} {
		if _, err := w.db.App.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if _, err := w.LosePayout(t.Context(), "PO-20200101", "x", named("Anna", today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}
