-- Refunds of before 00073 that are more than the books have to give back on their claim. All of its surplus was approved, so that its task was done and was not dropped when another receipt of the
-- claim was taken back: they would be paid out of what is paid too much next. They end, as since then; what is left of the surplus is asked anew. So do those of dropped tasks that one person
-- proposed and approved, in two ways of writing (00063).

-- +goose Up
ALTER TABLE refund NO FORCE ROW LEVEL SECURITY;
ALTER TABLE refund DROP CONSTRAINT refund_four_eyes;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event NO FORCE ROW LEVEL SECURITY;
WITH live AS (
    SELECT f.* FROM refund f WHERE f.claim_id IS NOT NULL AND f.approved AND NOT refund_left(f.key) AND NOT EXISTS (SELECT FROM refund o WHERE o.replaces = f.key AND o.approved)),
surplus AS (
    SELECT c.client_id, c.claim_id, c.live, to_give,
        to_char((to_give + gone) / 100.0, 'FM9999999999990.00') AS total, to_char(to_give / 100.0, 'FM9999999999990.00') AS still, CASE WHEN gone > 0 THEN to_char(gone / 100.0, 'FM9999999999990.00') END AS before
    FROM (SELECT client_id, claim_id, sum(amount) AS live FROM live GROUP BY client_id, claim_id) c
    CROSS JOIN LATERAL (SELECT COALESCE(-sum(e.cents), 0) AS to_give FROM entry e WHERE e.account = 'S220' AND e.claim_id = c.claim_id) books
    CROSS JOIN LATERAL (SELECT COALESCE(sum(f.amount), 0) AS gone FROM refund f WHERE f.claim_id = c.claim_id AND f.replaces IS NULL AND refund_left(f.key)) paid),
ending AS (
    SELECT l.key, l.task, s.*, 'by now it is ' || s.total || ' that was paid too much' AS why FROM live l JOIN surplus s ON s.claim_id = l.claim_id
    WHERE s.live > s.to_give OR EXISTS (SELECT FROM task t WHERE t.claim_id = l.claim_id AND t.key = l.task AND t.done_on IS NOT NULL AND starts_with(t.detail, 'dropped: '))),
ended AS (
    UPDATE refund f SET approved = false, ended = e.why, ended_at = clock_timestamp() FROM ending e WHERE f.key = e.key),
dropped AS (
    UPDATE task t SET done_on = (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date, detail = 'dropped: ' || e.why
    FROM ending e WHERE t.claim_id = e.claim_id AND t.key IN (e.task, 'refund-returned:' || e.key) AND t.key <> 'repay-surplus:' || e.total AND NOT (t.done_on IS NOT NULL AND starts_with(t.detail, 'dropped: '))
    RETURNING t.client_id, t.claim_id, t.key, t.done_on, e.why),
asked AS (
    INSERT INTO task (client_id, claim_id, key, detail, opened_on)
    SELECT DISTINCT client_id, claim_id, 'repay-surplus:' || total, total || ' was paid too much' || COALESCE(', of which ' || before || ' was paid back: tell the debtor, and see that ' || still || ' is paid back',
        ': tell the debtor, and see that it is paid back'), (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date
    FROM ending WHERE to_give > 0 AND NOT EXISTS (SELECT FROM task t WHERE t.claim_id = ending.claim_id AND starts_with(t.key, 'repay-surplus:') AND t.done_on IS NULL)
    ON CONFLICT (claim_id, key) DO UPDATE SET opened_on = excluded.opened_on, detail = excluded.detail, done_on = NULL
    RETURNING client_id, claim_id, key, detail, opened_on),
told AS (
    INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
    SELECT client_id, claim_id, 'task-dropped:' || key || CASE before WHEN 0 THEN '' ELSE ':' || before + 1 END, 'task-dropped', done_on, clock_timestamp(), 'migration', jsonb_build_object('task', key, 'reason', why)
    FROM dropped d CROSS JOIN LATERAL (
        SELECT count(*) AS before FROM case_event e WHERE e.claim_id = d.claim_id AND (e.key = 'task-dropped:' || d.key OR starts_with(e.key, 'task-dropped:' || d.key || ':'))) earlier
    UNION ALL
    SELECT client_id, claim_id, 'task:' || key || ':' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS'), 'task-opened', opened_on, clock_timestamp(), 'migration', jsonb_build_object('task', key, 'detail', detail) FROM asked
    RETURNING claim_id)
UPDATE claim SET version = version + (SELECT count(*) FROM told WHERE told.claim_id = claim.id), changed_at = clock_timestamp() WHERE id IN (SELECT claim_id FROM told);
ALTER TABLE refund ADD CONSTRAINT refund_four_eyes CHECK (lower(btrim(decided_by)) <> lower(btrim(proposed_by))) NOT VALID;
ALTER TABLE refund FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event FORCE ROW LEVEL SECURITY;
