-- When what came in may be paid on: a direct debit can be fetched back for eight weeks without a reason (SEPA Direct Debit Core).

-- +goose Up
ALTER TABLE receipt
    ADD COLUMN direct_debit boolean NOT NULL DEFAULT false,
    ADD COLUMN available_on date GENERATED ALWAYS AS (CASE WHEN direct_debit THEN value_on + 56 ELSE value_on END) STORED;
