-- A debit that waits and names nothing can be a second one of any payment of its account: what comes back of a payment waits with it (docs/decisions/0095). No row is changed.

-- +goose Up
-- +goose StatementBegin
-- As before (migration 129); and one that names nothing is of the payout whose money came off it, as a person said.
CREATE OR REPLACE FUNCTION debits_waiting(of_lines text[]) RETURNS TABLE (keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH waits AS (SELECT e.*, s.position, o.end_to_end_id AS line, CASE WHEN o.end_to_end_id IS NULL AND EXISTS (SELECT FROM payout p WHERE p.id = split_part(e.batch, '/', 1)) THEN e.batch END AS of_batch
            FROM statement_entry e JOIN statement s ON s.key = e.statement LEFT JOIN payout_line o ON o.end_to_end_id = e.end_to_end
            WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.direction = 'debit' AND e.kind IN ('payout', 'unknown')),
        named AS (SELECT w.*, COALESCE(w.line, w.of_batch, w.key) AS payment FROM waits w WHERE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = ANY (of_lines)
            AND CASE WHEN w.line IS NOT NULL THEN w.line = l.end_to_end_id WHEN w.of_batch IS NOT NULL THEN w.of_batch IN (l.payout || '/' || l.kind, l.payout)
                ELSE w.iban = l.iban AND w.amount = l.cents AND NOT EXISTS (SELECT FROM payout_line o WHERE o.iban = w.iban AND o.cents = w.amount AND payout_follows(payout_status(o.end_to_end_id), 'booked'))
                    OR EXISTS (SELECT FROM statement_entry c WHERE c.against = w.key AND COALESCE(payout_of(COALESCE(c.returned_line, c.end_to_end)), split_part(COALESCE(c.returned_name, c.batch), '/', 1)) = l.payout) END))
    SELECT array_agg(n.key ORDER BY n.part), sum(n.amount)::bigint, sum(left_of(n.key))::bigint, min(n.booked_on), min(n.value_on), COALESCE(min(n.line), ''), COALESCE(min(n.of_batch), ''),
        ARRAY(SELECT COALESCE(c.returned_line, c.end_to_end) FROM statement_entry c WHERE c.against = ANY (array_agg(n.key)))
    FROM named n GROUP BY n.statement, n.position, n.entry, n.payment ORDER BY min(n.booked_on), n.position, n.entry, min(n.key) $$;
-- The debits that wait on the account that pays some lines of a payout, name nothing, and can be of these all the same: not those of debits_waiting, nor one that can be the first of a payment under way, of its account and amount, when that is
-- no account of these lines. As debits_waiting tells them.
CREATE FUNCTION debits_nameless(of_lines text[]) RETURNS TABLE (keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (SELECT l.iban, p.account FROM payout_line l JOIN payout p ON p.id = l.payout WHERE l.end_to_end_id = ANY (of_lines))
    SELECT ARRAY[e.key], e.amount, left_of(e.key), e.booked_on, e.value_on, '', '', ARRAY(SELECT COALESCE(c.returned_line, c.end_to_end) FROM statement_entry c WHERE c.against = e.key)
    FROM statement_entry e JOIN statement s ON s.key = e.statement
    WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.direction = 'debit' AND e.kind IN ('payout', 'unknown') AND s.account IN (SELECT account FROM asked) AND named_by(e.key) = '{}'
        AND NOT EXISTS (SELECT FROM debits_waiting(of_lines) d WHERE e.key = ANY (d.keys))
        AND NOT EXISTS (SELECT FROM payout_line l WHERE l.iban = e.iban AND l.cents = e.amount AND payout_follows(payout_status(l.end_to_end_id), 'booked') AND l.iban NOT IN (SELECT iban FROM asked))
    ORDER BY e.booked_on, s.position, e.entry, e.key $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION debits_nameless(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION debits_nameless(text[]) TO dunning_app;
