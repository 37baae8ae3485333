-- How a client's own letters look. The logo is in the row but out of its line (TOAST): what does not ask for it does not read it.

-- +goose Up
ALTER TABLE client ADD COLUMN colour text NOT NULL DEFAULT '' CHECK (colour ~ '^(#[0-9a-f]{6})?$'),
    ADD COLUMN logo bytea CHECK (octet_length(logo) BETWEEN 1 AND 300000);
-- A PNG or JPEG file is compressed already.
ALTER TABLE client ALTER COLUMN logo SET STORAGE EXTERNAL;
