-- The agency's own money on the trust account: what it fills up with, and what it bears of what went back though the bank took it.

-- +goose Up
ALTER TABLE receipt DROP CONSTRAINT receipt_gone_check, ADD CONSTRAINT receipt_gone_check CHECK (gone IN ('refund', 'returned', 'own')); -- own: the agency's own money
ALTER TABLE journal DROP CONSTRAINT journal_kind_check,
    ADD CONSTRAINT journal_kind_check CHECK (kind IN ('received', 'taken-back', 'charged', 'settled', 'clawback', 'own-money', 'topped-up', 'clawed-back', 'refunded', 'loss',
        'payout-submitted', 'payout-booked', 'payout-rejected', 'payout-returned', 'fees-submitted', 'fees-booked', 'billed', 'bill-back',
        'client-paid', 'set-off', 'bank-charged'));

-- Who says that the agency bears the loss of a refund, or not any more: turns are odd when it bears it and even when that is taken back.
CREATE TABLE loss_approval (
    refund   text NOT NULL REFERENCES refund (key),
    turn     integer NOT NULL CHECK (turn > 0),
    amount   bigint NOT NULL CHECK (amount > 0),            -- as that person saw it
    approver text NOT NULL REFERENCES approver (name),
    reason   text NOT NULL CHECK (btrim(reason) <> ''),
    at       timestamptz NOT NULL,
    PRIMARY KEY (refund, turn, amount, approver)
);
ALTER TABLE loss_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE loss_approval FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON loss_approval FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON loss_approval TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER loss_approval_append_only BEFORE UPDATE OR DELETE ON loss_approval FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loss_approval_no_truncate BEFORE TRUNCATE ON loss_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loss_approver_may BEFORE INSERT ON loss_approval FOR EACH ROW EXECUTE FUNCTION approver_may();
GRANT SELECT, INSERT ON loss_approval TO dunning_app;

-- +goose StatementBegin
-- How many persons who may do so now say that of a refund so much is borne, or is not any more.
CREATE FUNCTION loss_approvals(of_refund text, of_turn integer, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(a.approver)) FROM loss_approval a JOIN approver r ON r.name = a.approver AND r.removed_at IS NULL WHERE a.refund = of_refund AND a.turn = of_turn AND a.amount = of_amount $$;
-- A loss stands in the books when two persons said so.
CREATE FUNCTION loss_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM loss_approval a WHERE NEW.key = 'loss:' || a.turn || ':' || a.refund AND loss_approvals(a.refund, a.turn, a.amount) >= 2) THEN
        RAISE EXCEPTION 'journal % is of a loss that two persons did not approve', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- What clients got that a bank took back since and the trust account is not filled up with, of whatever client.
CREATE FUNCTION clawbacks() RETURNS TABLE (client_id uuid, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT e.client_id, sum(e.cents)::bigint FROM entry e WHERE e.account = 'S190' AND e.client_id IS NOT NULL GROUP BY e.client_id HAVING sum(e.cents) > 0 ORDER BY e.client_id $$;
-- +goose StatementEnd
CREATE TRIGGER loss_may BEFORE INSERT ON journal FOR EACH ROW WHEN (NEW.kind = 'loss') EXECUTE FUNCTION loss_may();
REVOKE ALL ON FUNCTION loss_approvals(text, integer, bigint), loss_may(), clawbacks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION loss_approvals(text, integer, bigint), clawbacks() TO dunning_app;
