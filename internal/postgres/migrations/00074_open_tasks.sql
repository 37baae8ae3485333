-- The open tasks of claims: listed for each client, the oldest first, and counted for all clients by kind. The count names no claim and no client.

-- +goose Up
CREATE INDEX task_open ON task (client_id, opened_on) WHERE done_on IS NULL;

-- +goose StatementBegin
CREATE FUNCTION open_tasks() RETURNS TABLE (kind text, tasks bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT split_part(t.key, ':', 1), count(*) FROM task t WHERE t.done_on IS NULL GROUP BY 1 $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION open_tasks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_tasks() TO dunning_app;
