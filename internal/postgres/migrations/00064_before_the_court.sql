-- A claim before the court has a workflow until its outcome is recorded, and debt monitoring that the client ends by choosing the court keeps its days.

-- +goose Up
-- Before the court, and the hand-over or the outcome is still to be recorded (decision 50).
ALTER TABLE claim ADD COLUMN court_awaited boolean NOT NULL DEFAULT false CHECK (NOT court_awaited OR status = 'court');
-- Days on which debt monitoring did not run, because the client had chosen the court: what came in on them is not halved. No last day while it does not run.
ALTER TABLE claim ADD COLUMN interlude_from date, ADD COLUMN interlude_until date,
    ADD CHECK (interlude_from > monitored_from AND (interlude_until IS NULL OR interlude_until >= interlude_from - 1)), ADD CHECK (interlude_from IS NOT NULL OR interlude_until IS NULL);

-- Claims that went to the court before have a workflow again: the sweeper starts it.
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step NO FORCE ROW LEVEL SECURITY;
UPDATE claim SET court_awaited = true, checked_at = NULL WHERE status = 'court' AND decision = 'court'
    AND NOT EXISTS (SELECT 1 FROM court_step s WHERE s.client_id = claim.client_id AND s.claim_id = claim.id AND s.stage <> 'served');
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step FORCE ROW LEVEL SECURITY;

DROP INDEX claim_to_check;
DROP INDEX claim_behind;
CREATE INDEX claim_to_check ON claim (checked_at NULLS FIRST) WHERE status = 'open' OR court_awaited;
CREATE INDEX claim_behind ON claim (changed_at) WHERE seen_version < version AND (status = 'open' OR court_awaited);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION claims_behind(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, c.id FROM claim c WHERE (c.status = 'open' OR c.court_awaited) AND c.seen_version < c.version AND c.changed_at < clock_timestamp() - older_than
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id
     AND (o.delivered_at IS NULL OR (o.key = 'sweeper' AND o.created_at > clock_timestamp() - interval '10 minutes')))
   ORDER BY c.changed_at LIMIT at_most $$;
CREATE OR REPLACE FUNCTION claims_to_check(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() - older_than + interval '5 minutes' WHERE id IN (
     SELECT c.id FROM claim c WHERE (c.status = 'open' OR c.court_awaited) AND (c.checked_at IS NULL OR c.checked_at < clock_timestamp() - older_than)
     AND c.changed_at < clock_timestamp() - interval '1 minute'
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id AND o.message IN ('start', 'reopen') AND o.delivered_at IS NULL)
     ORDER BY c.checked_at NULLS FIRST LIMIT at_most FOR UPDATE SKIP LOCKED)
   RETURNING claim.client_id, claim.id $$;
CREATE OR REPLACE FUNCTION claims_not_open(ids uuid[], for_at_least interval) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, i.id FROM unnest(ids) AS i (id)
   LEFT JOIN LATERAL (SELECT claim.client_id, claim.status, claim.court_awaited, claim.changed_at FROM claim WHERE claim.id = i.id OFFSET 0) c ON true
   WHERE c.client_id IS NULL OR (c.status <> 'open' AND NOT c.court_awaited AND c.changed_at < clock_timestamp() - for_at_least) $$;
-- +goose StatementEnd
