package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// approvedOnce is a payout that one person approved.
func approvedOnce(t *testing.T) (*world, settlement.Payout) {
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	p, _ := w.proposes(today)
	w.approves(p, "Anna")
	return w, p
}

// No payout leaves without two different persons who approved the same lines (reliability test 15): through the store.
func TestFourEyesOverAPayout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		attack func(w *world, p settlement.Payout) error
		want   string
	}{
		{"the same person twice", approving("Anna"), ""},
		{"the same person in other capitals", approving(" aNNA "), ""},
		{"somebody who may not approve", approving("Mallory"), `"Mallory" may not approve`},
		{"nobody", approving(""), `"" may not approve`},
		{"a name that only looks like another", approving("Вram"), "may not approve"}, // the first letter is Cyrillic
		{"who proposed it, under the name of a workflow", approving("test"), "may not approve"},
		{"somebody who may not approve any more", func(w *world, p settlement.Payout) error {
			ok(w, postgres.RemoveApprover(w.Context(), w.db.OwnerURL, "bram"))
			return approving("Bram")(w, p)
		}, "may not approve"},
		{"two who approved, one of whom may not any more", func(w *world, p settlement.Payout) error {
			ok(w, approving("Cor")(w, p))
			return postgres.RemoveApprover(w.Context(), w.db.OwnerURL, "Cor")
		}, ""},
		{"another hash", func(w *world, p settlement.Payout) error {
			_, err := w.ApprovePayout(w.Context(), p.ID, strings.Repeat("0", 64), named("Bram", today))
			return err
		}, "the hash is not that of payout"},
		{"the approval of the one that was withdrawn", func(w *world, p settlement.Payout) error {
			ok(w, approving("Bram")(w, p))
			ok(w, w.WithdrawPayout(w.Context(), p.ID, "x", at(today)))
			again, _ := w.proposes(today)
			_, err := w.ApprovePayout(w.Context(), again.ID, p.Hash, named("Bram", today))
			return err
		}, "the hash is not that of payout"},
		{"one that was withdrawn", func(w *world, p settlement.Payout) error {
			ok(w, w.WithdrawPayout(w.Context(), p.ID, "x", at(today)))
			return approving("Bram")(w, p)
		}, "cannot be approved: line 1 is withdrawn"},
		{"one that is not there", func(w *world, p settlement.Payout) error {
			p.ID = "PO-20991231"
			return approving("Bram")(w, p)
		}, "not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := approvedOnce(t)
			if err := c.attack(w, p); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			var conflict *postgres.ConflictError
			if _, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I"}, at(today)); !errors.As(err, &conflict) {
				t.Errorf("it left: %v", err)
			}
			if n := query[int](w, `SELECT count(*) FROM payout_file`); n != 0 {
				t.Errorf("%d files", n)
			}
		})
	}
}

func approving(name string) func(w *world, p settlement.Payout) error {
	return func(w *world, p settlement.Payout) error {
		_, err := w.ApprovePayout(w.Context(), p.ID, p.Hash, named(name, today))
		return err
	}
}

// The same through the application's own role, for whoever has it: each line is one transaction as the role has it, %[1]s is the client and %[2]s the hash.
func TestFourEyesInTheDatabase(t *testing.T) {
	t.Parallel()
	w, p := approvedOnce(t)
	const (
		file   = `INSERT INTO payout_file (payout, content, pays_on, actor, at) VALUES ('PO-20261103', 'x', '2026-11-04', 'x', '2026-11-03 20:00+01');`
		asHis  = `SELECT set_config('app.client_id', '%[1]s', true);`
		asNone = `SELECT set_config('app.client_id', '', true);`
		step   = `INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) VALUES ('%[1]s', 'PO-20261103-1', '%[3]s', 'x', now());`
		other  = `INSERT INTO payout (id, on_day, account, holder, moves, hash, proposed_by, proposed_at) VALUES ('PO-20261104', '2026-11-04', 'NL02ABNA0123456789', 'x', '%[2]s', '%[2]s', 'x', now());`
		bram   = `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', '%[2]s', 'Bram', now());`
	)
	for _, c := range []struct{ name, sql, want string }{
		{"a file without the second approval", file, "not approved by two persons"},
		{"approved without the second approval", asHis + strings.Replace(step, "%[3]s", "approved", 1), "not approved by two persons"},
		{"sent without it", asHis + strings.Replace(step, "%[3]s", "sent", 1), "cannot become sent"},
		{"accepted without having been sent", asHis + strings.Replace(step, "%[3]s", "accepted", 1), "cannot become accepted"},
		{"the same person again", `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', '%[2]s', 'Anna', now())`, "payout_approval_pkey"},
		{"the same person in capitals", `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', '%[2]s', 'ANNA', now())`, "may not approve"},
		{"somebody made up", `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', '%[2]s', 'Mallory', now())`, "may not approve"},
		{"an approver made up", `INSERT INTO approver (name) VALUES ('Mallory')`, "permission denied"},
		{"an approver by another name", `UPDATE approver SET name = 'Mallory' WHERE name = 'Cor'`, "permission denied"},
		{"an approval of another hash", `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', repeat('0', 64), 'Bram', now())`, "payout_approval_payout_hash_fkey"},
		{"another amount", asHis + `UPDATE payout_line SET cents = 9999`, "permission denied"},
		{"another account", asHis + `UPDATE payout_line SET iban = 'NL20INGB0001234567'`, "permission denied"},
		{"another hash over it", `UPDATE payout SET hash = repeat('0', 64)`, "permission denied"},
		{"no line", asHis + `DELETE FROM payout_line`, "permission denied"},
		{"a line more", asHis + `INSERT INTO payout_line (payout, nr, client_id, kind, end_to_end_id, iban, name, cents, clawed, text) VALUES ('PO-20261103', 2, '%[1]s', 'client', 'PO-20261103-2', 'NL20INGB0001234567', 'x', 100, 0, 'x')`, "append-only"},
		{"another claim in a line", asHis + `INSERT INTO payout_part (client_id, end_to_end_id, cents, received, agency) VALUES ('%[1]s', 'PO-20261103-1', 1, 0, 0)`, "append-only"},
		{"a payout of its own, with a hash that is not of it", other + asNone + `INSERT INTO payout_line (payout, nr, kind, end_to_end_id, iban, name, cents, clawed, text) VALUES ('PO-20261104', 1, 'fees', 'PO-20261104-1', 'NL20INGB0001234567', 'x', 100, 0, 'x');
			INSERT INTO payout_step (end_to_end_id, status, actor, at) VALUES ('PO-20261104-1', 'proposed', 'x', now()); SET CONSTRAINTS ALL IMMEDIATE`, "is not what its hash says"},
		{"a payout without lines", other + `SET CONSTRAINTS ALL IMMEDIATE`, "is not what its hash says"},
		{"a payout made in another transaction", `INSERT INTO payout (id, on_day, account, holder, moves, hash, proposed_by, proposed_at, txid) VALUES ('PO-20261104', '2026-11-04', 'x', 'x', '%[2]s', '%[2]s', 'x', now(), '1')`, "permission denied"},
		{"a file of lines that were withdrawn", bram + asHis + strings.Replace(step, "%[3]s", "withdrawn", 1) + asNone + file, "is not to be sent"},
		{"approved, and sent without a file", bram + asHis + strings.Replace(step, "%[3]s", "approved", 1) + strings.Replace(step, "%[3]s", "sent", 1), "has no file"},
		{"with a file, and not in the books", bram + asHis + strings.Replace(step, "%[3]s", "approved", 1) + asNone + file + asHis + strings.Replace(step, "%[3]s", "sent", 1), "does not stand in the books"},
		{"with an account that was told since", bram + asHis + strings.Replace(step, "%[3]s", "approved", 1) + `INSERT INTO client_account (client_id, number, iban, holder, told_by, told_at, usable_from) VALUES ('%[1]s', 2, 'NL20INGB0001234567', 'x', 'x', '2026-11-01', '2026-11-01');` + asNone + file, "may not be paid on"},
		{"an account that is usable before it was told", asHis + `INSERT INTO client_account (client_id, number, iban, holder, told_by, told_at, usable_from) VALUES ('%[1]s', 2, 'NL20INGB0001234567', 'x', 'x', now(), '2020-01-01')`, "client_account_check"},
		{"another account under the approvals", asHis + `UPDATE client_account SET iban = 'NL20INGB0001234567'`, "permission denied"},
		{"an approval of another account", asHis + `INSERT INTO client_account_approval (client_id, number, iban, approver, at) VALUES ('%[1]s', 1, 'NL20INGB0001234567', 'Cor', now())`, "violates foreign key"},
		{"a block taken away", asHis + `DELETE FROM client_account_block`, "permission denied"},
		{"as a client", asHis + `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('PO-20261103', '%[2]s', 'Bram', now())`, "row-level security"},
	} {
		sql := strings.NewReplacer("%[1]s", w.client, "%[2]s", p.Hash).Replace(c.sql)
		err := pgx.BeginFunc(t.Context(), w.db.App, func(tx pgx.Tx) error {
			_, err := tx.Conn().PgConn().Exec(t.Context(), sql).ReadAll()
			if err == nil {
				err = errRight
			}
			return err
		})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if got := w.statuses(p); got != "proposed" {
		t.Error(got)
	}
	other2 := w.newClient("B")
	if n := w.seesLines(other2); n != 0 {
		t.Errorf("another client sees %d lines", n)
	}
	if n := w.seesLines(w.client); n != 1 {
		t.Errorf("the client sees %d lines", n)
	}
	// The account in the client's particulars is what letters show: whoever changes it there changes no payout.
	w.exec(`UPDATE client SET iban = $1`, secondIBAN)
	w.approves(p, "Bram")
	if file := w.sends(p); !strings.Contains(string(file), firstIBAN) || strings.Contains(string(file), secondIBAN) {
		t.Error("the file pays another account")
	}
	if _, err := w.super.Exec(t.Context(), `UPDATE payout_file SET content = 'x'`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("the file can be changed: %v", err)
	}
}

func (w *world) seesLines(client string) (n int) {
	w.Helper()
	ok(w, pgx.BeginFunc(w.Context(), w.db.App, func(tx pgx.Tx) error {
		if _, err := tx.Exec(w.Context(), `SELECT set_config('app.client_id', $1, true)`, client); err != nil {
			return err
		}
		return tx.QueryRow(w.Context(), `SELECT count(*) FROM payout_line`).Scan(&n)
	}))
	return n
}

// The table of the domain, the CHECK and the function of the schema are one.
func TestTheSchemaKnowsTheStatesOfAPayout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, from := range append([]settlement.PayoutStatus{""}, settlement.PayoutStatuses()...) {
		for _, to := range append([]settlement.PayoutStatus{""}, settlement.PayoutStatuses()...) {
			if got := query[bool](w, `SELECT payout_follows($1, $2)`, from, to); got != from.Follows(to) {
				t.Error(fmt.Sprintf("%q to %q", from, to), got)
			}
		}
	}
}
