-- What a client was charged can be taken back, and what was answered or given notice of stands.

-- +goose Up
-- What agreements charge stands in their own tables (agreement_year, sticker_order): this one is of claims.
ALTER TABLE billable ALTER COLUMN claim_id SET NOT NULL;

-- A charge that was taken back: it stays in the books, and so does that it is not owed.
CREATE TABLE billable_reversal (
    client_id   uuid NOT NULL,
    key         text NOT NULL,                       -- of the charge, which is taken back once and for good
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    reversed_on date NOT NULL,
    PRIMARY KEY (key, client_id),
    FOREIGN KEY (key, client_id) REFERENCES billable (key, client_id)
);
CREATE TRIGGER billable_reversal_append_only BEFORE UPDATE OR DELETE ON billable_reversal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billable_reversal_no_truncate BEFORE TRUNCATE ON billable_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE billable_reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE billable_reversal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billable_reversal TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON billable_reversal TO dunning_app;
