-- The task to find an address ends with its claim since. Those of claims that had ended otherwise than before the court stay open: nobody writes to that debtor for them any more.

-- +goose Up
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event NO FORCE ROW LEVEL SECURITY;
WITH dropped AS (
    UPDATE task t SET done_on = (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date, detail = 'dropped: the claim is ' || c.status
    FROM claim c WHERE c.client_id = t.client_id AND c.id = t.claim_id AND c.status NOT IN ('open', 'court') AND t.done_on IS NULL AND t.key = 'find-address'
    RETURNING t.client_id, t.claim_id, t.key, t.done_on, c.status),
told AS (
    INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
    SELECT client_id, claim_id, 'task-dropped:' || key || CASE before WHEN 0 THEN '' ELSE ':' || before + 1 END, 'task-dropped', done_on, clock_timestamp(), 'migration',
        jsonb_build_object('task', key, 'reason', 'the claim is ' || status)
    FROM dropped d CROSS JOIN LATERAL (
        SELECT count(*) AS before FROM case_event e WHERE e.claim_id = d.claim_id AND (e.key = 'task-dropped:' || d.key OR starts_with(e.key, 'task-dropped:' || d.key || ':'))) earlier
    RETURNING claim_id)
UPDATE claim SET version = version + (SELECT count(*) FROM told WHERE told.claim_id = claim.id), changed_at = clock_timestamp() WHERE id IN (SELECT claim_id FROM told);
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event FORCE ROW LEVEL SECURITY;
