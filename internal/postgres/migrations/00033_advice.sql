-- Registers are asked before the escalation advice too, and the documents of a claim are kept.

-- +goose Up
ALTER TABLE register_check DROP CONSTRAINT register_check_cycle_check;
ALTER TABLE register_check ADD CONSTRAINT register_check_cycle_check CHECK (cycle >= -1); -- -1 is the one before the advice

-- A notice that was taken back by mistake is recorded again, with the same day of receipt.
ALTER TABLE agreement_notice DROP CONSTRAINT agreement_notice_agreement_id_received_on_registered_key;
CREATE UNIQUE INDEX agreement_notice_stands ON agreement_notice (agreement_id, received_on, registered) WHERE taken_back_on IS NULL;

-- What workers know when they start: a file that the one that started last does not have is not relied on any more. Ids of trajectories only, no client's.
CREATE TABLE trajectory_start (
    started_at timestamptz NOT NULL DEFAULT now(),
    pin        text NOT NULL REFERENCES trajectory_content (pin),
    PRIMARY KEY (started_at, pin)
);
CREATE TRIGGER trajectory_start_append_only BEFORE UPDATE OR DELETE ON trajectory_start FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER trajectory_start_no_truncate BEFORE TRUNCATE ON trajectory_start FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON trajectory_start TO dunning_app;
