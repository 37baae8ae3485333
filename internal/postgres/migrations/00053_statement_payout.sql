-- Entries of a statement that are of a payout: booked by the statement itself, or told with why they are not.

-- +goose Up
ALTER TABLE statement_entry
    ADD COLUMN payout     text REFERENCES payout (id),     -- whose lines it booked, or gave back
    ADD COLUMN payout_why text NOT NULL DEFAULT '',        -- it names a payout and does not fit it: a person must ask the bank
    ADD CONSTRAINT statement_entry_one CHECK (num_nonnulls(receipt, payout) < 2),
    ADD CONSTRAINT statement_entry_fits CHECK (payout IS NULL OR payout_why = '');
DROP INDEX statement_entry_open;
CREATE INDEX statement_entry_open ON statement_entry (kind) WHERE key IS NOT NULL AND receipt IS NULL AND payout IS NULL AND kind IN ('payout-returned', 'payout', 'return', 'unknown');
GRANT UPDATE (payout, payout_why) ON statement_entry TO dunning_app;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refuse_unbooking() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_TABLE_NAME = 'statement' THEN
        IF OLD.state <> 'held' THEN RAISE EXCEPTION 'statement % is booked: append-only', OLD.key; END IF;
    ELSIF OLD.key IS NOT NULL AND (NEW.key IS DISTINCT FROM OLD.key OR OLD.receipt IS NOT NULL OR OLD.payout IS NOT NULL) THEN
        RAISE EXCEPTION 'entry % is booked: append-only', OLD.key;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
