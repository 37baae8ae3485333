-- What the bank charges stands in the books as the bank says, or two persons: also what it kept, or took, with a return of another amount than the payment that it brings back.

-- +goose Up
-- Who says that by an entry of the bank a payment came back, or a receipt was taken back, and that the bank charged the rest of it.
CREATE TABLE return_charge (
    entry    text NOT NULL REFERENCES statement_entry (key),
    original text NOT NULL,                                 -- the receipt, or the line of a payout by its end-to-end id
    amount   bigint NOT NULL CHECK (amount > 0),            -- in cents, as that person saw it
    approver text NOT NULL REFERENCES approver (name),
    reason   text NOT NULL CHECK (btrim(reason) <> ''),     -- how it is known that the bank charged it
    at       timestamptz NOT NULL,
    PRIMARY KEY (entry, original, amount, approver)
);
ALTER TABLE return_charge ENABLE ROW LEVEL SECURITY;
ALTER TABLE return_charge FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON return_charge FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON return_charge TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER return_charge_append_only BEFORE UPDATE OR DELETE ON return_charge FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER return_charge_no_truncate BEFORE TRUNCATE ON return_charge FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER return_charge_approver_may BEFORE INSERT ON return_charge FOR EACH ROW EXECUTE FUNCTION approver_may();
GRANT SELECT, INSERT ON return_charge TO dunning_app;

-- +goose StatementBegin
-- How many persons who may do so now say that the bank charged so much by an entry, of that payment.
CREATE FUNCTION return_charges(of_entry text, of_original text, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(c.approver)) FROM return_charge c JOIN approver r ON r.name = c.approver AND r.removed_at IS NULL WHERE c.entry = of_entry AND c.original = of_original AND c.amount = of_amount $$;
-- What the bank charged by an entry, in cents, or less than nothing what it gave back: of its own services, or of what it took back or brought back, what makes the difference with that, when the
-- bank tells what was paid or two persons say so. Nothing of any other entry.
CREATE FUNCTION charged_by(of_entry text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(CASE WHEN e.kind = 'fee' THEN s.side * e.amount
        WHEN e.instructed = o.amount OR return_charges(e.key, o.id, s.side * (e.amount - o.amount)) >= 2 THEN s.side * (e.amount - o.amount) END, 0)
    FROM statement_entry e CROSS JOIN LATERAL (SELECT CASE e.direction WHEN 'debit' THEN 1 ELSE -1 END AS side) s
    LEFT JOIN LATERAL (SELECT r.key AS id, r.amount FROM receipt r WHERE e.kind = 'return' AND r.key = e.receipt
        UNION ALL SELECT l.end_to_end_id, l.cents FROM payout_step p JOIN payout_line l ON l.end_to_end_id = p.end_to_end_id
            WHERE e.kind = 'payout-returned' AND p.status = 'returned' AND p.evidence = e.evidence AND l.payout = e.payout) o ON true
    WHERE e.key = of_entry $$;
-- As before; and what the bank charged on the trust account is what its entry says.
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
                WHEN j.kind = 'bank-charged' AND bool_or(e.account IN ('S100', 'S210', 'A110')) AND COALESCE(sum(e.cents) FILTER (WHERE e.account IN ('S210', 'A500')), 0) IS DISTINCT FROM charged_by(substring(j.key FROM '^bank-charge:(.*)$'))
                    THEN 'is of another charge than the bank told, or two persons'
                WHEN bool_or(e.account = 'S220' AND e.claim_id IS NULL) AND NOT bool_and(e.account = 'S220' OR (j.kind, e.account) IN (VALUES ('refunded', 'S230'), ('taken-back', 'S100'),
                        ('payout-submitted', 'S240'), ('payout-rejected', 'S240'), ('payout-returned', 'S100'), ('loss', 'S210')))
                    THEN 'moves what is to be paid back of no claim, and is called ' || j.kind END
    INTO bad FROM journal j LEFT JOIN entry e ON e.journal_id = j.id WHERE j.id = of_journal GROUP BY j.id;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION return_charges(text, text, bigint), charged_by(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION return_charges(text, text, bigint), charged_by(text) TO dunning_app;
