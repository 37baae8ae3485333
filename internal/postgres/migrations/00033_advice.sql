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

-- The documents of a claim, named by their content: the same one is kept once.
CREATE TABLE claim_document (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,                            -- SHA-256 of the content, in hexadecimal
    kind      text NOT NULL CHECK (kind IN ('invoice', 'contract', 'delivery', 'correspondence')),
    media     text NOT NULL CHECK (media IN ('application/pdf', 'image/png', 'image/jpeg', 'text/plain')),
    name      text NOT NULL CHECK (btrim(name) <> ''),  -- of the file, without its folder
    on_day    date,                                     -- that it bears; NULL: not told
    added_on  date NOT NULL,
    content   bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 10485760),
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    CHECK (key = encode(sha256(content), 'hex'))
);
ALTER TABLE claim_document ALTER COLUMN content SET STORAGE EXTERNAL; -- it is packed already
CREATE TRIGGER claim_document_append_only BEFORE UPDATE OR DELETE ON claim_document FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER claim_document_no_truncate BEFORE TRUNCATE ON claim_document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE claim_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE claim_document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON claim_document TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON claim_document TO dunning_app;
