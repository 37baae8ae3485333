-- A change of trajectory walks over the running claims of one trajectory, of every client, in the order of their ids: one that was stopped goes on.

-- +goose Up
CREATE INDEX claim_of_trajectory ON claim (trajectory, id) WHERE status = 'open';

-- +goose StatementBegin
CREATE FUNCTION claims_of_trajectory(pin text, after uuid, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, c.id FROM claim c WHERE c.status = 'open' AND c.trajectory = pin AND c.id > after ORDER BY c.id LIMIT at_most $$;
CREATE FUNCTION running_trajectories() RETURNS TABLE (trajectory text, claims bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.trajectory, count(*) FROM claim c WHERE c.status = 'open' GROUP BY c.trajectory ORDER BY c.trajectory $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION claims_of_trajectory(text, uuid, integer), running_trajectories() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claims_of_trajectory(text, uuid, integer), running_trajectories() TO dunning_app;
