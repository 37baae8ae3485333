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
