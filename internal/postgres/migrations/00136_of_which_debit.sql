-- A person says of which debit money is that came back (docs/decisions/0095). No row is changed.

-- +goose Up
-- +goose StatementBegin
-- The payout that a debit is of: by its end-to-end id, else by the batch, else by account and amount, when that is of one payout. Null: it is of none.
CREATE FUNCTION payout_debited(of_entry text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(payout_of(e.end_to_end), (SELECT p.id FROM payout p WHERE p.id = split_part(e.batch, '/', 1)), (SELECT min(l.payout) FROM payout_line l WHERE l.iban = e.iban AND l.cents = e.amount HAVING count(DISTINCT l.payout) = 1))
    FROM statement_entry e WHERE tenant() IS NULL AND e.key = of_entry AND e.direction = 'debit' AND e.kind IN ('payout', 'unknown') $$;
-- As before (migration 129), for the agency only (migration 131); and what names a batch, or a payout, and comes from nobody's account, or that which pays: the bank brings something back of it.
CREATE OR REPLACE FUNCTION payouts_back(of_statement text) RETURNS TABLE (key text, line text, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT e.*, x.turn, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+') AS id, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?(?:/[a-z]+)?') AS file
        FROM statement_entry e CROSS JOIN LATERAL (VALUES (1, e.end_to_end), (2, e.structured || ' ' || e.remittance), (3, e.batch)) x (turn, words)
        WHERE tenant() IS NULL AND x.words ~ 'PO-[0-9]{8}' AND e.statement = of_statement AND e.key IS NOT NULL AND e.receipt IS NULL AND e.kind IN ('receipt', 'payout-returned') AND e.direction = 'credit'),
    back AS (SELECT DISTINCT ON (l.end_to_end_id) n.key, l.end_to_end_id AS line FROM named n JOIN payout_line l ON l.end_to_end_id = n.id AND l.cents = n.amount AND n.iban IN ('', l.iban) AND n.kind = 'receipt' AND n.turn < 3
        WHERE payout_status(l.end_to_end_id) = 'booked' OR payout_status(l.end_to_end_id) IN ('sent', 'accepted') AND EXISTS (SELECT FROM statement_entry d
            WHERE d.statement = of_statement AND d.key IS NOT NULL AND d.direction = 'debit' AND (d.end_to_end = l.end_to_end_id OR d.batch = l.payout || '/' || l.kind))
        ORDER BY l.end_to_end_id, n.entry, n.part),
    off AS (SELECT DISTINCT ON (n.key) n.key, CASE WHEN n.id = l.end_to_end_id THEN n.id END AS line, CASE WHEN n.id IS DISTINCT FROM l.end_to_end_id THEN n.file END AS name
        FROM named n JOIN payout_line l ON l.end_to_end_id = n.id OR n.file IN (l.payout || '/' || l.kind, l.payout)
        WHERE EXISTS (SELECT FROM debits_waiting(ARRAY[l.end_to_end_id]) d WHERE d.cents >= n.amount AND d.booked_on <= n.booked_on)
            OR n.id IS DISTINCT FROM l.end_to_end_id AND n.iban IN ('', (SELECT s.account FROM statement s WHERE s.key = n.statement))
            OR n.id IS DISTINCT FROM l.end_to_end_id AND EXISTS (SELECT FROM statement_entry d WHERE d.payout = l.payout AND d.direction = 'debit' AND d.amount >= n.amount AND d.booked_on <= n.booked_on AND moved_nothing(d.evidence))
        ORDER BY n.key, n.id = l.end_to_end_id DESC NULLS LAST, n.turn)
    SELECT COALESCE(b.key, o.key), COALESCE(b.line, o.line), CASE WHEN b.key IS NULL THEN o.name END FROM back b FULL JOIN off o ON o.key = b.key $$;
-- As before (migration 124); and what a batch, or the payout, comes to without the payment can have what a bank charges on top, as long as that is less than the payment.
CREATE OR REPLACE FUNCTION may_have_paid(of_line text) RETURNS TABLE (name text, cents bigint, statement text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(e.key, ''), COALESCE(left_of(e.key), e.amount), e.statement FROM statement_entry e JOIN statement s ON s.key = e.statement JOIN payout_line l ON l.end_to_end_id = of_line
    WHERE tenant() IS NULL AND e.direction = 'debit' AND (e.key IS NULL AND s.state = 'held' AND e.amount >= l.cents OR e.key IS NOT NULL AND e.kind IN ('payout', 'unknown') AND e.payout IS NULL AND e.receipt IS NULL AND left_of(e.key) >= l.cents
        AND NOT (e.batch IN (l.payout || '/' || l.kind, l.payout) AND NOT EXISTS (SELECT FROM payout_line o WHERE o.end_to_end_id = e.end_to_end)
            AND left_of(e.key) - (SELECT p.cents FROM payment_of(CASE WHEN e.batch = l.payout THEN l.payout || '/all' ELSE e.batch END) p) + l.cents BETWEEN 0 AND least(2500, l.cents - 1)))
    ORDER BY 1, 3 $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION payout_debited(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payout_debited(text) TO dunning_app;
