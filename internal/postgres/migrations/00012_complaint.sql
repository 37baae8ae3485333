-- Complaints of debtors: receipt of each is confirmed in writing within two working days (art. 6.1 Besluit kwaliteit incassodienstverlening).
-- What a complaint says stands in the case file, in its event.

-- +goose Up
CREATE TABLE complaint (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    key         text NOT NULL,
    received_on date NOT NULL,
    confirm_by  date NOT NULL CHECK (confirm_by >= received_on + 2), -- the second working day after it
    PRIMARY KEY (claim_id, key),                                     -- what tells rows apart comes first, see 00010
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TRIGGER complaint_append_only BEFORE UPDATE OR DELETE ON complaint FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER complaint_no_truncate BEFORE TRUNCATE ON complaint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE complaint ENABLE ROW LEVEL SECURITY;
ALTER TABLE complaint FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON complaint TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON complaint TO dunning_app;
