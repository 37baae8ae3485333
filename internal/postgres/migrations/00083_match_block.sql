-- Persons say from which accounts, and by which rules of matching, nothing is matched by itself any more; and how many receipts a rule matched on one day is counted.

-- +goose Up
-- The last row of a name holds. The agency alone reads it: the accounts are of debtors of every client.
CREATE TABLE match_block (
    seq     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text NOT NULL CHECK (kind IN ('payer', 'rule')),
    name    text NOT NULL CHECK (name <> ''),               -- IBAN, normalised, or rule
    blocked boolean NOT NULL,                               -- false: not any more
    reason  text NOT NULL CHECK (btrim(reason) <> ''),
    said_by text NOT NULL,
    said_at timestamptz NOT NULL
);
CREATE INDEX match_block_last ON match_block (kind, name, seq DESC);
ALTER TABLE match_block ENABLE ROW LEVEL SECURITY;
ALTER TABLE match_block FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON match_block TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER match_block_append_only BEFORE UPDATE OR DELETE ON match_block FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER match_block_no_truncate BEFORE TRUNCATE ON match_block FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON match_block TO dunning_app;

CREATE INDEX receipt_match_by_rule ON receipt_match (rule, matched_at) WHERE outcome = 'auto';
