-- What each trajectory says, as workers know it: a pin names one content for good, and nothing is pinned to what no worker knows. And which trajectories a
-- client agreed to, by id: the newest version of it is what its new claims get; none is the default for the kind of debtor.

-- +goose Up
CREATE TABLE trajectory_content (
    pin      text PRIMARY KEY CHECK (pin ~ '^.+@[1-9][0-9]*$'),
    sha256   text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    known_at timestamptz NOT NULL DEFAULT clock_timestamp()     -- when the first worker with it started
);
CREATE TRIGGER trajectory_content_append_only BEFORE UPDATE OR DELETE ON trajectory_content FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trajectory_content_no_truncate BEFORE TRUNCATE ON trajectory_content FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON trajectory_content TO dunning_app;

ALTER TABLE client ADD COLUMN trajectory_consumer text NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN trajectory_business text NOT NULL DEFAULT '';
