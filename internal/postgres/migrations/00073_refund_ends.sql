-- A refund of what was paid too much on a claim ends when that is not too much any more and the refund did not leave; and who decides about a refund may approve.

-- +goose Up
ALTER TABLE refund
    ADD COLUMN ended    text CHECK (btrim(ended) <> ''),    -- why; decided_by stays who approved it before: NULL: nobody had decided
    ADD COLUMN ended_at timestamptz,
    ADD CONSTRAINT refund_ended CHECK (num_nonnulls(ended, ended_at) IN (0, 2) AND (ended IS NULL OR (claim_id IS NOT NULL AND approved IS FALSE))),
    DROP CONSTRAINT refund_check1, ADD CONSTRAINT refund_decided CHECK (num_nonnulls(decided_by, decided_at, approved) IN (0, 3) OR (ended IS NOT NULL AND num_nonnulls(decided_by, decided_at) = 0));
GRANT UPDATE (ended, ended_at) ON refund TO dunning_app;

-- +goose StatementBegin
-- Whether a bank has, or had, the payment of a refund, or of one that took its place: it did not come back.
CREATE FUNCTION refund_left(of_refund text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE own AS (SELECT of_refund AS key UNION SELECT f.key FROM own JOIN refund f ON f.replaces = own.key)
    SELECT EXISTS (SELECT FROM own JOIN payout_line l ON l.refund = own.key WHERE payout_status(l.end_to_end_id) IN ('sent', 'accepted', 'booked')) $$;
-- A refund is decided once, by somebody who may approve; what was not declined and did not leave can end.
CREATE OR REPLACE FUNCTION refuse_redeciding() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.ended IS NOT NULL AND OLD.ended IS NULL AND OLD.approved IS DISTINCT FROM false AND (NEW.decided_by, NEW.decided_at) IS NOT DISTINCT FROM (OLD.decided_by, OLD.decided_at) THEN
        IF refund_left(OLD.key) THEN RAISE EXCEPTION 'refund % left: it does not end', OLD.key USING ERRCODE = 'check_violation'; END IF;
        RETURN NEW;
    END IF;
    IF OLD.approved IS NOT NULL OR NEW.decided_by IS NULL OR NEW.ended IS NOT NULL THEN RAISE EXCEPTION 'refund % is decided: append-only', OLD.key; END IF;
    IF NOT EXISTS (SELECT FROM approver r WHERE r.name = NEW.decided_by AND r.removed_at IS NULL) THEN
        RAISE EXCEPTION '% may not approve', NEW.decided_by USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refund_left(text) TO dunning_app;

-- Those of which the task was dropped before.
ALTER TABLE refund NO FORCE ROW LEVEL SECURITY;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
UPDATE refund f SET approved = false, ended = substr(t.detail, length('dropped: ') + 1), ended_at = clock_timestamp()
FROM task t WHERE t.claim_id = f.claim_id AND t.key = f.task AND t.done_on IS NOT NULL AND starts_with(t.detail, 'dropped: ') AND length(t.detail) > length('dropped: ')
    AND f.approved IS DISTINCT FROM false AND NOT refund_left(f.key) AND lower(btrim(f.decided_by)) IS DISTINCT FROM lower(btrim(f.proposed_by));
ALTER TABLE refund FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
