-- A sum that is booked and waits is told apart when the bank tells its payments afterwards: whether another entry may be the sum of the same batch is found by the id of the payment file. No row is changed.

-- +goose Up
CREATE INDEX statement_entry_batch ON statement_entry (batch) WHERE batch <> '' AND key IS NOT NULL;
