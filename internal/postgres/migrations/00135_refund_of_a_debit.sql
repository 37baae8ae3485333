-- A refund of money that can be what came back of a debit of ours that waits asks first (docs/decisions/0098). And the bank's own reference of an entry is kept. No row is changed.

-- +goose Up
-- +goose StatementBegin
-- The debits of payouts that wait and that a receipt of nobody can have brought back, in whole or in part: it came in on that account on the day of the debit or later, is no more than what is left of it, and came from an account at the trust account's own
-- bank, as all do that are the bank's or ours, or from one to which the debit, or its payout, paid. With what is left of each.
CREATE FUNCTION brought_back_of(of_receipt text) RETURNS TABLE (key text, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.key, left_of(d.key) FROM receipt r JOIN statement_entry c ON c.receipt = COALESCE(r.part_of, r.key) AND c.kind = 'receipt' JOIN statement cs ON cs.key = c.statement
    JOIN waiting_lines() w ON true JOIN statement_entry d ON d.key = w.key AND d.direction = 'debit' AND d.kind IN ('payout', 'unknown') AND d.booked_on <= c.booked_on JOIN statement ds ON ds.key = d.statement AND ds.account = cs.account
    CROSS JOIN LATERAL (SELECT COALESCE(payout_of(d.end_to_end), (SELECT p.id FROM payout p WHERE p.id = split_part(d.batch, '/', 1)), (SELECT min(l.payout) FROM payout_line l WHERE l.iban = d.iban AND l.cents = d.amount)) AS payout) o
    WHERE tenant() IS NULL AND r.key = of_receipt AND r.claim_id IS NULL AND o.payout IS NOT NULL AND left_of(d.key) >= r.amount
        AND (substr(c.iban, 5, 4) = substr(cs.account, 5, 4) OR c.iban = d.iban OR EXISTS (SELECT FROM payout_line l WHERE l.payout = o.payout AND l.iban = c.iban))
    ORDER BY d.booked_on, d.key $$;
-- +goose StatementEnd
-- What an entry's bank calls it finds it by an index. Entries of before have none: what is made of it is not turned back, so these are looked through.
ALTER TABLE statement_entry ADD COLUMN reference text; -- the bank's own (by_reference), without blanks
CREATE INDEX statement_entry_reference ON statement_entry (reference) WHERE by_reference;
REVOKE ALL ON FUNCTION brought_back_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION brought_back_of(text) TO dunning_app;

-- What a journal and its lines are held to costs less; it holds them to the same.
-- +goose StatementBegin
-- As before (migration 34), of all lines of a statement at once.
CREATE OR REPLACE FUNCTION entry_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT 'journal ' || a.journal_id || ' is append-only: it gets its lines in the transaction that makes it' INTO bad
        FROM added a WHERE (SELECT j.txid FROM journal j WHERE j.id = a.journal_id) IS DISTINCT FROM pg_current_xact_id() LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION '%', bad USING ERRCODE = 'check_violation';
    END IF;
    SELECT 'there is no account ' || a.account INTO bad FROM added a WHERE (SELECT code FROM account WHERE code = a.account) IS NULL LIMIT 1;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION '%', bad USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
-- As before (migration 120), without a plan for each journal, and what holds for some kinds is looked for in journals of these alone.
CREATE OR REPLACE FUNCTION journal_adds_up(of_journal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    j journal;
    e record;
    bad text;
BEGIN
    SELECT * INTO j FROM journal WHERE id = of_journal;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT count(*) AS lines, sum(cents) AS cents, bool_and(left(account, 1) = j.book) AS of_book, bool_and(client_id IS NOT DISTINCT FROM j.client_id) AS of_client, bool_or(account = 'A500') AS costs,
            bool_and(account IN ('S100', 'S210', 'A100', 'A110', 'A500')) AS of_bank, bool_or(account IN ('S100', 'S210', 'A110')) AS charges, COALESCE(sum(cents) FILTER (WHERE account IN ('S210', 'A500')), 0)::bigint AS charged,
            bool_or(account = 'S220' AND claim_id IS NULL) AS repaid, bool_and(account = 'S220' OR (j.kind = 'refunded' AND account = 'S230') OR (j.kind IN ('taken-back', 'payout-returned') AND account = 'S100')
                OR (j.kind IN ('payout-submitted', 'payout-rejected') AND account = 'S240') OR (j.kind = 'loss' AND account = 'S210')) AS of_repaid
        INTO e FROM entry WHERE journal_id = of_journal;
    bad := CASE WHEN e.lines < 2 THEN 'has fewer than two lines'
                WHEN e.cents <> 0 THEN 'does not add up to nothing'
                WHEN NOT e.of_book THEN 'has an account of another book'
                WHEN NOT e.of_client THEN 'has a line of another client' END;
    IF bad IS NULL AND j.reverses IS NOT NULL AND EXISTS (SELECT FROM entry o WHERE o.journal_id IN (j.id, j.reverses) GROUP BY o.account, o.claim_id HAVING sum(o.cents) <> 0) THEN
        bad := 'does not take back what it reverses';
    END IF;
    IF bad IS NULL AND j.kind = 'loss' AND NOT loss_is_approved(j.id) THEN
        bad := 'is of another loss than two persons approved';
    ELSIF bad IS NULL AND j.kind NOT IN ('loss', 'bank-charged') AND e.costs THEN
        bad := 'is of costs or of a loss, and is called ' || j.kind;
    ELSIF bad IS NULL AND j.kind = 'bank-charged' THEN
        bad := CASE WHEN NOT e.of_bank THEN 'is of more than the bank charged'
                    WHEN j.reverses IS NOT NULL AND NOT charge_is_undone(j.id) THEN 'takes back a charge that two persons did not say was none'
                    WHEN j.reverses IS NULL AND e.charges AND e.charged IS DISTINCT FROM charged_by(substring(j.key FROM '^bank-charge:([^~]*)')) THEN 'is of another charge than the bank told, or two persons' END;
    END IF;
    IF bad IS NULL AND e.repaid AND NOT e.of_repaid THEN
        bad := 'moves what is to be paid back of no claim, and is called ' || j.kind;
    END IF;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
DROP TRIGGER entry_in_time ON entry;
CREATE TRIGGER entry_in_time AFTER INSERT ON entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION entry_in_time();
