-- Stop flags: facts about the debtor, not about one claim, for which dunning stops at once; two of them end the interest by law.

-- +goose Up
CREATE TABLE stop_flag (
    client_id uuid NOT NULL,
    debtor_id uuid NOT NULL,
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- a debtor can be bankrupt twice
    kind      text NOT NULL CHECK (kind IN ('bankrupt', 'wsnp', 'deceased', 'guardianship', 'administration', 'minor', 'debt-counselling', 'vulnerable')),
    from_on   date NOT NULL,                           -- the day of the ruling, the death and so on
    until_on  date CHECK (until_on >= from_on - 1),    -- the last day on which it was so; the day before from_on: it never was
    FOREIGN KEY (client_id, debtor_id) REFERENCES debtor (client_id, id)
);
CREATE UNIQUE INDEX stop_flag_is_set ON stop_flag (client_id, debtor_id, kind) WHERE until_on IS NULL;
CREATE INDEX stop_flag_of_debtor ON stop_flag (client_id, debtor_id);

-- "insolvent" did not say which: it goes on as a bankruptcy, which stops letters and interest. An operator for whom it was a WSNP sets that.
ALTER TABLE flag NO FORCE ROW LEVEL SECURITY;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
INSERT INTO stop_flag (client_id, debtor_id, kind, from_on)
SELECT c.client_id, c.debtor_id, 'bankrupt', min(f.from_on) FROM flag f JOIN claim c ON c.id = f.claim_id WHERE f.kind = 'insolvent' GROUP BY c.client_id, c.debtor_id;
DELETE FROM flag WHERE kind = 'insolvent';
UPDATE task SET key = 'stopped:bankrupt' WHERE key = 'lodge-claim';
ALTER TABLE flag FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
ALTER TABLE flag DROP CONSTRAINT flag_kind_check, ADD CONSTRAINT flag_kind_check CHECK (kind IN ('address-unknown', 'email-bounced'));

ALTER TABLE stop_flag ENABLE ROW LEVEL SECURITY;
ALTER TABLE stop_flag FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON stop_flag TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT, UPDATE (from_on, until_on) ON stop_flag TO dunning_app;
