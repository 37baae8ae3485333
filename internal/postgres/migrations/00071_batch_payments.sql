-- The payments of a batch that the bank tells apart from the statement that books their sum (camt.054). It holds names of everybody: the agency alone reads it, no client.

-- +goose Up
CREATE TABLE statement_batch (
    base         text PRIMARY KEY,                      -- names the entry, as in statement_entry
    account      text NOT NULL,                         -- IBAN
    by_reference boolean NOT NULL,                      -- the bank's own reference is in base
    batch        text NOT NULL,                         -- id of the payment file that the entry is the sum of; empty: not told
    amount       bigint NOT NULL CHECK (amount > 0),    -- in cents, that came in
    payments     jsonb NOT NULL CHECK (jsonb_array_length(payments) > 1), -- that add up to it
    file         text NOT NULL,
    imported_by  text NOT NULL,
    imported_at  timestamptz NOT NULL,
    CHECK (by_reference OR batch <> '')
);
CREATE INDEX statement_batch_account ON statement_batch (account);
CREATE TRIGGER statement_batch_append_only BEFORE UPDATE OR DELETE ON statement_batch FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER statement_batch_no_truncate BEFORE TRUNCATE ON statement_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE statement_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE statement_batch FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON statement_batch TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
GRANT SELECT, INSERT ON statement_batch TO dunning_app;
