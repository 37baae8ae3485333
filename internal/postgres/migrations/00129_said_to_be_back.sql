-- A person says of money that came back whether it brought a payment itself back, or is of a debit of ours that waits (docs/decisions/0088). No row is changed.

-- +goose Up
ALTER TABLE statement_entry
    ADD COLUMN said_by text, -- who said last what money that came back is of (returned_line, returned_name), of its own, or of the debit that it is against; NULL: its own words do
    ADD COLUMN said_at timestamptz,
    ADD CONSTRAINT statement_entry_said CHECK ((said_by IS NULL) = (said_at IS NULL) AND (said_by IS NULL OR direction = 'credit' AND key IS NOT NULL AND num_nonnulls(returned_line, returned_name) = 1));
GRANT UPDATE (said_by, said_at) ON statement_entry TO dunning_app;
-- +goose StatementBegin
-- Whether a debit that the bank should not have made, and what it brought back of it, are known together under a key: nothing moved in the books.
CREATE FUNCTION moved_nothing(of_evidence text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenant() IS NULL AND EXISTS (SELECT FROM statement_entry d WHERE d.key = of_evidence AND d.direction = 'debit' AND d.kind IN ('payout', 'unknown')) AND NOT EXISTS (SELECT FROM payout_step s WHERE s.evidence = of_evidence) $$;
-- As before (migration 124), in the order in which the statements tell them: of debits of one day, too.
CREATE OR REPLACE FUNCTION debits_waiting(of_lines text[]) RETURNS TABLE (keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH waits AS (SELECT e.*, s.position, o.end_to_end_id AS line, CASE WHEN o.end_to_end_id IS NULL AND EXISTS (SELECT FROM payout p WHERE p.id = split_part(e.batch, '/', 1)) THEN e.batch END AS of_batch
            FROM statement_entry e JOIN statement s ON s.key = e.statement LEFT JOIN payout_line o ON o.end_to_end_id = e.end_to_end
            WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.direction = 'debit' AND e.kind IN ('payout', 'unknown')),
        named AS (SELECT w.*, COALESCE(w.line, w.of_batch, w.key) AS payment FROM waits w WHERE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = ANY (of_lines)
            AND CASE WHEN w.line IS NOT NULL THEN w.line = l.end_to_end_id WHEN w.of_batch IS NOT NULL THEN w.of_batch IN (l.payout || '/' || l.kind, l.payout) ELSE w.iban = l.iban AND w.amount = l.cents AND NOT EXISTS (SELECT FROM payout_line o WHERE o.iban = w.iban AND o.cents = w.amount AND payout_follows(payout_status(o.end_to_end_id), 'booked')) END))
    SELECT array_agg(n.key ORDER BY n.part), sum(n.amount)::bigint, sum(left_of(n.key))::bigint, min(n.booked_on), min(n.value_on), COALESCE(min(n.line), ''), COALESCE(min(n.of_batch), ''),
        ARRAY(SELECT COALESCE(c.returned_line, c.end_to_end) FROM statement_entry c WHERE c.against = ANY (array_agg(n.key)))
    FROM named n GROUP BY n.statement, n.position, n.entry, n.payment ORDER BY min(n.booked_on), n.position, n.entry, min(n.key) $$;
-- As before (migration 124); and what names a batch, or a payout, of which a debit came back whole: one of those that came off it can be a return, whose place this takes.
CREATE OR REPLACE FUNCTION payouts_back(of_statement text) RETURNS TABLE (key text, line text, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT e.*, x.turn, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+') AS id, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?(?:/[a-z]+)?') AS file
        FROM statement_entry e CROSS JOIN LATERAL (VALUES (1, e.end_to_end), (2, e.structured || ' ' || e.remittance), (3, e.batch)) x (turn, words)
        WHERE x.words ~ 'PO-[0-9]{8}' AND e.statement = of_statement AND e.key IS NOT NULL AND e.receipt IS NULL AND e.kind IN ('receipt', 'payout-returned') AND e.direction = 'credit'),
    back AS (SELECT DISTINCT ON (l.end_to_end_id) n.key, l.end_to_end_id AS line FROM named n JOIN payout_line l ON l.end_to_end_id = n.id AND l.cents = n.amount AND n.iban IN ('', l.iban) AND n.kind = 'receipt' AND n.turn < 3
        WHERE payout_status(l.end_to_end_id) = 'booked' OR payout_status(l.end_to_end_id) IN ('sent', 'accepted') AND EXISTS (SELECT FROM statement_entry d
            WHERE d.statement = of_statement AND d.key IS NOT NULL AND d.direction = 'debit' AND (d.end_to_end = l.end_to_end_id OR d.batch = l.payout || '/' || l.kind))
        ORDER BY l.end_to_end_id, n.entry, n.part),
    off AS (SELECT DISTINCT ON (n.key) n.key, CASE WHEN n.id = l.end_to_end_id THEN n.id END AS line, CASE WHEN n.id IS DISTINCT FROM l.end_to_end_id THEN n.file END AS name
        FROM named n JOIN payout_line l ON l.end_to_end_id = n.id OR n.file IN (l.payout || '/' || l.kind, l.payout)
        WHERE EXISTS (SELECT FROM debits_waiting(ARRAY[l.end_to_end_id]) d WHERE d.cents >= n.amount AND d.booked_on <= n.booked_on)
            OR n.id IS DISTINCT FROM l.end_to_end_id AND EXISTS (SELECT FROM statement_entry d WHERE d.payout = l.payout AND d.direction = 'debit' AND d.amount >= n.amount AND d.booked_on <= n.booked_on AND moved_nothing(d.evidence))
        ORDER BY n.key, n.id = l.end_to_end_id DESC NULLS LAST, n.turn)
    SELECT COALESCE(b.key, o.key), COALESCE(b.line, o.line), CASE WHEN b.key IS NULL THEN o.name END FROM back b FULL JOIN off o ON o.key = b.key $$;
-- As before (migration 117); but such a debit can wait again, with what came off it, when a person says that a payment itself came back by some of that.
CREATE OR REPLACE FUNCTION refuse_unbooking() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_TABLE_NAME = 'statement' THEN
        IF OLD.state NOT IN ('held', 'dropped') THEN RAISE EXCEPTION 'statement % is booked: append-only', OLD.key; END IF;
        IF OLD.state = 'dropped' AND (NEW.dropped_by, NEW.dropped_reason, NEW.dropped_at) IS DISTINCT FROM (OLD.dropped_by, OLD.dropped_reason, OLD.dropped_at)
            OR OLD.state = 'dropped' AND NEW.state <> 'dropped' AND NEW.released_by IS NULL THEN
            RAISE EXCEPTION 'statement % is set aside: only who releases it books it', OLD.key;
        END IF;
    ELSIF OLD.key IS NOT NULL AND (NEW.key IS DISTINCT FROM OLD.key OR OLD.receipt IS NOT NULL OR OLD.payout IS NOT NULL AND NOT (NEW.payout IS NULL AND moved_nothing(OLD.evidence))) THEN
        RAISE EXCEPTION 'entry % is booked: append-only', OLD.key;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION moved_nothing(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION moved_nothing(text) TO dunning_app;
