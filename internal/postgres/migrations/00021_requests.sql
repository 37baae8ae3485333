-- Requests between client and agency about a claim, and what a client is to be billed.

-- +goose Up
-- What is asked and answered in words stands in the case file, in the events.
CREATE TABLE client_request (
    client_id    uuid NOT NULL,
    claim_id     uuid NOT NULL,
    key          text NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('documents', 'information', 'permission', 'call-back')),
    asked_on     date NOT NULL,
    days         int  NOT NULL CHECK (days > 0),                  -- calendar days for the client, working days for the agency
    remind_after int  NOT NULL DEFAULT 0,
    answered_on  date CHECK (answered_on >= asked_on),
    answer       text CHECK (answer IN ('given', 'yes', 'no')),
    PRIMARY KEY (claim_id, key),
    CHECK ((answered_on IS NULL) = (answer IS NULL)),
    CHECK (answer IS NULL OR (kind = 'permission') = (answer <> 'given')),
    CHECK (CASE WHEN kind IN ('documents', 'information') THEN remind_after > 0 AND remind_after < days ELSE remind_after = 0 END),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX client_request_of_client ON client_request (client_id, kind);
ALTER TABLE client_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE client_request FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON client_request TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT, UPDATE (answered_on, answer) ON client_request TO dunning_app;

-- A claim is charged commission once, whatever the exception: its key says so.
CREATE TABLE billable (
    client_id uuid   NOT NULL REFERENCES client (id),
    claim_id  uuid,                                               -- NULL: of the client, not of one claim
    key       text   NOT NULL,
    kind      text   NOT NULL CHECK (kind IN ('withdrawal', 'own-arrangement', 'no-word', 'own-collection', 'obstruction', 'agreed-costs')),
    net       bigint NOT NULL CHECK (net > 0),                    -- cents, without VAT
    vat       bigint NOT NULL CHECK (vat >= 0),
    total     bigint NOT NULL,
    on_day    date   NOT NULL,
    basis     text   NOT NULL CHECK (btrim(basis) <> ''),
    PRIMARY KEY (key, client_id),                                 -- what tells rows apart comes first, see 00010
    CHECK (total = net + vat),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX billable_of_claim ON billable (claim_id);
CREATE TRIGGER billable_append_only BEFORE UPDATE OR DELETE ON billable FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billable_no_truncate BEFORE TRUNCATE ON billable FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE billable ENABLE ROW LEVEL SECURITY;
ALTER TABLE billable FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billable TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON billable TO dunning_app;
