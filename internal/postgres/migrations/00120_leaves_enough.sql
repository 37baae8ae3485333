-- Every payout leaves enough for the others, and a charge of the bank that was none can be taken back (docs/decisions/0083).

-- +goose Up
-- The words on what the bank charged by a line are in turns, as of a loss: odd when it did, even when it did not and the line waits again.
ALTER TABLE return_charge ADD COLUMN turn integer NOT NULL DEFAULT 1 CHECK (turn = 1 OR turn > 1 AND entry = original), DROP CONSTRAINT return_charge_pkey, ADD PRIMARY KEY (entry, original, amount, turn, approver, removals);
DROP FUNCTION bank_charges(text, text);
-- +goose StatementBegin
-- What the agency's part on the trust account stands for of others, by the books: of each client what it got and a bank took back since, beyond what it is to be paid (its next payout keeps it back), or less than nothing what it is to be
-- paid and the agency gets, since it filled the trust account up; and of each claim what went back to its debtor though a bank took it.
CREATE FUNCTION stands_for() RETURNS TABLE (client_id uuid, claim_id uuid, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.client_id, o.claim_id, o.cents FROM (
        SELECT e.client_id, NULL::uuid AS claim_id, -LEAST(-COALESCE(sum(e.cents) FILTER (WHERE e.account <> 'A130'), 0), GREATEST(0, COALESCE(sum(e.cents) FILTER (WHERE e.account = 'A130'), 0)))::bigint AS cents
            FROM entry e WHERE e.account IN ('S200', 'S190', 'A130') AND e.client_id IS NOT NULL GROUP BY e.client_id
        UNION ALL SELECT e.client_id, e.claim_id, GREATEST(0, sum(e.cents))::bigint FROM entry e WHERE e.account = 'S220' AND e.claim_id IS NOT NULL GROUP BY e.client_id, e.claim_id) o
    WHERE tenant() IS NULL AND o.cents <> 0 ORDER BY 1, 2 NULLS FIRST $$;
-- As before, of one turn.
CREATE FUNCTION return_charges(of_entry text, of_original text, of_amount bigint, of_turn integer) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH word AS (SELECT lower(c.approver) AS who, COALESCE(c.kept_at, c.at) AS at, COALESCE(r.removals[c.removals + 1], 'infinity') AS until
        FROM return_charge c JOIN approver r ON r.name = c.approver WHERE c.entry = of_entry AND c.original = of_original AND c.amount = of_amount AND c.turn = of_turn)
    SELECT COALESCE(max((SELECT count(DISTINCT w.who) FROM word w WHERE w.at <= m.at AND w.until > m.at)), 0) FROM (SELECT at FROM word UNION ALL SELECT clock_timestamp()) m $$;
-- How many turns two persons said.
CREATE FUNCTION charge_turns(of_entry text, of_original text, of_amount bigint) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(max(t.turn), 0) FROM (SELECT DISTINCT c.turn FROM return_charge c WHERE c.entry = of_entry AND c.original = of_original AND c.amount = of_amount) t WHERE return_charges(of_entry, of_original, of_amount, t.turn) >= 2 $$;
-- As before, of the turn that stands, or is to be said next.
CREATE OR REPLACE FUNCTION return_charges(of_entry text, of_original text, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT return_charges(of_entry, of_original, of_amount, t.turns + 1 - t.turns % 2) FROM (SELECT charge_turns(of_entry, of_original, of_amount) AS turns) t $$;
-- As before; and the turn, which names the journals: of what was said to be none the next, whatever it is then.
CREATE FUNCTION bank_charges(of_statement text, of_entry text) RETURNS TABLE (key text, value_on date, charged bigint, turn integer) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.key, c.value_on, c.charged, c.turns + 1 - c.turns % 2 FROM (SELECT e.key, e.value_on, charged_by(e.key) AS charged, charge_turns(e.key, e.key, e.amount) AS turns FROM statement_entry e
        WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.kind IN ('fee', 'return', 'payout-returned') AND of_statement IN ('', e.statement) AND of_entry IN ('', e.key)) c
    WHERE c.charged <> 0 ORDER BY c.key $$;
-- Whether a journal takes back what two persons said that the bank charged by a line, and two say that it did not.
CREATE FUNCTION charge_is_undone(of_journal bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM journal j JOIN journal o ON o.id = j.reverses JOIN statement_entry e ON e.key = substring(o.key FROM '^bank-charge:([^~]*)')
        CROSS JOIN LATERAL (SELECT substring(j.key FROM '~([0-9]+)$')::integer AS turn) t
        WHERE j.id = of_journal AND j.key = 'bank-charge:' || e.key || '~' || t.turn AND t.turn % 2 = 0 AND return_charges(e.key, e.key, e.amount, t.turn) >= 2) $$;
-- As before; and a charge that was none has its reversal beside it.
CREATE OR REPLACE FUNCTION journal_adds_up(of_journal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT CASE WHEN count(e.line) < 2 THEN 'has fewer than two lines'
                WHEN sum(e.cents) <> 0 THEN 'does not add up to nothing'
                WHEN NOT bool_and(left(e.account, 1) = j.book) THEN 'has an account of another book'
                WHEN NOT bool_and(e.client_id IS NOT DISTINCT FROM j.client_id) THEN 'has a line of another client'
                WHEN j.reverses IS NOT NULL AND EXISTS (SELECT FROM entry o WHERE o.journal_id IN (j.id, j.reverses) GROUP BY o.account, o.claim_id HAVING sum(o.cents) <> 0)
                    THEN 'does not take back what it reverses'
                WHEN j.kind = 'loss' AND NOT loss_is_approved(j.id) THEN 'is of another loss than two persons approved'
                WHEN j.kind NOT IN ('loss', 'bank-charged') AND bool_or(e.account = 'A500') THEN 'is of costs or of a loss, and is called ' || j.kind
                WHEN j.kind = 'bank-charged' AND NOT bool_and(e.account IN ('S100', 'S210', 'A100', 'A110', 'A500')) THEN 'is of more than the bank charged'
                WHEN j.kind = 'bank-charged' AND j.reverses IS NOT NULL AND NOT charge_is_undone(j.id) THEN 'takes back a charge that two persons did not say was none'
                WHEN j.kind = 'bank-charged' AND j.reverses IS NULL AND bool_or(e.account IN ('S100', 'S210', 'A110')) AND COALESCE(sum(e.cents) FILTER (WHERE e.account IN ('S210', 'A500')), 0) IS DISTINCT FROM charged_by(substring(j.key FROM '^bank-charge:([^~]*)'))
                    THEN 'is of another charge than the bank told, or two persons'
                WHEN bool_or(e.account = 'S220' AND e.claim_id IS NULL) AND NOT bool_and(e.account = 'S220' OR (j.kind, e.account) IN (VALUES ('refunded', 'S230'), ('taken-back', 'S100'),
                        ('payout-submitted', 'S240'), ('payout-rejected', 'S240'), ('payout-returned', 'S100'), ('loss', 'S210')))
                    THEN 'moves what is to be paid back of no claim, and is called ' || j.kind END
    INTO bad FROM journal j LEFT JOIN entry e ON e.journal_id = j.id WHERE j.id = of_journal GROUP BY j.id;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- As before.
CREATE OR REPLACE FUNCTION journals_of_nothing() RETURNS TABLE (book text, key text, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.book, j.key, (SELECT sum(abs(e.cents)) / 2 FROM entry e WHERE e.journal_id = j.id)::bigint FROM journal j
    WHERE j.client_id IS NULL AND NOT CASE
        WHEN j.kind = 'received' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)$'))
        WHEN j.kind = 'taken-back' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/taken-back$'))
        WHEN j.kind IN ('own-money', 'topped-up') THEN j.reverses IS NOT NULL OR EXISTS (SELECT FROM journal b WHERE b.reverses = j.id)
            OR EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/own(~[0-9]+)?$') AND r.gone = 'own')
        WHEN j.kind = 'refunded' THEN EXISTS (SELECT FROM refund f WHERE f.key = substring(j.key FROM '^refund:(.*)$'))
        WHEN j.kind = 'loss' THEN EXISTS (SELECT FROM loss_approval a WHERE a.refund = substring(j.key FROM '^loss:[0-9]+:(.*)$'))
        WHEN j.kind = 'bank-charged' THEN EXISTS (SELECT FROM statement_entry s WHERE s.key = substring(j.key FROM '^bank-charge:([^~]*)'))
        ELSE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = substring(j.key FROM '^payout:([^/]*)')) END ORDER BY j.id $$;
-- The payments, batches of several, and payouts of several batches, that are on their way to the bank and of an amount.
CREATE FUNCTION under_way(of_amount bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS (SELECT l.payout, l.kind, l.end_to_end_id AS id, l.cents FROM payout_line l WHERE payout_status(l.end_to_end_id) IN ('sent', 'accepted'))
    SELECT COALESCE(array_agg(o.id ORDER BY o.id), '{}') FROM (SELECT id FROM line WHERE cents = of_amount
        UNION ALL SELECT payout || '/' || kind FROM line GROUP BY payout, kind HAVING count(*) > 1 AND sum(cents) = of_amount
        UNION ALL SELECT payout || '/all' FROM line GROUP BY payout HAVING count(DISTINCT kind) > 1 AND sum(cents) = of_amount) o WHERE tenant() IS NULL $$;
-- As before; and while a payment of ours of its amount is on its way to the bank, it can be that one.
CREATE OR REPLACE FUNCTION chargeable(of_entry text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.direction = 'debit' AND under_way(e.amount) = '{}' AND NOT EXISTS (SELECT FROM unnest(named_by(e.key)) AS n (id) WHERE e.amount > 2500
        OR e.amount >= COALESCE((SELECT r.amount FROM receipt r WHERE r.key = n.id), (SELECT l.cents FROM payout_line l WHERE l.end_to_end_id = n.id), 0))
    FROM statement_entry e WHERE e.key = of_entry AND tenant() IS NULL $$;
-- As before; and what two persons called a charge waits again when two say that it was none.
CREATE OR REPLACE FUNCTION line_becomes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text; open boolean := OLD.kind IN ('payout', 'unknown') AND OLD.direction = 'debit'; named text[] := named_by(OLD.key);
BEGIN
    SELECT CASE WHEN NEW.kind = 'fee' THEN CASE WHEN open AND return_charges(OLD.key, OLD.key, OLD.amount) >= 2 AND chargeable(OLD.key) THEN NULL ELSE 'what the bank charged, by two persons' END
                WHEN OLD.kind = 'fee' AND NEW.kind = 'unknown' AND NEW.receipt IS NULL AND charge_turns(OLD.key, OLD.key, OLD.amount) > 0 AND charge_turns(OLD.key, OLD.key, OLD.amount) % 2 = 0 THEN NULL
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
-- +goose StatementEnd
REVOKE ALL ON FUNCTION stands_for(), return_charges(text, text, bigint, integer), charge_turns(text, text, bigint), bank_charges(text, text), charge_is_undone(bigint), under_way(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stands_for(), return_charges(text, text, bigint, integer), charge_turns(text, text, bigint), bank_charges(text, text), under_way(bigint) TO dunning_app;
