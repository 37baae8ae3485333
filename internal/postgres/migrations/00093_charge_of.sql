-- What the bank charged with a return of another amount has one definition: charge_of.

-- +goose Up
ALTER TABLE statement_entry ADD COLUMN derived boolean NOT NULL DEFAULT false; -- what was paid follows from what the bank says that it charged; it does not tell it
CREATE POLICY lookup ON statement FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
-- What an entry that brings a payment back names by an id: the line of a payout, or the receipt by the bank's own id, else by what its payer called it (several, when that is not of one alone). None: it names nothing that is known.
CREATE FUNCTION named_by(of_entry text) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT c.receipt AS id, c.tx_id <> '' AND c.tx_id = r.tx_id AS surely
            FROM statement_entry r JOIN statement rs ON rs.key = r.statement JOIN statement_entry c ON c.kind = 'receipt' AND c.receipt IS NOT NULL
                AND (c.tx_id <> '' AND c.tx_id = r.tx_id OR c.end_to_end <> '' AND c.end_to_end = r.end_to_end AND (r.iban = '' OR c.iban = r.iban))
            JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account
            WHERE r.key = of_entry AND r.kind = 'return' AND c.booked_on BETWEEN r.booked_on - 400 AND r.booked_on
        UNION SELECT l.end_to_end_id, true FROM statement_entry r JOIN payout_line l ON l.end_to_end_id = r.end_to_end WHERE r.key = of_entry AND r.kind = 'payout-returned')
    SELECT COALESCE(array_agg(DISTINCT id ORDER BY id), '{}') FROM named WHERE surely = (SELECT bool_or(surely) FROM named) $$;
-- What the bank charged, in cents, by an entry that takes a receipt, or brings a line of a payout, back: nothing, when they are of one amount; else the difference, when two persons say so, or the bank does. The bank's word is one
-- payment's alone, tells what was paid to the cent, and at most 25.00 more; an amount that only follows from its charges, and one of a batch, needs an id that names this original and no other.
-- NULL: nobody says so, or the entry names another.
CREATE FUNCTION charge_of(of_entry text, of_original text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN d.charge = 0 THEN 0
        WHEN d.charge < 0 OR NOT (n.named = '{}' OR of_original = ANY (n.named)) THEN NULL
        WHEN return_charges(e.key, of_original, d.charge) >= 2 THEN d.charge
        WHEN e.instructed = o.amount AND d.charge <= 2500 AND (NOT e.derived AND e.batch = '' OR n.named = ARRAY[of_original])
            AND NOT EXISTS (SELECT FROM statement_entry p WHERE p.statement = e.statement AND p.entry = e.entry AND p.part <> e.part) THEN d.charge END
    FROM statement_entry e
    CROSS JOIN LATERAL (SELECT r.amount FROM receipt r WHERE e.kind = 'return' AND r.key = of_original AND r.part_of IS NULL
        UNION ALL SELECT l.cents FROM payout_line l WHERE e.kind = 'payout-returned' AND l.end_to_end_id = of_original) o
    CROSS JOIN LATERAL (SELECT CASE e.direction WHEN 'debit' THEN e.amount - o.amount ELSE o.amount - e.amount END AS charge) d
    CROSS JOIN LATERAL (SELECT CASE WHEN d.charge > 0 THEN named_by(e.key) END AS named) n
    WHERE e.key = of_entry $$;
-- What the bank charged by an entry, in cents, or less than nothing what it gave back: of its own services, or with the one payment that the entry is tied to. Nothing of any other entry.
CREATE OR REPLACE FUNCTION charged_by(of_entry text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(CASE WHEN e.kind = 'fee' THEN CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END
        ELSE charge_of(e.key, COALESCE(e.receipt, (SELECT min(p.end_to_end_id) FROM payout_step p WHERE p.status = 'returned' AND p.evidence = e.evidence HAVING count(*) = 1))) END, 0)
    FROM statement_entry e WHERE e.key = of_entry $$;
-- The same for who asks for the agency, and for nobody else: of an entry and what it may bring back, with all that it names; and of all entries of a statement, or one, or when both are empty of all.
CREATE FUNCTION return_fits(of_entry text, of_original text) RETURNS TABLE (charge bigint, named text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT charge_of(of_entry, of_original), named_by(of_entry) WHERE tenant() IS NULL $$;
CREATE FUNCTION bank_charges(of_statement text, of_entry text) RETURNS TABLE (key text, value_on date, charged bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.key, c.value_on, c.charged FROM (SELECT e.key, e.value_on, charged_by(e.key) AS charged FROM statement_entry e
        WHERE tenant() IS NULL AND e.key IS NOT NULL AND e.kind IN ('fee', 'return', 'payout-returned') AND of_statement IN ('', e.statement) AND of_entry IN ('', e.key)) c
    WHERE c.charged <> 0 ORDER BY c.key $$;
-- +goose StatementEnd
CREATE INDEX statement_entry_tx_id ON statement_entry (tx_id) WHERE kind = 'receipt' AND receipt IS NOT NULL AND tx_id <> '';
CREATE INDEX statement_entry_end_to_end ON statement_entry (end_to_end) WHERE kind = 'receipt' AND receipt IS NOT NULL AND end_to_end <> '';
REVOKE ALL ON FUNCTION named_by(text), charge_of(text, text), return_fits(text, text), bank_charges(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION charged_by(text) FROM dunning_app;
GRANT EXECUTE ON FUNCTION return_fits(text, text), bank_charges(text, text) TO dunning_app;
