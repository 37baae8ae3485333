-- The lines of statements that wait until a person says what they are have one definition, and are counted with all else that waits for staff.

-- +goose Up
CREATE INDEX statement_entry_waits ON statement_entry (statement, key) WHERE key IS NOT NULL AND receipt IS NULL AND payout IS NULL AND kind IN ('receipt', 'payout-returned', 'payout', 'return', 'unknown');
-- +goose StatementBegin
CREATE FUNCTION waiting_lines() RETURNS TABLE (key text, statement text) LANGUAGE sql STABLE AS $$
    SELECT e.key, e.statement FROM statement_entry e WHERE e.key IS NOT NULL AND e.receipt IS NULL AND e.payout IS NULL AND e.kind IN ('receipt', 'payout-returned', 'payout', 'return', 'unknown') $$;
CREATE OR REPLACE FUNCTION open_tasks() RETURNS TABLE (kind text, tasks bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT o.kind, count(*) FROM (
     SELECT split_part(t.key, ':', 1) AS kind FROM task t WHERE t.done_on IS NULL
     UNION ALL SELECT split_part(a.key, ':', 1) FROM agreement_task a WHERE a.done_on IS NULL
     UNION ALL SELECT 'repair' FROM claim c WHERE c.status = 'open' AND c.attention_action IS NOT NULL
     UNION ALL SELECT 'receipt' FROM receipt r WHERE r.claim_id IS NULL AND NOT r.divided AND r.gone IS NULL
     UNION ALL SELECT 'line' FROM waiting_lines()
   ) o GROUP BY o.kind $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION waiting_lines() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION waiting_lines() TO dunning_app;
