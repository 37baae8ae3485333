-- What the bank charges on top of a payment of ours is the agency's, as what it keeps of one that comes back (docs/decisions/0084).

-- +goose Up
-- +goose StatementBegin
-- A payment of ours in cents, and all that a bank can name it by: a line by its end-to-end id, a batch (PAYOUT/KIND), or all of a payout (PAYOUT/all), whose message id is the payout's. What the bank refused is in no batch.
CREATE FUNCTION payment_of(of_payment text) RETURNS TABLE (cents bigint, names text[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT sum(l.cents)::bigint, array_agg(l.end_to_end_id) || array_agg(DISTINCT l.payout || '/' || l.kind) || array_agg(DISTINCT l.payout) FROM payout_line l
    WHERE l.end_to_end_id = of_payment OR l.payout = split_part(of_payment, '/', 1) AND of_payment IN (l.payout || '/' || l.kind, l.payout || '/all') AND payout_status(l.end_to_end_id) <> 'rejected' $$;
-- What the bank charged on top, in cents, by the debit of a payment: nothing, when they are of one amount; else the difference, when two persons say so, or the bank does, and it is of at most 25.00. The bank's word is as in charge_of.
-- NULL: nobody says so, or the debit names another.
CREATE FUNCTION debit_charge(of_entry text, of_payment text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN d.charge = 0 THEN 0
        WHEN d.charge NOT BETWEEN 1 AND 2500 OR NOT n.named <@ p.names THEN NULL
        WHEN return_charges(e.key, of_payment, d.charge) >= 2 THEN d.charge
        WHEN e.instructed = p.cents AND (NOT e.derived AND e.batch = '' OR n.named <> '{}')
            AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.statement = e.statement AND o.entry = e.entry AND o.part <> e.part) THEN d.charge END
    FROM statement_entry e CROSS JOIN LATERAL payment_of(of_payment) p
    CROSS JOIN LATERAL (SELECT e.amount - p.cents AS charge) d
    CROSS JOIN LATERAL (SELECT named_by(e.key) AS named) n
    WHERE e.key = of_entry AND e.kind IN ('payout', 'unknown') AND e.direction = 'debit' $$;
-- The payment that a bank entry debited: that of its lines, which are one, a batch, or all of a payout.
CREATE FUNCTION payment_debited(of_evidence text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN count(*) = 1 THEN min(l.end_to_end_id) ELSE min(l.payout) || '/' || CASE WHEN count(DISTINCT l.kind) = 1 THEN min(l.kind) ELSE 'all' END END
    FROM payout_step s JOIN payout_line l ON l.end_to_end_id = s.end_to_end_id WHERE s.status = 'booked' AND s.evidence = of_evidence HAVING count(*) > 0 $$;
-- As before; and what the bank charged on top of a payment of ours that it debited.
CREATE OR REPLACE FUNCTION charged_by(of_entry text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT COALESCE(CASE WHEN e.kind = 'fee' THEN CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END
        WHEN e.direction = 'debit' AND e.payout IS NOT NULL THEN debit_charge(e.key, payment_debited(e.evidence))
        ELSE charge_of(e.key, COALESCE(e.receipt, (SELECT min(p.end_to_end_id) FROM payout_step p WHERE p.status = 'returned' AND p.evidence = e.evidence HAVING count(*) = 1))) END, 0)
    FROM statement_entry e WHERE e.key = of_entry $$;
-- As before, and so of debits of payouts.
CREATE OR REPLACE FUNCTION bank_charges(of_statement text, of_entry text) RETURNS TABLE (key text, value_on date, charged bigint, turn integer) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.key, c.value_on, c.charged, c.turns + 1 - c.turns % 2 FROM (SELECT e.key, e.value_on, charged_by(e.key) AS charged, charge_turns(e.key, e.key, e.amount) AS turns FROM statement_entry e
        WHERE tenant() IS NULL AND e.key IS NOT NULL AND (e.kind IN ('fee', 'return', 'payout-returned') OR e.direction = 'debit' AND e.payout IS NOT NULL)
            AND of_statement IN ('', e.statement) AND of_entry IN ('', e.key)) c
    WHERE c.charged <> 0 ORDER BY c.key $$;
-- For who asks for the agency, and for nobody else: what the bank charged on top of a payment by a debit; and of each debit of a payout with which it did, the payment.
CREATE FUNCTION payment_fits(of_entry text, of_payment text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT debit_charge(of_entry, of_payment) WHERE tenant() IS NULL $$;
CREATE FUNCTION payments_charged(of_payout text) RETURNS TABLE (payment text, entry text, charged bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT payment_debited(e.evidence), e.key, charged_by(e.key) FROM statement_entry e WHERE tenant() IS NULL AND e.payout = of_payout AND e.direction = 'debit' AND charged_by(e.key) <> 0 $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION payment_of(text), debit_charge(text, text), payment_debited(text), payment_fits(text, text), payments_charged(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payment_fits(text, text), payments_charged(text) TO dunning_app;
