-- One person of a client, whatever the client calls it (consumer, sole trader) and under whichever name and address it was handed over or corrected.

-- +goose Up
ALTER TABLE debtor NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stop_flag NO FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event NO FORCE ROW LEVEL SECURITY;

-- The identity under which the person was first known. All rows of one identity have the same.
ALTER TABLE debtor ADD COLUMN person text;
UPDATE debtor SET person = identity;
ALTER TABLE debtor ALTER COLUMN person SET NOT NULL;
CREATE INDEX debtor_person ON debtor (person, client_id);

-- Identities that a person got by a correction; those as handed over stand with the debtor.
CREATE TABLE debtor_alias (
    client_id uuid NOT NULL REFERENCES client (id),
    identity  text NOT NULL,
    person    text NOT NULL,
    PRIMARY KEY (identity, client_id) -- what tells rows apart comes first, see 00010
);
CREATE INDEX debtor_alias_person ON debtor_alias (person, client_id);

-- +goose StatementBegin
-- Corrections that were made before. Letters outside ASCII are left out: what is a letter would depend on the database's locale.
DO $$
DECLARE
    moved record;
    other text;
BEGIN
    FOR moved IN
        SELECT client_id, id, regexp_replace(lower(name), '[^a-z0-9]', '', 'g') || '|' || regexp_replace(lower(postcode), '[^a-z0-9]', '', 'g') || '|'
            || regexp_replace(lower(COALESCE(substring(street from '[0-9].*'), '')), '[^a-z0-9]', '', 'g') || '|' || lower(country) AS now
        FROM debtor WHERE name || street !~ '[^ -~]' ORDER BY client_id, id
    LOOP
        CONTINUE WHEN EXISTS (SELECT 1 FROM debtor d JOIN debtor n ON n.client_id = d.client_id AND n.identity = moved.now AND n.person = d.person WHERE d.client_id = moved.client_id AND d.id = moved.id);
        SELECT n.person INTO other FROM debtor n WHERE n.client_id = moved.client_id AND n.identity = moved.now LIMIT 1;
        IF other IS NULL THEN
            SELECT a.person INTO other FROM debtor_alias a WHERE a.client_id = moved.client_id AND a.identity = moved.now;
        END IF;
        IF other IS NULL THEN
            INSERT INTO debtor_alias SELECT client_id, moved.now, person FROM debtor WHERE client_id = moved.client_id AND id = moved.id;
        ELSE
            UPDATE debtor_alias SET person = d.person FROM debtor d WHERE d.client_id = moved.client_id AND d.id = moved.id AND debtor_alias.client_id = d.client_id AND debtor_alias.person = other;
            UPDATE debtor SET person = d.person FROM debtor d WHERE d.client_id = moved.client_id AND d.id = moved.id AND debtor.client_id = d.client_id AND debtor.person = other;
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- A flag that was set by way of one of them holds for the open claims of all: each has it in its file, and its workflow is woken and asks the task.
WITH newly AS (
    SELECT c.client_id, c.id, s.kind, min(s.from_on) AS from_on FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id
    JOIN debtor same ON same.client_id = d.client_id AND same.person = d.person AND same.id <> d.id
    JOIN stop_flag s ON s.client_id = same.client_id AND s.debtor_id = same.id AND s.until_on IS NULL
    WHERE c.status = 'open' AND NOT EXISTS (SELECT 1 FROM stop_flag own WHERE own.client_id = d.client_id AND own.debtor_id = d.id AND own.kind = s.kind AND own.until_on IS NULL)
    GROUP BY c.client_id, c.id, s.kind),
told AS (
    INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor)
    SELECT client_id, id, 'flag:' || kind || ':' || 1 + (SELECT count(*) FROM case_event e WHERE e.claim_id = newly.id AND e.kind IN (newly.kind, newly.kind || '-cleared')),
        kind, from_on, clock_timestamp(), 'migration' FROM newly
    RETURNING client_id, claim_id, key),
woken AS (INSERT INTO outbox (client_id, claim_id, message, key) SELECT client_id, claim_id, 'debtor-changed', key FROM told)
UPDATE claim SET version = version + 1, changed_at = clock_timestamp() WHERE id IN (SELECT claim_id FROM told);

ALTER TABLE debtor FORCE ROW LEVEL SECURITY;
ALTER TABLE stop_flag FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event FORCE ROW LEVEL SECURITY;

-- Flags are looked up by debtor: what tells rows apart comes first.
DROP INDEX stop_flag_is_set, stop_flag_of_debtor;
CREATE UNIQUE INDEX stop_flag_is_set ON stop_flag (debtor_id, kind, client_id) WHERE until_on IS NULL;
CREATE INDEX stop_flag_of_debtor ON stop_flag (debtor_id, client_id);

ALTER TABLE debtor_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE debtor_alias FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON debtor_alias TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT, UPDATE (person) ON debtor_alias TO dunning_app;
