-- A client that took a case back from the court decides anew, in the term of the first time (requirement T8, decision 51): the claim is open again meanwhile.

-- +goose Up
ALTER TABLE claim ADD COLUMN asked_again_on date; -- from when the client has time to decide again

-- Claims that were taken back before, and of which the client has not decided since: its term begins now.
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step NO FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event NO FORCE ROW LEVEL SECURITY;
WITH again AS (
    UPDATE claim c SET status = 'open', status_reason = '', decision = NULL, decided_on = NULL, decided_by_default = false, fixed_price = NULL, fixed_price_vat = NULL,
        asked_again_on = (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date, checked_at = NULL, version = version + 1, changed_at = clock_timestamp()
    WHERE c.status = 'court' AND EXISTS (SELECT 1 FROM court_step s WHERE s.client_id = c.client_id AND s.claim_id = c.id AND s.stage = 'withdrawn')
    RETURNING c.client_id, c.id)
INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
SELECT client_id, id, 'reopened' || CASE before WHEN 0 THEN '' ELSE ':' || before + 1 END, 'reopened', (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date, clock_timestamp(), 'migration',
    jsonb_build_object('reason', 'the client took the case back from the court, and decides what comes of the claim')
FROM again CROSS JOIN LATERAL (SELECT count(*) AS before FROM case_event e WHERE e.claim_id = again.id AND e.kind = 'reopened') earlier;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event FORCE ROW LEVEL SECURITY;
