-- Money that came back comes off a debit of ours that waits, so that neither is booked for what it is not (docs/decisions/0088); and two persons can say of one payment that the bank refused it (docs/decisions/0089). No row is changed.

-- +goose Up
ALTER TABLE statement_entry
    ADD COLUMN against       text REFERENCES statement_entry (key), -- the debit, by its first line, that money that came back comes off
    ADD COLUMN returned_name text,                                  -- the batch, or the payout, that the words of what came back name
    ADD CONSTRAINT statement_entry_against CHECK (against IS NULL OR direction = 'credit' AND kind = 'payout-returned' AND key IS NOT NULL);
CREATE INDEX statement_entry_against ON statement_entry (against) WHERE against IS NOT NULL;
GRANT UPDATE (against, returned_name) ON statement_entry TO dunning_app;
-- Who says that the bank refused one payment, without a report of it.
CREATE TABLE payout_refusal (
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    approver      text NOT NULL REFERENCES approver (name),
    reason        text NOT NULL CHECK (btrim(reason) <> ''), -- what the bank said, and who there
    at            timestamptz NOT NULL,
    removals      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (end_to_end_id, approver, removals)
);
ALTER TABLE payout_refusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_refusal FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON payout_refusal FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON payout_refusal TO dunning_app USING (tenant() IS NULL OR agencys_alone()) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER payout_refusal_append_only BEFORE UPDATE OR DELETE ON payout_refusal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_refusal_no_truncate BEFORE TRUNCATE ON payout_refusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_refusal_approver_may BEFORE INSERT ON payout_refusal FOR EACH ROW EXECUTE FUNCTION approver_may();
GRANT SELECT, INSERT ON payout_refusal TO dunning_app;

DROP FUNCTION payouts_back(text);
-- +goose StatementBegin
-- What is left of an entry, in cents: its amount, less what came back of it.
CREATE FUNCTION left_of(of_entry text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.amount - COALESCE((SELECT sum(c.amount) FROM statement_entry c WHERE c.against = e.key), 0)::bigint FROM statement_entry e WHERE e.key = of_entry $$;
-- The debits that wait and are of some lines of a payout: by the end-to-end id, else by the batch or the payout, else by account and amount, when no payment of those is under way of which it can be the first. Those of one entry without our ids are one, as a batch that the bank tells by its payments. In cents
-- what it was of and what is left, and the lines that what came back of it names.
CREATE FUNCTION debits_waiting(of_lines text[]) RETURNS TABLE (keys text[], cents bigint, still bigint, booked_on date, value_on date, end_to_end text, batch text, back text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH waits AS (SELECT e.*, o.end_to_end_id AS line, CASE WHEN o.end_to_end_id IS NULL AND EXISTS (SELECT FROM payout p WHERE p.id = split_part(e.batch, '/', 1)) THEN e.batch END AS of_batch
            FROM statement_entry e LEFT JOIN payout_line o ON o.end_to_end_id = e.end_to_end
            WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.direction = 'debit' AND e.kind IN ('payout', 'unknown')),
        named AS (SELECT w.*, COALESCE(w.line, w.of_batch, w.key) AS payment FROM waits w WHERE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = ANY (of_lines)
            AND CASE WHEN w.line IS NOT NULL THEN w.line = l.end_to_end_id WHEN w.of_batch IS NOT NULL THEN w.of_batch IN (l.payout || '/' || l.kind, l.payout) ELSE w.iban = l.iban AND w.amount = l.cents AND NOT EXISTS (SELECT FROM payout_line o WHERE o.iban = w.iban AND o.cents = w.amount AND payout_follows(payout_status(o.end_to_end_id), 'booked')) END))
    SELECT array_agg(n.key ORDER BY n.part), sum(n.amount)::bigint, sum(left_of(n.key))::bigint, min(n.booked_on), min(n.value_on), COALESCE(min(n.line), ''), COALESCE(min(n.of_batch), ''),
        ARRAY(SELECT COALESCE(c.returned_line, c.end_to_end) FROM statement_entry c WHERE c.against = ANY (array_agg(n.key)))
    FROM named n GROUP BY n.statement, n.entry, n.payment ORDER BY min(n.booked_on), min(n.key) $$;
-- As before; and money in that names a payment, a batch or a payout of which a debit of as much or more waits: the bank brings that back.
CREATE FUNCTION payouts_back(of_statement text) RETURNS TABLE (key text, line text, name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
        ORDER BY n.key, n.id = l.end_to_end_id DESC NULLS LAST, n.turn)
    SELECT COALESCE(b.key, o.key), COALESCE(b.line, o.line), CASE WHEN b.key IS NULL THEN o.name END FROM back b FULL JOIN off o ON o.key = b.key $$;
-- As before; and money that the bank took back itself can be a debit of ours that waits, of which as much is left: a person says so.
CREATE OR REPLACE FUNCTION credits_of_others(of_statement text) RETURNS TABLE (key text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.key FROM statement_entry e WHERE e.statement = of_statement AND e.key IS NOT NULL AND e.kind = 'payout-returned' AND e.direction = 'credit' AND e.receipt IS NULL AND e.payout IS NULL AND e.returned_name IS NULL
        AND NOT EXISTS (SELECT FROM payout p WHERE p.id = split_part(e.batch, '/', 1))
        AND NOT EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id IN (e.end_to_end, e.returned_line, substring(e.structured || ' ' || e.remittance FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+'))
            OR (l.iban = e.iban AND l.cents >= e.amount OR e.iban = '' AND l.cents = e.amount) AND payout_status(l.end_to_end_id) IN ('sent', 'accepted', 'booked'))
        AND NOT EXISTS (SELECT FROM statement_entry d WHERE d.key IS NOT NULL AND d.receipt IS NULL AND d.payout IS NULL AND d.direction = 'debit' AND d.kind IN ('payout', 'unknown') AND d.booked_on <= e.booked_on AND left_of(d.key) = e.amount
            AND (EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = d.end_to_end) OR EXISTS (SELECT FROM payout p WHERE p.id = split_part(d.batch, '/', 1)))) $$;
-- As before, of what is left of money out.
CREATE OR REPLACE FUNCTION charge_of(of_entry text, of_original text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN d.charge = 0 THEN 0
        WHEN d.charge < 0 OR NOT (n.named = '{}' OR of_original = ANY (n.named)) THEN NULL
        WHEN return_charges(e.key, of_original, d.charge) >= 2 THEN d.charge
        WHEN e.instructed = o.amount AND d.charge <= 2500 AND (NOT e.derived AND e.batch = '' OR n.named = ARRAY[of_original])
            AND NOT EXISTS (SELECT FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry AND p.part <> e.part) THEN d.charge END
    FROM statement_entry e
    CROSS JOIN LATERAL (SELECT r.amount FROM receipt r WHERE e.kind IN ('return', 'payout', 'unknown') AND e.direction = 'debit' AND r.key = of_original AND r.part_of IS NULL
        UNION ALL SELECT l.cents FROM payout_line l WHERE e.kind = 'payout-returned' AND l.end_to_end_id = of_original) o
    CROSS JOIN LATERAL (SELECT CASE e.direction WHEN 'debit' THEN left_of(e.key) - o.amount ELSE o.amount - e.amount END AS charge) d
    CROSS JOIN LATERAL (SELECT CASE WHEN d.charge > 0 THEN named_by(e.key) END AS named) n
    WHERE e.key = of_entry $$;
CREATE OR REPLACE FUNCTION debit_charge(of_entry text, of_payment text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN d.charge = 0 THEN 0
        WHEN d.charge NOT BETWEEN 1 AND 2500 OR NOT n.named <@ p.names THEN NULL
        WHEN return_charges(e.key, of_payment, d.charge) >= 2 THEN d.charge
        WHEN e.instructed = p.cents AND (NOT e.derived AND e.batch = '' OR n.named <> '{}')
            AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.statement = e.statement AND o.entry = e.entry AND o.part <> e.part) THEN d.charge END
    FROM statement_entry e CROSS JOIN LATERAL payment_of(of_payment) p
    CROSS JOIN LATERAL (SELECT left_of(e.key) - p.cents AS charge) d
    CROSS JOIN LATERAL (SELECT named_by(e.key) AS named) n
    WHERE e.key = of_entry AND e.kind IN ('payout', 'unknown') AND e.direction = 'debit' $$;
CREATE OR REPLACE FUNCTION charged_by(of_entry text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(CASE WHEN e.kind = 'fee' THEN CASE e.direction WHEN 'debit' THEN left_of(e.key) ELSE -e.amount END
        WHEN e.direction = 'debit' AND e.payout IS NOT NULL THEN debit_charge(e.key, payment_debited(e.evidence))
        ELSE charge_of(e.key, COALESCE(e.receipt, (SELECT min(p.end_to_end_id) FROM payout_step p WHERE p.status = 'returned' AND p.evidence = e.evidence HAVING count(*) = 1))) END, 0)
    FROM statement_entry e WHERE e.key = of_entry $$;
CREATE OR REPLACE FUNCTION bank_charges(of_statement text, of_entry text) RETURNS TABLE (key text, value_on date, charged bigint, turn integer) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.key, c.value_on, c.charged, c.turns + 1 - c.turns % 2 FROM (SELECT e.key, e.value_on, charged_by(e.key) AS charged, charge_turns(e.key, e.key, left_of(e.key)) AS turns FROM statement_entry e
        WHERE tenant() IS NULL AND e.key IS NOT NULL AND (e.kind IN ('fee', 'return', 'payout-returned') OR e.direction = 'debit' AND e.payout IS NOT NULL)
            AND of_statement IN ('', e.statement) AND of_entry IN ('', e.key)) c
    WHERE c.charged <> 0 ORDER BY c.key $$;
CREATE OR REPLACE FUNCTION charge_is_undone(of_journal bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM journal j JOIN journal o ON o.id = j.reverses JOIN statement_entry e ON e.key = substring(o.key FROM '^bank-charge:([^~]*)')
        CROSS JOIN LATERAL (SELECT substring(j.key FROM '~([0-9]+)$')::integer AS turn) t
        WHERE j.id = of_journal AND j.key = 'bank-charge:' || e.key || '~' || t.turn AND t.turn % 2 = 0 AND return_charges(e.key, e.key, left_of(e.key), t.turn) >= 2) $$;
-- As before, of what is left; and what is left of a debit of payments that the bank booked otherwise, or refused, can be a charge, of a batch too.
CREATE OR REPLACE FUNCTION chargeable(of_entry text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.direction = 'debit' AND under_way(r.cents) = '{}' AND NOT EXISTS (SELECT FROM unnest(named_by(e.key)) AS n (id) WHERE r.cents > 2500
        OR r.cents >= COALESCE((SELECT r.amount FROM receipt r WHERE r.key = n.id), (SELECT l.cents FROM payout_line l WHERE l.end_to_end_id = n.id),
            CASE WHEN NOT EXISTS (SELECT FROM payout_line l WHERE n.id IN (l.payout || '/' || l.kind, l.payout) AND payout_status(l.end_to_end_id) IN ('sent', 'accepted')) AND r.cents < e.amount THEN e.amount END, 0))
    FROM statement_entry e CROSS JOIN LATERAL (SELECT left_of(e.key) AS cents) r WHERE e.key = of_entry AND tenant() IS NULL $$;
CREATE OR REPLACE FUNCTION line_becomes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text; open boolean := OLD.kind IN ('payout', 'unknown') AND OLD.direction = 'debit'; named text[] := named_by(OLD.key); cents bigint := left_of(OLD.key);
BEGIN
    SELECT CASE WHEN NEW.kind = 'fee' THEN CASE WHEN open AND return_charges(OLD.key, OLD.key, cents) >= 2 AND chargeable(OLD.key) THEN NULL ELSE 'what the bank charged, by two persons' END
                WHEN OLD.kind = 'fee' AND NEW.kind = 'unknown' AND NEW.receipt IS NULL AND charge_turns(OLD.key, OLD.key, cents) > 0 AND charge_turns(OLD.key, OLD.key, cents) % 2 = 0 THEN NULL
                WHEN NEW.kind <> 'return' THEN 'a ' || NEW.kind
                WHEN charge_of(OLD.key, NEW.receipt) IS NULL OR NOT (named = '{}' OR NEW.receipt = ANY (named)) THEN 'what takes receipt ' || COALESCE(NEW.receipt, 'none') || ' back'
                WHEN OLD.kind = 'return' THEN NULL
                WHEN NOT open OR NEW.tied_by IS NULL OR NOT EXISTS (SELECT FROM statement_entry c WHERE c.kind = 'receipt' AND c.receipt = NEW.receipt) THEN 'a return, by one person of a receipt that a statement brought' END
    INTO bad;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'entry % is a %: it cannot become %', OLD.key, OLD.kind, bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- As before; and of a batch, or a payout, of which not all is under way, that is not refused, the lines that are, apart by spaces: nobody can say that a debit is of the whole.
CREATE OR REPLACE FUNCTION under_way(of_amount bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS (SELECT l.payout, l.kind, l.nr, l.end_to_end_id AS id, l.cents, payout_status(l.end_to_end_id) AS status FROM payout_line l),
        sent AS (SELECT * FROM line WHERE status IN ('sent', 'accepted')),
        batch AS (SELECT payout, kind AS name, sum(cents) AS cents, count(*) AS parts, string_agg(id, ' ' ORDER BY nr) AS ids FROM sent GROUP BY payout, kind
            UNION ALL SELECT payout, 'all', sum(cents), count(DISTINCT kind), string_agg(id, ' ' ORDER BY nr) FROM sent GROUP BY payout)
    SELECT COALESCE(array_agg(o.id ORDER BY o.id), '{}') FROM (SELECT id FROM sent WHERE cents = of_amount
        UNION ALL SELECT CASE WHEN EXISTS (SELECT FROM line l WHERE l.payout = b.payout AND b.name IN (l.kind, 'all') AND l.status NOT IN ('sent', 'accepted', 'rejected')) THEN b.ids ELSE b.payout || '/' || b.name END
            FROM batch b WHERE b.parts > 1 AND b.cents = of_amount) o WHERE tenant() IS NULL $$;
-- How many persons who may do so now say that the bank refused a payment.
CREATE FUNCTION payout_refusals(of_line text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(v.approver)) FROM payout_refusal v WHERE v.end_to_end_id = of_line AND word_counts(v.approver, v.removals) $$;
-- As before; and the bank refused one without a report when two persons say so.
CREATE OR REPLACE FUNCTION payout_step_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE l payout_line;
BEGIN
    SELECT * INTO l FROM payout_line x WHERE x.end_to_end_id = NEW.end_to_end_id AND x.client_id IS NOT DISTINCT FROM NEW.client_id;
    PERFORM pg_advisory_xact_lock(hashtextextended('payout/' || l.payout, 0));
    IF l.payout IS NULL OR NOT payout_follows(COALESCE(payout_status(NEW.end_to_end_id), ''), NEW.status) THEN
        RAISE EXCEPTION 'payout line % cannot become %', NEW.end_to_end_id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status IN ('approved', 'sent') AND payout_approvals(l.payout) < 2 THEN
        RAISE EXCEPTION 'payout % is not approved by two persons', l.payout USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'lost' AND payout_losses(l.payout) < 2 THEN
        RAISE EXCEPTION 'payout % is not told to be lost by two persons', l.payout USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'rejected' AND NEW.evidence = 'two persons' AND payout_refusals(l.end_to_end_id) < 2 THEN
        RAISE EXCEPTION 'payout line % is not told to be refused by two persons', l.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'sent' AND NOT (EXISTS (SELECT FROM payout_file f WHERE f.payout = l.payout)
         AND EXISTS (SELECT FROM journal j JOIN entry e ON e.journal_id = j.id AND e.account = 'S240' AND e.cents = -l.cents
                     WHERE j.book = 'S' AND j.key = 'payout:' || l.end_to_end_id AND j.client_id IS NOT DISTINCT FROM l.client_id)) THEN
        RAISE EXCEPTION 'payout line % has no file, or does not stand in the books', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- What statements tell that can be a payment of ours: each debit that waits, or of a statement that is held, with what is left of it, unless it is what a batch or a payout comes to that it names, without that payment.
CREATE FUNCTION may_have_paid(of_line text) RETURNS TABLE (name text, cents bigint, statement text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(e.key, ''), COALESCE(left_of(e.key), e.amount), e.statement FROM statement_entry e JOIN statement s ON s.key = e.statement JOIN payout_line l ON l.end_to_end_id = of_line
    WHERE tenant() IS NULL AND e.direction = 'debit' AND (e.key IS NULL AND s.state = 'held' AND e.amount >= l.cents OR e.key IS NOT NULL AND e.kind IN ('payout', 'unknown') AND e.payout IS NULL AND e.receipt IS NULL AND left_of(e.key) >= l.cents
        AND NOT (e.batch IN (l.payout || '/' || l.kind, l.payout) AND NOT EXISTS (SELECT FROM payout_line o WHERE o.end_to_end_id = e.end_to_end)
            AND left_of(e.key) = (SELECT p.cents FROM payment_of(CASE WHEN e.batch = l.payout THEN l.payout || '/all' ELSE e.batch END) p) - l.cents))
    ORDER BY 1, 3 $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION left_of(text), debits_waiting(text[]), payouts_back(text), payout_refusals(text), may_have_paid(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION left_of(text), debits_waiting(text[]), payouts_back(text), payout_refusals(text), may_have_paid(text) TO dunning_app;
