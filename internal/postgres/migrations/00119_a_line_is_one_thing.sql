-- A line of money out that the bank does not explain is one thing, whoever says so at once, and never another than it names (docs/decisions/0080).

-- +goose Up
-- +goose StatementBegin
-- As before; and so of money out that nothing explains: what it names by an id it is of, a receipt that it takes back, or a payment or a batch of ours.
CREATE OR REPLACE FUNCTION named_by(of_entry text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT c.receipt AS id, c.tx_id <> '' AND c.tx_id = r.tx_id AS surely
            FROM statement_entry r JOIN statement rs ON rs.key = r.statement JOIN statement_entry c ON c.kind = 'receipt' AND c.receipt IS NOT NULL
                AND (c.tx_id <> '' AND c.tx_id = r.tx_id OR c.end_to_end <> '' AND c.end_to_end = r.end_to_end AND (r.iban = '' OR c.iban = r.iban))
            JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account
            WHERE r.key = of_entry AND r.kind IN ('return', 'payout', 'unknown') AND r.direction = 'debit' AND c.booked_on BETWEEN r.booked_on - 400 AND r.booked_on
        UNION SELECT l.end_to_end_id, true FROM statement_entry r JOIN payout_line l ON l.end_to_end_id = r.end_to_end WHERE r.key = of_entry AND r.kind IN ('payout-returned', 'payout', 'unknown')
        UNION SELECT r.batch, true FROM statement_entry r JOIN payout p ON p.id = split_part(r.batch, '/', 1) WHERE r.key = of_entry AND r.kind IN ('payout', 'unknown')
            AND NOT EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = r.end_to_end))
    SELECT COALESCE(array_agg(DISTINCT id ORDER BY id), '{}') FROM named WHERE surely = (SELECT bool_or(surely) FROM named) $$;
-- As before; and so of money out that nothing explains, of a receipt.
CREATE OR REPLACE FUNCTION charge_of(of_entry text, of_original text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN d.charge = 0 THEN 0
        WHEN d.charge < 0 OR NOT (n.named = '{}' OR of_original = ANY (n.named)) THEN NULL
        WHEN return_charges(e.key, of_original, d.charge) >= 2 THEN d.charge
        WHEN e.instructed = o.amount AND d.charge <= 2500 AND (NOT e.derived AND e.batch = '' OR n.named = ARRAY[of_original])
            AND NOT EXISTS (SELECT FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry AND p.part <> e.part) THEN d.charge END
    FROM statement_entry e
    CROSS JOIN LATERAL (SELECT r.amount FROM receipt r WHERE e.kind IN ('return', 'payout', 'unknown') AND e.direction = 'debit' AND r.key = of_original AND r.part_of IS NULL
        UNION ALL SELECT l.cents FROM payout_line l WHERE e.kind = 'payout-returned' AND l.end_to_end_id = of_original) o
    CROSS JOIN LATERAL (SELECT CASE e.direction WHEN 'debit' THEN e.amount - o.amount ELSE o.amount - e.amount END AS charge) d
    CROSS JOIN LATERAL (SELECT CASE WHEN d.charge > 0 THEN named_by(e.key) END AS named) n
    WHERE e.key = of_entry $$;
-- Whether money out that nothing explains can be what the bank charged: it names nothing, or it is of at most 25.00, and of less than each payment that it names, beside which the bank tells its charge.
CREATE FUNCTION chargeable(of_entry text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.direction = 'debit' AND NOT EXISTS (SELECT FROM unnest(named_by(e.key)) AS n (id) WHERE e.amount > 2500
        OR e.amount >= COALESCE((SELECT r.amount FROM receipt r WHERE r.key = n.id), (SELECT l.cents FROM payout_line l WHERE l.end_to_end_id = n.id), 0))
    FROM statement_entry e WHERE e.key = of_entry AND tenant() IS NULL $$;
-- What a line may become: money out that nothing explains a fee, when two persons say so, or a return, when one does, of a receipt that a statement brought; and a return is of a receipt that it fits. What is one of these stays it.
CREATE FUNCTION line_becomes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text; open boolean := OLD.kind IN ('payout', 'unknown') AND OLD.direction = 'debit'; named text[] := named_by(OLD.key);
BEGIN
    SELECT CASE WHEN NEW.kind = 'fee' THEN CASE WHEN open AND return_charges(OLD.key, OLD.key, OLD.amount) >= 2 AND chargeable(OLD.key) THEN NULL ELSE 'what the bank charged, by two persons' END
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
CREATE TRIGGER statement_entry_becomes BEFORE UPDATE ON statement_entry FOR EACH ROW
    WHEN (NEW.kind <> OLD.kind AND (OLD.kind IN ('payout', 'unknown', 'return', 'fee') OR NEW.kind IN ('return', 'fee')) OR NEW.kind = 'return' AND NEW.receipt IS DISTINCT FROM OLD.receipt) EXECUTE FUNCTION line_becomes();
-- Of lines of now on: a part of another kind was booked with the rest of its entry as of a payout before.
ALTER TABLE statement_entry ADD CONSTRAINT statement_entry_is CHECK ((receipt IS NULL OR kind IN ('receipt', 'return')) AND (payout IS NULL OR kind IN ('payout', 'payout-returned', 'unknown'))) NOT VALID;
REVOKE ALL ON FUNCTION chargeable(text), line_becomes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chargeable(text) TO dunning_app;
