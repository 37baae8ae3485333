-- What became of a claim before the court, the packages that were made for whoever conducts it, and which court fee its client pays.

-- +goose Up
ALTER TABLE client ADD COLUMN court_party text NOT NULL DEFAULT 'legal' CHECK (court_party IN ('legal', 'natural', 'indigent'));

CREATE TABLE court_step (
    client_id           uuid NOT NULL,
    claim_id            uuid NOT NULL,
    stage               text NOT NULL CHECK (stage IN ('served', 'judgment', 'settled', 'withdrawn', 'lost')),
    on_day              date NOT NULL,
    reference           text NOT NULL DEFAULT '',           -- of the court or the bailiff; it names the case, so it is in no workflow
    awarded_principal   bigint NOT NULL DEFAULT 0 CHECK (awarded_principal >= 0),
    awarded_interest    bigint NOT NULL DEFAULT 0 CHECK (awarded_interest >= 0),
    awarded_costs       bigint NOT NULL DEFAULT 0 CHECK (awarded_costs >= 0),
    awarded_court_costs bigint NOT NULL DEFAULT 0 CHECK (awarded_court_costs >= 0),
    PRIMARY KEY (claim_id, stage),                          -- what tells rows apart comes first, see 00010
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    CHECK ((stage = 'judgment') = (awarded_principal + awarded_interest + awarded_costs + awarded_court_costs > 0))
);
CREATE TRIGGER court_step_append_only BEFORE UPDATE OR DELETE ON court_step FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER court_step_no_truncate BEFORE TRUNCATE ON court_step FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE court_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE court_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON court_step TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON court_step TO dunning_app;

-- A package is not kept: it is made again, byte for byte, from the events up to known_seq and the particulars as they stood in it.
CREATE TABLE court_package (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    recipient   text NOT NULL CHECK (recipient IN ('bailiff', 'lawyer')),
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    on_day      date NOT NULL,
    known_seq   bigint NOT NULL,                            -- of the last event in it
    particulars jsonb NOT NULL,
    PRIMARY KEY (claim_id, recipient, sha256),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TRIGGER court_package_append_only BEFORE UPDATE OR DELETE ON court_package FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER court_package_no_truncate BEFORE TRUNCATE ON court_package FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE court_package ENABLE ROW LEVEL SECURITY;
ALTER TABLE court_package FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON court_package TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON court_package TO dunning_app;
