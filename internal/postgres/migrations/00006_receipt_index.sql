-- Receipts are looked for by claim while its lock is held; and a lookup that nobody uses is gone.

-- +goose Up
CREATE INDEX receipt_of_claim ON receipt (claim_id) WHERE claim_id IS NOT NULL;

DROP FUNCTION claim_of_letter(uuid);
