-- Refunds to debtors are lines of a payout, to the account that the money came from; and a file that never reached the bank frees its lines, when two persons say so.

-- +goose Up
ALTER TABLE payout_line
    ADD COLUMN refund text REFERENCES refund (key),
    DROP CONSTRAINT payout_line_kind_check,
    ADD CONSTRAINT payout_line_kind_check CHECK (kind IN ('client', 'fees', 'refund')),
    DROP CONSTRAINT payout_line_check1,
    ADD CONSTRAINT payout_line_whose CHECK (kind = 'refund' OR (kind = 'client') = (client_id IS NOT NULL)), -- a refund: of the claim's client, or of none
    ADD CONSTRAINT payout_line_refund CHECK ((kind = 'refund') = (refund IS NOT NULL));
CREATE INDEX payout_line_of_refund ON payout_line (refund) WHERE refund IS NOT NULL;
CREATE INDEX entry_of_refundable ON entry (claim_id) INCLUDE (cents) WHERE account = 'S220';
CREATE POLICY lookup ON refund FOR SELECT TO dunning_owner USING (true);

ALTER TABLE payout_step DROP CONSTRAINT payout_step_status_check,
    ADD CONSTRAINT payout_step_status_check CHECK (status IN ('proposed', 'approved', 'sent', 'accepted', 'booked', 'returned', 'rejected', 'withdrawn', 'lost'));
-- Who says that the bank never got the file of a payout.
CREATE TABLE payout_loss (
    payout   text NOT NULL REFERENCES payout_file (payout),
    approver text NOT NULL REFERENCES approver (name),
    reason   text NOT NULL CHECK (btrim(reason) <> ''),     -- what the bank said, and who there
    at       timestamptz NOT NULL,
    PRIMARY KEY (payout, approver)
);
ALTER TABLE payout_loss ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_loss FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON payout_loss FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON payout_loss TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER payout_loss_append_only BEFORE UPDATE OR DELETE ON payout_loss FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_loss_no_truncate BEFORE TRUNCATE ON payout_loss FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_loss_approver_may BEFORE INSERT ON payout_loss FOR EACH ROW EXECUTE FUNCTION approver_may();

-- +goose StatementBegin
-- What may follow a status; settlement.PayoutStatus has the same table.
CREATE OR REPLACE FUNCTION payout_follows(was text, now text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS
$$ SELECT (was, now) IN (('', 'proposed'), ('proposed', 'approved'), ('proposed', 'withdrawn'), ('approved', 'sent'), ('approved', 'withdrawn'),
     ('sent', 'accepted'), ('sent', 'booked'), ('sent', 'rejected'), ('sent', 'lost'), ('accepted', 'booked'), ('accepted', 'rejected'), ('booked', 'returned')) $$;
-- How many persons who may do so now say that the bank never got a payout.
CREATE FUNCTION payout_losses(of_payout text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(v.approver)) FROM payout_loss v JOIN approver r ON r.name = v.approver AND r.removed_at IS NULL WHERE v.payout = of_payout $$;
CREATE OR REPLACE FUNCTION payout_fits(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout)
       OR (SELECT p.hash FROM payout p WHERE p.id = of_payout) <> payout_hash(of_payout)
       OR EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND NOT EXISTS (SELECT FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id)) THEN
        RAISE EXCEPTION 'payout % is not what its hash says', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'client' AND l.cents + l.clawed IS DISTINCT FROM
         (SELECT sum(t.cents) FROM payout_part t WHERE t.end_to_end_id = l.end_to_end_id AND t.client_id = l.client_id)) THEN
        RAISE EXCEPTION 'payout % has a line that is not the sum of its claims', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'refund' AND NOT EXISTS
         (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND f.amount = l.cents AND f.client_id IS NOT DISTINCT FROM l.client_id
            AND r.amount >= l.cents AND upper(replace(r.iban, ' ', '')) = l.iban)) THEN
        RAISE EXCEPTION 'payout % has a refund that was not approved, or goes to another account than the money came from', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN payout_line o ON o.refund = l.refund AND o.end_to_end_id <> l.end_to_end_id
         WHERE l.payout = of_payout AND payout_status(o.end_to_end_id) NOT IN ('rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another payout pays, or that came back', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- A line goes from status to status as the table says; it is approved by two persons, sent in a file and with its journal in the books, and lost when two persons say so.
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
    IF NEW.status = 'sent' AND NOT (EXISTS (SELECT FROM payout_file f WHERE f.payout = l.payout)
         AND EXISTS (SELECT FROM journal j JOIN entry e ON e.journal_id = j.id AND e.account = 'S240' AND e.cents = -l.cents
                     WHERE j.book = 'S' AND j.key = 'payout:' || l.end_to_end_id AND j.client_id IS NOT DISTINCT FROM l.client_id)) THEN
        RAISE EXCEPTION 'payout line % has no file, or does not stand in the books', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
GRANT SELECT, INSERT ON payout_loss TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payout_losses(text) TO dunning_app;
