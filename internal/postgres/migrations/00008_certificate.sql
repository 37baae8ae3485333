-- The legal certificate of each paper: what the law asks of a letter of its kind, rule by rule. Never changed.

-- +goose Up
CREATE TABLE certificate (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    letter_id uuid NOT NULL REFERENCES letter (id),
    sha256    bytea NOT NULL,                        -- of the PDF
    verdicts  jsonb NOT NULL CHECK (jsonb_array_length(verdicts) > 0),
    made_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (letter_id, sha256),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TRIGGER certificate_append_only BEFORE UPDATE OR DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificate_no_truncate BEFORE TRUNCATE ON certificate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE certificate ENABLE ROW LEVEL SECURITY;
ALTER TABLE certificate FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON certificate TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON certificate TO dunning_app;
