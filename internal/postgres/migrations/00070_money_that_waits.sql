-- When money may be paid on is one rule, of days on which banks settle too (settlement.RefundTerm): the schema keeps what came in by direct debit, and on which day.

-- +goose Up
ALTER TABLE receipt DROP COLUMN available_on;
