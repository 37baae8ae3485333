-- A surplus goes back to each of the receipts that it came by; a refund that came back is paid to another account when two persons say so; and a payment of ours that
-- comes back is known by its id also when the bank gives no reason.

-- +goose Up
ALTER TABLE refund ADD COLUMN replaces text REFERENCES refund (key); -- that came back, or was refused because of its account: this one goes to another
CREATE INDEX refund_replaced ON refund (replaces) WHERE replaces IS NOT NULL;
DROP INDEX refund_of_receipt;
CREATE UNIQUE INDEX refund_of_receipt ON refund (receipt, COALESCE(claim_id, '00000000-0000-0000-0000-000000000000'), COALESCE(task, ''), COALESCE(replaces, '')) WHERE approved IS DISTINCT FROM false;

ALTER TABLE statement_entry ADD COLUMN returned_line text REFERENCES payout_line (end_to_end_id); -- that came back, though the bank gives no reason
GRANT UPDATE (kind, returned_line) ON statement_entry TO dunning_app;
CREATE POLICY lookup ON statement_entry FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
-- What came in by a statement and is a payment of ours that came back: it names its line, has its amount, comes from its account or from none that the bank tells, and
-- the line was debited, or is by the same statement. Of each line one.
CREATE FUNCTION payouts_back(of_statement text) RETURNS TABLE (key text, line text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH named AS (SELECT e.*, substring(x.words FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+') AS id
        FROM statement_entry e CROSS JOIN LATERAL (VALUES (1, e.end_to_end), (2, e.structured || ' ' || e.remittance)) x (turn, words)
        WHERE e.statement = of_statement AND e.key IS NOT NULL AND e.receipt IS NULL AND e.kind = 'receipt' AND e.direction = 'credit')
    SELECT DISTINCT ON (l.end_to_end_id) n.key, l.end_to_end_id FROM named n JOIN payout_line l ON l.end_to_end_id = n.id AND l.cents = n.amount AND n.iban IN ('', l.iban)
    WHERE payout_status(l.end_to_end_id) = 'booked' OR payout_status(l.end_to_end_id) IN ('sent', 'accepted') AND EXISTS (SELECT FROM statement_entry d
        WHERE d.statement = of_statement AND d.key IS NOT NULL AND d.direction = 'debit' AND (d.end_to_end = l.end_to_end_id OR d.batch = l.payout || '/' || l.kind))
    ORDER BY l.end_to_end_id, n.entry, n.part $$;

-- As before; and a refund goes to the account that was approved, which is that of its receipt unless it replaces one that came back. No receipt gives back more than it brought.
CREATE OR REPLACE FUNCTION payout_fits(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout)
       OR (SELECT p.hash FROM payout p WHERE p.id = of_payout) <> payout_hash(of_payout)
       OR EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND NOT EXISTS (SELECT FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id)) THEN
        RAISE EXCEPTION 'payout % is not what its hash says', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'client' AND l.cents + l.clawed + l.set_off IS DISTINCT FROM
         (SELECT sum(t.cents) FROM payout_part t WHERE t.end_to_end_id = l.end_to_end_id AND t.client_id = l.client_id)) THEN
        RAISE EXCEPTION 'payout % has a line that is not the sum of its claims', of_payout USING ERRCODE = 'check_violation';
    END IF;
    PERFORM refunds_fit(of_payout);
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.set_off <> COALESCE((SELECT sum(s.cents) FROM payout_set_off s WHERE s.end_to_end_id = l.end_to_end_id AND s.client_id = l.client_id), 0)) THEN
        RAISE EXCEPTION 'payout % has a line that does not set off its invoices', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION refunds_fit(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'refund' AND NOT EXISTS
         (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND f.amount = l.cents AND f.client_id IS NOT DISTINCT FROM l.client_id
            AND r.amount >= l.cents AND upper(replace(f.iban, ' ', '')) = l.iban AND (f.replaces IS NOT NULL OR upper(replace(r.iban, ' ', '')) = l.iban))) THEN
        RAISE EXCEPTION 'payout % has a refund that was not approved, or goes to another account than the money came from', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN payout_line o ON o.refund = l.refund AND o.end_to_end_id <> l.end_to_end_id
         WHERE l.payout = of_payout AND payout_status(o.end_to_end_id) NOT IN ('rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another payout pays, or that came back', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.key = l.refund JOIN refund b ON b.key = f.replaces WHERE l.payout = of_payout AND (
            (b.receipt, b.claim_id, b.amount) IS DISTINCT FROM (f.receipt, f.claim_id, f.amount)
            OR NOT EXISTS (SELECT FROM payout_line o WHERE o.refund = b.key AND payout_status(o.end_to_end_id) IN ('returned', 'rejected'))
            OR EXISTS (SELECT FROM payout_line o WHERE o.refund = b.key AND payout_status(o.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost')))) THEN
        RAISE EXCEPTION 'payout % has a refund in place of one that did not come back', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.replaces = l.refund AND f.approved WHERE l.payout = of_payout AND payout_status(l.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another one replaces', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.key = l.refund JOIN receipt r ON r.key = f.receipt WHERE l.payout = of_payout AND r.amount <
         (SELECT sum(o.cents) FROM payout_line o JOIN refund g ON g.key = o.refund WHERE g.receipt = f.receipt AND payout_status(o.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost'))) THEN
        RAISE EXCEPTION 'payout % gives more back than a receipt brought', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payouts_back(text) TO dunning_app;
