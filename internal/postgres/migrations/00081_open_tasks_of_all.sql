-- The open tasks of agreements, the claims that wait for a repair and the receipts that wait for their claim are counted with the tasks of claims: what grows in the list of what waits for staff grows in the figure.

-- +goose Up
CREATE POLICY lookup ON agreement_task FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION open_tasks() RETURNS TABLE (kind text, tasks bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT o.kind, count(*) FROM (
     SELECT split_part(t.key, ':', 1) AS kind FROM task t WHERE t.done_on IS NULL
     UNION ALL SELECT split_part(a.key, ':', 1) FROM agreement_task a WHERE a.done_on IS NULL
     UNION ALL SELECT 'repair' FROM claim c WHERE c.status = 'open' AND c.attention_action IS NOT NULL
     UNION ALL SELECT 'receipt' FROM receipt r WHERE r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL
   ) o GROUP BY o.kind $$;
-- +goose StatementEnd
