-- The sweeper's other direction: running workflows whose claim is closed or unknown.

-- +goose Up
-- Where a round over all running workflows stands, so that several workers share it and one that is killed loses one page. Belongs to no tenant.
CREATE TABLE sweep (
    name      text PRIMARY KEY,
    page      bytea NOT NULL DEFAULT '',            -- Temporal's token of the next page; empty: the first
    turned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO sweep (name) VALUES ('workflows');
GRANT SELECT, UPDATE ON sweep TO dunning_app;

-- +goose StatementBegin
-- Which of these claims are no longer open, for some time already, or (without a client) not there at all. One look-up per id, whatever the statistics.
CREATE FUNCTION claims_not_open(ids uuid[], for_at_least interval) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, i.id FROM unnest(ids) AS i (id)
   LEFT JOIN LATERAL (SELECT claim.client_id, claim.status, claim.changed_at FROM claim WHERE claim.id = i.id OFFSET 0) c ON true
   WHERE c.client_id IS NULL OR (c.status <> 'open' AND c.changed_at < clock_timestamp() - for_at_least) $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
