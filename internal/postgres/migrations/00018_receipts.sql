-- A receipt that was allocated to the wrong claim waits again; and information costs can be taken back.

-- +goose Up
ALTER TABLE settlement_reversal
    ADD COLUMN waits boolean NOT NULL DEFAULT false,    -- the receipt waits to be allocated again: the money is on the trust account
    ADD CONSTRAINT settlement_reversal_waits_check CHECK (NOT waits OR replaced_by IS NULL);

-- The claim may have a settlement of the receipt's key already: one that was released, or another that a person gave this key.
ALTER TABLE receipt ADD COLUMN settled_as text;         -- the key of its settlement when it was allocated; NULL: its own
GRANT UPDATE (settled_as) ON receipt TO dunning_app;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION trust_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT (SELECT COALESCE(sum(amount), 0) FROM receipt WHERE part_of IS NULL)::bigint -- what the bank booked: the wholes
   - (SELECT COALESCE(sum(s.amount), 0) FROM settlement_reversal r JOIN settlement s ON s.claim_id = r.claim_id AND s.key = r.key
      WHERE r.replaced_by IS NULL AND NOT r.waits AND s.kind = 'paid-to-agency')::bigint $$; -- less what it took back
-- +goose StatementEnd

ALTER TABLE information_cost ADD CONSTRAINT information_cost_of_client UNIQUE (claim_id, key, client_id);
CREATE TABLE information_cost_reversal (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    key         text NOT NULL,                          -- of the cost, which is taken back once and for good
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    reversed_on date NOT NULL,
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (claim_id, key, client_id) REFERENCES information_cost (claim_id, key, client_id)
);
CREATE TRIGGER information_cost_no_truncate BEFORE TRUNCATE ON information_cost FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER information_cost_reversal_append_only BEFORE UPDATE OR DELETE ON information_cost_reversal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER information_cost_reversal_no_truncate BEFORE TRUNCATE ON information_cost_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE information_cost_reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE information_cost_reversal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON information_cost_reversal TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON information_cost_reversal TO dunning_app;
