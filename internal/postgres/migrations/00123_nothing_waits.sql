-- A payment of an invoice that never came in is taken back, once, by a row of its own; and why more was paid than is open is kept. And what waits for a person without a list
-- is counted with all else that does: statements that are held, and payments that the bank did not make. No row of before is changed.

-- +goose Up
ALTER TABLE bill_payment ADD COLUMN reason text NOT NULL DEFAULT '', -- why more than is open was paid, or why it is taken back
    ADD COLUMN undoes text,                                          -- the key of the payment that is taken back
    ADD FOREIGN KEY (number, undoes) REFERENCES bill_payment (number, key),
    DROP CONSTRAINT bill_payment_kind_check, ADD CONSTRAINT bill_payment_kind_check CHECK (kind IN ('paid', 'set-off', 'collected', 'returned', 'repaid', 'moved', 'undone')),
    DROP CONSTRAINT bill_payment_sign, ADD CONSTRAINT bill_payment_sign CHECK (cents <> 0 AND (kind = 'moved' OR (cents < 0) = (kind IN ('returned', 'repaid', 'undone')))),
    ADD CONSTRAINT bill_payment_undone CHECK ((kind = 'undone') = (undoes IS NOT NULL) AND (kind <> 'undone' OR btrim(reason) <> ''));
CREATE UNIQUE INDEX bill_payment_undone_once ON bill_payment (number, undoes) WHERE undoes IS NOT NULL;
-- +goose StatementBegin
CREATE FUNCTION payment_undone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bill_payment p WHERE p.client_id = NEW.client_id AND p.number = NEW.number AND p.key = NEW.undoes AND p.kind = 'paid' AND p.cents = -NEW.cents) THEN
        RAISE EXCEPTION 'payment % of invoice % is none that a person told, or of another amount', NEW.undoes, NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- The lines of payouts that the bank refused or gave back, and that nothing pays or ends yet: no later payout has their client, agency or refund, and there is something to pay. Asked is
-- whether a task of a claim asks for the account already.
CREATE FUNCTION payments_back() RETURNS TABLE (end_to_end_id text, asked boolean) LANGUAGE sql STABLE AS
$$ SELECT l.end_to_end_id, EXISTS (SELECT FROM refund f JOIN task t ON t.client_id = f.client_id AND t.claim_id = f.claim_id AND t.key = 'refund-returned:' || f.key AND t.done_on IS NULL WHERE f.key = l.refund)
   FROM payout_step b JOIN payout_line l ON l.end_to_end_id = b.end_to_end_id
   WHERE b.status IN ('rejected', 'returned') AND payout_status(l.end_to_end_id) = b.status
     AND NOT EXISTS (SELECT FROM payout_line n JOIN payout_step s ON s.end_to_end_id = n.end_to_end_id AND s.status = 'proposed' AND s.seq > b.seq
       WHERE n.kind = l.kind AND n.client_id IS NOT DISTINCT FROM l.client_id AND n.refund IS NOT DISTINCT FROM l.refund AND payout_status(n.end_to_end_id) NOT IN ('withdrawn', 'lost'))
     AND CASE l.kind
       WHEN 'client' THEN (SELECT COALESCE(sum(e.cents), 0) FROM entry e WHERE e.account = 'S200' AND e.client_id = l.client_id) < 0
       WHEN 'refund' THEN EXISTS (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND r.gone IS DISTINCT FROM 'returned'
         AND NOT EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = r.client_id AND v.claim_id = r.claim_id AND v.key = COALESCE(r.settled_as, r.key) AND v.replaced_by IS NULL)
         AND NOT EXISTS (SELECT FROM refund o WHERE o.replaces = f.key AND o.approved))
       ELSE true END $$;
CREATE OR REPLACE FUNCTION open_tasks() RETURNS TABLE (kind text, tasks bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT o.kind, count(*) FROM (
     SELECT split_part(t.key, ':', 1) AS kind FROM task t WHERE t.done_on IS NULL
     UNION ALL SELECT split_part(a.key, ':', 1) FROM agreement_task a WHERE a.done_on IS NULL
     UNION ALL SELECT 'repair' FROM claim c WHERE c.status = 'open' AND c.attention_action IS NOT NULL
     UNION ALL SELECT 'receipt' FROM receipt r WHERE r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL
     UNION ALL SELECT 'line' FROM waiting_lines()
     UNION ALL SELECT 'statement' FROM statement s WHERE s.state = 'held'
     UNION ALL SELECT 'payout' FROM payments_back() b WHERE NOT b.asked
   ) o GROUP BY o.kind $$;
-- +goose StatementEnd
CREATE INDEX payout_step_back ON payout_step (end_to_end_id) WHERE status IN ('rejected', 'returned');
CREATE TRIGGER payment_undone AFTER INSERT ON bill_payment FOR EACH ROW WHEN (NEW.undoes IS NOT NULL) EXECUTE FUNCTION payment_undone();
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payments_back() TO dunning_app;
