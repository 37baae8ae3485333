package postgres_test

import (
	"strings"
	"testing"
)

// TestRowsOfBefore gives an agency the rows that programs of before wrote, each when its schema was the newest, and looks at what became of them in the schema of today: each migration from 40 on
// that changes rows, or checks what a program wrote before, has its story. Those that stand alone are tested beside what they mend (48, 49).
func TestRowsOfBefore(t *testing.T) {
	t.Parallel()
	stories := []struct {
		name   string
		schema int64 // the newest migration that the program knew
		wrote  string
		look   string // gives one text, in the schema of today
		want   string
	}{
		{
			name: "an account that a client told waits for its approvals", schema: 39,
			wrote: `INSERT INTO client (id, code, plan, name, street, postcode, town, email, iban) SELECT md5(code)::uuid, code, 'premium', 'Voorbeeld ' || code, 's', 'p', 't', 'e', iban FROM (VALUES ('A', 'NL91ABNA0417164300'), ('B', '')) c (code, iban);
				INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) VALUES (md5('A')::uuid, md5('A')::uuid, 'f', 'p', true, false, 'n', 's', 'p', 't')`,
			look: `SELECT string_agg(concat_ws(' ', c.code, a.number, a.iban, a.holder, a.told_by, account_usable(c.id, a.iban, a.holder, current_date)), ', ' ORDER BY c.code) FROM client c LEFT JOIN client_account a ON a.client_id = c.id`,
			want: "A 1 NL91ABNA0417164300 Voorbeeld A migration f, B f",
		},
		{
			name: "a decision for the court, and its charge, know no fixed price", schema: 45,
			wrote: claimsOfBefore("court", "court of 45") + `UPDATE claim SET decision = 'court', decided_on = '2026-10-05' WHERE reference = 'court of 45';
				INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES (md5('A')::uuid, md5('court of 45')::uuid, 'k', 'withdrawal', 1000, 210, 1210, '2026-10-05', 'b')`,
			look: `SELECT concat_ws(' ', c.decision, COALESCE(c.fixed_price::text, 'no price'), b.kind, b.units, b.net) FROM claim c JOIN billable b ON b.claim_id = c.id WHERE c.reference = 'court of 45'`,
			want: "court no price withdrawal 1 1000",
		},
		{
			name: "an invoice that was taken twice is known by the first of its ways to be written", schema: 46,
			wrote: claimsOfBefore("open", "invoices") + `INSERT INTO invoice (client_id, claim_id, debtor_id, number, issued_on, due_on, amount)
				SELECT md5('A')::uuid, md5('invoices')::uuid, md5('A')::uuid, number, '2026-09-01', '2026-09-15', 100 FROM (VALUES ('F1'), ('f1'), (E' f \t2 ')) i (number)`,
			look: `SELECT string_agg(format('%L is %s', regexp_replace(number, '\s', '_', 'g'), COALESCE(folded, 'no name')), ', ' ORDER BY number COLLATE "C") FROM invoice`,
			want: "'_f__2_' is F 2, 'F1' is F1, 'f1' is no name",
		},
		{
			name: "a payout that was proposed fits its hash still, and can be approved", schema: 52,
			wrote: `SET session_replication_role = replica; -- a payout comes with all that is of it
				INSERT INTO payout (id, on_day, account, holder, moves, hash, proposed_by, proposed_at) VALUES ('PO-20261102', '2026-11-02', 'NL13TEST0123456789', 'St', repeat('a', 64), repeat('0', 64), 'p', now());
				INSERT INTO payout_line (payout, nr, client_id, kind, end_to_end_id, iban, name, cents, clawed, text) VALUES
					('PO-20261102', 1, md5('A')::uuid, 'client', 'PO-20261102-1', 'NL91ABNA0417164300', 'Voorbeeld A', 900, 100, 'x'), ('PO-20261102', 2, NULL, 'fees', 'PO-20261102-2', 'NL20INGB0001234567', 'Agency', 50, 0, 'x');
				INSERT INTO payout_part (client_id, end_to_end_id, claim_id, cents, received, agency) VALUES (md5('A')::uuid, 'PO-20261102-1', NULL, 1000, 1050, 50);
				INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) SELECT client_id, end_to_end_id, 'proposed', 'p', now() FROM payout_line;
				UPDATE payout SET hash = payout_hash(id);
				SET session_replication_role = DEFAULT;
				INSERT INTO approver (name) VALUES ('Anna'), ('Bram')`,
			look: `SELECT concat(payout_fits('PO-20261102'), payout_may_leave_text) FROM (SELECT string_agg(concat_ws(' ', kind, cents, clawed, set_off), ', ' ORDER BY nr) AS payout_may_leave_text FROM payout_line WHERE payout = 'PO-20261102') x`,
			want: "client 900 100 0, fees 50 0 0",
		},
		{
			name: "what was paid of an invoice stays", schema: 59,
			wrote: `INSERT INTO bill (number, client_id, kind, year, turn, on_day, due_on, net, vat, total, settled, made_by, made_at) VALUES ('F2026-00001', md5('A')::uuid, 'invoice', 2026, 1, '2026-10-01', '2026-10-15', 1000, 210, 1210, 0, 'p', now());
				INSERT INTO bill_line (client_id, number, kind, nr, key, what, on_day, units, price, net, percent, vat_booked, settled) VALUES (md5('A')::uuid, 'F2026-00001', 'invoice', 1, 'contribution:1', 'contribution', '2026-10-01', 1, 1000, 1000, '21', 0, 0);
				INSERT INTO bill_paper (client_id, number, form, content) SELECT md5('A')::uuid, 'F2026-00001', form, 'x' FROM (VALUES ('pdf'), ('ubl')) p (form);
				INSERT INTO bill_payment (client_id, number, key, kind, cents, on_day, actor, at) SELECT md5('A')::uuid, 'F2026-00001', kind, kind, 100, '2026-10-02', 'p', now() FROM (VALUES ('paid'), ('set-off')) p (kind)`,
			look: `SELECT string_agg(concat_ws(' ', kind, cents, COALESCE(other, 'of itself')), ', ' ORDER BY kind) FROM bill_payment`,
			want: "paid 100 of itself, set-off 100 of itself",
		},
		{
			name: "who decided about a refund that it proposed, in another way of writing, stays", schema: 62,
			wrote: claimsOfBefore("paid", "by one person", "two ways") + refundsOfBefore("by one person", decided, "'Anna', ' anna', now(), true") + refundsOfBefore("two ways", decided, "'Bram', ' bram', now(), true"),
			look:  `SELECT string_agg(concat_ws(' ', proposed_by, decided_by, approved), ', ' ORDER BY key) FROM refund WHERE key IN ('by one person', 'two ways')`,
			want:  "Anna  anna f, Bram  bram t",
		},
		{
			name: "a claim before the court is watched until its outcome is recorded", schema: 63,
			wrote: claimsOfBefore("court", "handed over", "judged", "lost", "served", "settled") + `UPDATE claim SET decision = 'court', decided_on = '2026-10-05', checked_at = now() WHERE status = 'court';
				INSERT INTO court_step (client_id, claim_id, stage, on_day, awarded_principal) SELECT md5('A')::uuid, md5(r)::uuid, stage, '2026-10-20', awarded
				FROM (VALUES ('served', 'served', 0), ('judged', 'served', 0), ('judged', 'judgment', 1), ('lost', 'lost', 0), ('settled', 'settled', 0)) s (r, stage, awarded)`,
			look: `WITH checked AS MATERIALIZED (SELECT claim_id FROM claims_to_check('1 hour', 1000))
				SELECT string_agg(concat_ws(' ', reference, CASE WHEN court_awaited THEN 'awaited' END, CASE WHEN id IN (SELECT claim_id FROM checked) THEN 'checked' END), ', ' ORDER BY reference)
				FROM claim WHERE status = 'court'`,
			want: "court of 45 awaited checked, handed over awaited checked, judged, lost, served awaited checked, settled",
		},
		{
			name: "a case that was taken back is decided anew, once, and waits for nothing else", schema: 64,
			wrote: claimsOfBefore("court", "taken back") + `UPDATE claim SET decision = 'court', decided_on = '2026-10-05', fixed_price = 1000, fixed_price_vat = 210, version = 5, seen_version = 5, checked_at = now(), status_reason = 'the client decided' WHERE reference = 'taken back';
				INSERT INTO court_step (client_id, claim_id, stage, on_day) VALUES (md5('A')::uuid, md5('taken back')::uuid, 'withdrawn', '2026-10-20');
				INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor) VALUES (md5('A')::uuid, md5('taken back')::uuid, 'reopened', 'reopened', '2026-09-20', now(), 'test')`,
			look: `SELECT concat_ws(' ', status, status_reason || COALESCE(decision, 'undecided'), court_awaited, version, asked_again_on = (now() AT TIME ZONE 'Europe/Amsterdam')::date, checked_at IS NULL OR checked_at < now() - interval '50 minutes',
				(SELECT string_agg(key || ' ' || actor, ' ' ORDER BY seq) FROM case_event e WHERE e.claim_id = claim.id)) FROM claim WHERE reference = 'taken back'`,
			want: "open undecided f 6 t t reopened test reopened:2 migration",
		},
		{
			name: "the entries of a payout keep the key under which it was booked", schema: 65,
			wrote: `INSERT INTO statement (key, fingerprint, account, format, bank_id, sequence, to_on, entries, state, position, balance, file, imported_by, imported_at) VALUES ('s', 'f', 'NL13TEST0123456789', 'camt.053', 'b', '1', '2026-11-03', 4, 'booked', 1, 0, 'f', 'p', now());
				INSERT INTO statement_entry (statement, entry, part, base, by_reference, key, kind, direction, amount, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info, payout)
				SELECT 's', entry, part, key, true, key, kind, direction, 1, '2026-11-03', '2026-11-03', '', '', '', '', '', '', '', '', '', '', '', '', payout FROM (VALUES
					(1, 1, 'a client', 'payout', 'debit', 'PO-20261102'), (1, 2, 'its sum', 'payout', 'debit', 'PO-20261102'), (2, 1, 'fees', 'payout', 'debit', 'PO-20261102'),
					(3, 1, 'came back', 'payout-returned', 'credit', 'PO-20261102'), (4, 1, 'receipt', 'receipt', 'credit', NULL)) e (entry, part, key, kind, direction, payout);
				SET session_replication_role = replica; -- their steps without the books
				INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, actor, at) VALUES (md5('A')::uuid, 'PO-20261102-1', 'booked', 'a client', 'p', now()), (NULL, 'PO-20261102-2', 'booked', 'fees', 'p', now()), (md5('A')::uuid, 'PO-20261102-1', 'returned', 'came back', 'p', now());
				SET session_replication_role = DEFAULT`,
			look: `SELECT string_agg(key || ': ' || COALESCE(evidence, 'of no payout'), ', ' ORDER BY entry, part) FROM statement_entry`,
			want: "a client: a client, its sum: a client, fees: fees, came back: came back, receipt: of no payout, a part: a part",
		},
		{
			name: "receipts that are gone and journals of every kind stay", schema: 66,
			wrote: `INSERT INTO receipt (key, amount, value_on, gone) VALUES ('goes back', 100, '2026-10-01', 'refund'), ('went back', 100, '2026-10-01', 'returned');
				SET session_replication_role = replica; -- without their lines
				INSERT INTO journal (book, key, hash, kind, effective_on, at) SELECT 'S', kind, sha256('x'), kind, '2026-10-01', now() FROM unnest(ARRAY['received', 'taken-back', 'charged', 'settled', 'clawback', 'topped-up', 'clawed-back', 'refunded',
					'payout-submitted', 'payout-booked', 'payout-rejected', 'payout-returned', 'fees-submitted', 'fees-booked', 'billed', 'bill-back', 'client-paid', 'set-off', 'bank-charged']) AS kind;
				SET session_replication_role = DEFAULT`,
			look: `SELECT (SELECT string_agg(gone, ' ' ORDER BY gone) FROM receipt WHERE gone IS NOT NULL) || ' ' || (SELECT count(*) FROM journal WHERE key = kind)`,
			want: "refund returned 19",
		},
		{
			name: "money that came by direct debit is known by that, whatever day was computed", schema: 69,
			wrote: `INSERT INTO receipt (key, amount, value_on, direct_debit) VALUES ('debit', 100, '2026-10-01', true), ('transfer', 100, '2026-10-01', false)`,
			look:  `SELECT string_agg(concat_ws(' ', key, direct_debit, value_on), ', ' ORDER BY key) FROM receipt WHERE key IN ('debit', 'transfer')`,
			want:  "debit t 2026-10-01, transfer f 2026-10-01",
		},
		{
			name: "a refund ends of which the task was dropped, or that the books do not have any more, unless it was declined or a bank has it", schema: 72,
			wrote: claimsOfBefore("paid", "all of it", "approved", "asked still", "declined", "half of it", "nobody decided", "paid back", "sent") +
				refundsOfBefore("all of it", decided, "'Anna', 'Bram', now(), true") + refundsOfBefore("approved", decided, "'Anna', 'Bram', now(), true") + refundsOfBefore("asked still", decided, "'Anna', NULL, NULL, NULL") +
				refundsOfBefore("declined", decided, "'Anna', 'Bram', now(), false") + refundsOfBefore("half of it", decided, "'Anna', 'Bram', now(), true") +
				refundsOfBefore("nobody decided", decided, "'Anna', NULL, NULL, NULL") + refundsOfBefore("paid back", decided, "'Anna', 'Bram', now(), true") + refundsOfBefore("sent", decided, "'Anna', 'Bram', now(), true") +
				`INSERT INTO task (client_id, claim_id, key, detail, opened_on, done_on) SELECT md5('A')::uuid, md5(r)::uuid, 'repay-surplus:1.00', detail, '2026-10-05', done
				FROM (VALUES ('asked still', 'd', NULL), ('all of it', 'd', '2026-10-06'::date), ('half of it', 'd', '2026-10-06'), ('paid back', 'd', '2026-10-06'), ('two ways', 'd', '2026-10-06'),
					('approved', 'dropped: for', '2026-10-06'), ('by one person', 'dropped: for', '2026-10-06'), ('declined', 'dropped: for', '2026-10-06'), ('nobody decided', 'dropped: for', '2026-10-06'), ('sent', 'dropped: for', '2026-10-06')) t (r, detail, done);
				SET session_replication_role = replica; -- without the payout and its books
				INSERT INTO payout_line (payout, nr, client_id, kind, end_to_end_id, iban, name, cents, clawed, text, refund) SELECT 'PO-20261103', nr, md5('A')::uuid, 'refund', 'PO-20261103-' || nr, 'NL91ABNA0417164300', 'n', 100, 0, 'x', r FROM (VALUES (1, 'sent'), (2, 'approved')) l (nr, r);
				INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) VALUES (md5('A')::uuid, 'PO-20261103-1', 'sent', 'p', now()), (md5('A')::uuid, 'PO-20261103-2', 'approved', 'p', now());
				INSERT INTO entry (journal_id, line, client_id, claim_id, account, cents) SELECT 0, line, md5('A')::uuid, md5(r)::uuid, 'S220', cents FROM (VALUES (1, 'all of it', -100), (2, 'half of it', -100), (3, 'half of it', 60), (4, 'paid back', -100), (5, 'all of it', 100), (6, 'two ways', -100)) e (line, r, cents);
				SET session_replication_role = DEFAULT`,
			look: `SELECT string_agg(concat_ws(' ', f.key || ':', f.approved, f.decided_by, f.ended, '-', c.version, (SELECT string_agg(concat_ws(' ', split_part(t.key, ':', 2), CASE WHEN done_on IS NULL THEN 'open' END), ' ' ORDER BY t.key) FROM task t WHERE t.claim_id = c.id),
				(SELECT string_agg(e.kind, ' ' ORDER BY e.seq) FROM case_event e WHERE e.claim_id = c.id)), E'\n' ORDER BY f.key) FROM refund f JOIN claim c ON c.id = f.claim_id`,
			want: `all of it: f Bram by now it is 0.00 that was paid too much - 2 1.00 task-dropped
approved: f Bram for - 1 1.00
asked still: - 1 1.00 open
by one person: f  anna by now it is 0.00 that was paid too much - 1 1.00
declined: f Bram - 1 1.00
half of it: f Bram by now it is 0.40 that was paid too much - 3 0.40 open 1.00 task-dropped task-opened
nobody decided: f for - 1 1.00
paid back: t Bram - 1 1.00
sent: t Bram - 1 1.00
two ways: t  bram - 1 1.00`,
		},
		{
			name: "a specification tells of what was kept back what it told", schema: 78,
			wrote: `SET session_replication_role = replica; -- without the books
				INSERT INTO kept_back (client_id, nr, cents, actor, at) VALUES (md5('A')::uuid, 1, 6000, 'p', '2020-01-01'), (md5('A')::uuid, 2, 100, 'p', '2020-01-05');
				INSERT INTO payout_line (payout, nr, client_id, kind, end_to_end_id, iban, name, cents, clawed, text)
				SELECT 'PO-2020', nr, md5(code)::uuid, 'client', 'PO-2020-' || nr, 'NL91ABNA0417164300', 'n', 100, 0, 'x' FROM (VALUES (1, 'A'), (2, 'A'), (3, 'A'), (4, 'A'), (5, 'B')) l (nr, code);
				INSERT INTO payout_step (client_id, end_to_end_id, status, actor, at) SELECT md5(code)::uuid, 'PO-2020-' || nr, status, 'p', at::timestamptz
				FROM (VALUES (1, 'A', 'proposed', '2020-01-02'), (1, 'A', 'withdrawn', '2020-01-09'), (2, 'A', 'proposed', '2020-01-03'), (3, 'A', 'proposed', '2020-01-04'), (4, 'A', 'proposed', '2020-01-06'), (5, 'B', 'proposed', '2020-01-03')) s (nr, code, status, at);
				SET session_replication_role = DEFAULT`,
			look: `SELECT string_agg(end_to_end_id || ' tells ' || nr, ', ' ORDER BY end_to_end_id) FROM payout_kept_told`,
			want: "PO-2020-1 tells 1, PO-2020-2 tells 1, PO-2020-4 tells 2",
		},
		{
			name: "a claim on hold without an end is decided anew, once, and no other", schema: 85,
			wrote: claimsOfBefore("open", "held for good", "held until a day", "disputed", "resumed") + claimsOfBefore("closed", "held and closed") + `INSERT INTO pause (client_id, claim_id, key, kind, from_on, until_on, outcome)
				SELECT md5('A')::uuid, md5(r)::uuid, key, kind, '2026-10-05', until_on, outcome FROM (VALUES ('held for good', 'h', 'hold', NULL::date, ''), ('held until a day', 'h', 'hold', '2027-10-05', ''), ('disputed', 'd', 'dispute', NULL, ''),
					('resumed', 'h', 'hold', '2026-10-06', ''), ('held and closed', 'h', 'hold', NULL, '')) p (r, key, kind, until_on, outcome)`,
			look: `SELECT string_agg(concat_ws(' ', c.reference, o.message), ', ') FROM outbox o JOIN claim c ON c.id = o.claim_id WHERE o.key = 'hold-review'`,
			want: "held for good hold-changed",
		},
		{
			name: "a claim of which somebody has done what its stop flags ask is decided anew, once, and no other", schema: 90,
			wrote: claimsOfBefore("open", "stopped", "not done yet", "of something else") + claimsOfBefore("closed", "stopped and closed") + `INSERT INTO task (client_id, claim_id, key, detail, opened_on, done_on)
				SELECT md5('A')::uuid, md5(r)::uuid, key, '', '2026-10-05', done FROM (VALUES ('stopped', 'stopped:bankrupt', '2026-10-06'::date), ('stopped', 'stopped:vulnerable', '2026-10-07'),
					('not done yet', 'stopped:minor', NULL), ('of something else', 'stopped-after-end:minor', '2026-10-06'), ('stopped and closed', 'stopped:minor', '2026-10-06')) t (r, key, done)`,
			look: `SELECT string_agg(concat_ws(' ', c.reference, o.message), ', ') FROM outbox o JOIN claim c ON c.id = o.claim_id WHERE o.key = 'stop-review'`,
			want: "stopped debtor-changed",
		},
		{
			name: "what was the agency's own money waits again when two persons said so of its last turn, also where migration 84 ran before it said so", schema: 95,
			wrote: `CREATE OR REPLACE FUNCTION own_ends() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
			look:  `SELECT (prosrc LIKE '%of its last turn%') || ' ' || prosecdef FROM pg_proc WHERE proname = 'own_ends'`,
			want:  "true true",
		},
		{
			name: "a word of who was removed before is not one when that person is added again, and all other words count", schema: 110,
			wrote: `INSERT INTO approver (name) VALUES ('Gone'), ('Back'), ('Stays');
				INSERT INTO payout_approval (payout, hash, approver, at) SELECT id, hash, name, now() FROM payout, approver WHERE id = 'PO-20261102' AND name IN ('Gone', 'Back', 'Stays');
				UPDATE approver SET removed_at = now() WHERE name IN ('Gone', 'Back');
				UPDATE approver SET removed_at = NULL WHERE name = 'Back'`,
			look: `SELECT string_agg(approver || ' ' || word_counts(approver, removals), ', ' ORDER BY approver) || ', ' || payout_approvals('PO-20261102') FROM payout_approval`,
			want: "Back true, Gone false, Stays true, 2",
		},
		{
			name: "a claim of which a person looks at the payment arrangement is decided anew, once, and no other", schema: 114,
			wrote: claimsOfBefore("open", "looked at", "looked at before") + claimsOfBefore("closed", "looked at and closed") + `INSERT INTO task (client_id, claim_id, key, detail, opened_on, done_on)
				SELECT md5('A')::uuid, md5(r)::uuid, key, '', '2026-10-05', done FROM (VALUES ('looked at', 'review-arrangement:a', NULL::date), ('looked at', 'review-arrangement:b', NULL),
					('looked at before', 'review-arrangement:a', '2026-10-06'), ('looked at and closed', 'review-arrangement:a', NULL)) t (r, key, done)`,
			look: `SELECT string_agg(concat_ws(' ', c.reference, o.message), ', ') FROM outbox o JOIN claim c ON c.id = o.claim_id WHERE o.key = 'arrangement-review'`,
			want: "looked at hold-changed",
		},
		{
			name: "119: a part of an entry that was booked as of a payout with the rest of it, whatever it is, stays so", schema: 118,
			wrote: `INSERT INTO statement_entry (statement, entry, part, base, by_reference, key, kind, direction, amount, booked_on, value_on, name, iban, on_behalf_of, end_to_end, tx_id, mandate, batch, structured, remittance, reason, code, info, payout, evidence)
				SELECT statement, 9, 2, 'a part', true, 'a part', 'return', 'debit', 1, booked_on, value_on, '', '', '', '', '', '', '', '', '', '', '', '', payout, 'a part' FROM statement_entry WHERE key = 'a client'`,
			look: `SELECT kind || ' ' || (payout IS NOT NULL) FROM statement_entry WHERE key = 'a part'`,
			want: "return true",
		},
		{
			name: "122: what a correction told of a promise or an arrangement names that, of two of one day the one that had not ended", schema: 119,
			wrote: claimsOfBefore("open", "told") + `INSERT INTO promise (client_id, claim_id, key, given_on, by_on, until_on, amount, settled, ended_on) SELECT md5('A')::uuid, md5('told')::uuid, key, '2026-11-02', '2026-11-20', '2026-11-24', 100000, 0, ended::date
				FROM (VALUES ('first', NULL), ('told wrong', '2026-11-02')) p (key, ended);
				INSERT INTO arrangement (client_id, claim_id, key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days) VALUES (md5('A')::uuid, md5('told')::uuid, 'a', '2026-12-01', 0, 0, 200, 0, 2, 7);
				INSERT INTO instalment (client_id, claim_id, key, number, due_on, amount) SELECT md5('A')::uuid, md5('told')::uuid, 'a', n, date '2026-12-10' + n, 100 FROM generate_series(1, 2) n;
				INSERT INTO letter (client_id, claim_id, id, step, kind, cycle, channel, recipient, state, on_day, demanded, subject, body, pdf, sha256, message_id, corrects)
				SELECT md5('A')::uuid, md5('told')::uuid, md5(step)::uuid, step, 'correction', 1, 'email', 'x', 'accepted', on_day::date, 1, 's', 'b', 'p', 'h', step, corrects FROM (VALUES
					('one', '2026-11-05', 'reminder@2026-10-05=60000 promise@2026-11-02=46813'), ('two', '2026-12-05', 'arrangement-confirmation@2026-12-01=150 arrangement@2026-12-01=150'), ('three', '2026-12-06', 'reminder@2026-10-05=50000')) l (step, on_day, corrects)`,
			look: `SELECT string_agg(concat_ws(' ', step, corrects, told_of, told_comes), ', ' ORDER BY on_day) FROM letter WHERE claim_id = md5('told')::uuid`,
			want: "one reminder@2026-10-05=60000 promise:first 46813, two arrangement-confirmation@2026-12-01=150 arrangement:a 150, three reminder@2026-10-05=50000  0",
		},
		{
			name: "130: that a payment is accepted is a report of it, which who said before it that the bank refused it did not know", schema: 128,
			wrote: `SET session_replication_role = replica;
				INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, actor, at) VALUES (md5('A')::uuid, 'PO-20261103-1', 'accepted', 'report', 'p', '2026-12-02');
				INSERT INTO payout_refusal (end_to_end_id, approver, reason, at) SELECT 'PO-20261103-1', name, 'x', CASE name WHEN 'Stays' THEN '2026-12-01' ELSE '2026-12-03' END::timestamptz FROM approver WHERE name IN ('Stays', 'Back');
				SET session_replication_role = DEFAULT`,
			look: `SELECT concat_ws('; ', (SELECT string_agg(concat_ws(' ', end_to_end_id, report, outcome), ', ') FROM payout_report), (SELECT string_agg(approver || ' ' || knew, ', ' ORDER BY approver DESC) FROM refusal_words('PO-20261103-1')), payout_refusals('PO-20261103-1'))`,
			want: "PO-20261103-1 report accepted; Stays false, Back true; 1",
		},
		{
			name: "what a judgment left out, and a person saw to, is known by its amount; not what ended by itself, nor what was asked with it since", schema: 131,
			wrote: claimsOfBefore("closed", "seen to", "open still", "ended by itself", "asked again") + `INSERT INTO task (client_id, claim_id, key, detail, opened_on, done_on)
				SELECT md5('A')::uuid, md5(r)::uuid, 'judgment-awards-less' || amount, detail, '2026-10-05', done FROM (VALUES
					('seen to', '', 'the judgment awards 345.00 less principal and collection costs than was owed on its day: write that off (claim pay --kind write-off)', '2026-10-06'::date),
					('open still', '', 'the judgment awards 1150.25 less principal and collection costs than was owed on its day: write that off (claim pay --kind write-off)', NULL),
					('ended by itself', '', 'dropped: nothing of what the judgment left out is owed any more', '2026-10-06'),
					('asked again', '', 'the judgment awards 60.00 less principal and collection costs than was owed on its day: write that off (claim pay --kind write-off)', '2026-10-06'),
					('asked again', ':60.00', 'the judgment awards 60.00 less principal and collection costs than was owed on its day: write off what is owed of that, 60.00 (claim pay --kind write-off)', NULL)) t (r, amount, detail, done)`,
			look: `SELECT string_agg(concat_ws(' ', c.reference || ':', t.key, CASE WHEN t.done_on IS NULL THEN 'open' END), ', ' ORDER BY c.reference, t.key) FROM task t JOIN claim c ON c.id = t.claim_id WHERE t.key LIKE 'judgment%'`,
			want: "asked again: judgment-awards-less, asked again: judgment-awards-less:60.00 open, ended by itself: judgment-awards-less, open still: judgment-awards-less:1150.25 open, seen to: judgment-awards-less:345.00",
		},
	}
	w := worldOfBefore(t, stories[0].schema)
	for _, s := range stories {
		w.upTo(s.schema)
		w.exec(s.wrote)
	}
	ok(t, migrate(t.Context(), w.db.OwnerURL))
	for _, s := range stories {
		if got := query[string](w, s.look); got != s.want {
			t.Errorf("%s\ngot  %s\nwant %s", s.name, got, s.want)
		}
	}
}

const decided = "proposed_by, decided_by, decided_at, approved"

// claimsOfBefore inserts claims of the client and the debtor of TestRowsOfBefore.
func claimsOfBefore(status string, references ...string) string {
	return `INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, status, changed_at) SELECT md5('A')::uuid, md5(r)::uuid, md5('A')::uuid, r, r, r, 'business@1', '2026-10-01', '` + status + `', now() - interval '1 hour'
		FROM unnest(ARRAY['` + strings.Join(references, "', '") + `']) AS r;
	`
}

// refundsOfBefore inserts a refund of one euro of a receipt of its own that paid too much on a claim.
func refundsOfBefore(claim, columns, values string) string {
	return `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, iban) VALUES ('` + claim + `', md5('A')::uuid, md5('` + claim + `')::uuid, 100, '2026-10-01', 'NL91ABNA0417164300');
		INSERT INTO refund (key, client_id, claim_id, receipt, task, amount, iban, name, reason, proposed_at, ` + columns + `)
		SELECT r, md5('A')::uuid, md5(r)::uuid, r, 'repay-surplus:1.00', 100, 'NL91ABNA0417164300', 'n', 'too much', now(), ` + values + ` FROM (VALUES ('` + claim + `')) x (r);
	`
}
