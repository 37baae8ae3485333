-- A credit note names the invoice that it credits: what is credited was never owed, so it matters since when.

-- +goose Up
-- Empty: the only invoice, or a credit note of before this was kept, which goes off the oldest.
ALTER TABLE settlement
    ADD COLUMN invoice text NOT NULL DEFAULT '',
    ADD CONSTRAINT settlement_invoice_check CHECK (invoice = '' OR kind = 'credit-note');
