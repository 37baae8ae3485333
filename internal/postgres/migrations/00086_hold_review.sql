-- Claims on hold without an end were decided when nobody was asked about them: each is decided anew, and has a day from now on.

-- +goose Up
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE pause NO FORCE ROW LEVEL SECURITY;
INSERT INTO outbox (client_id, claim_id, message, key) SELECT DISTINCT c.client_id, c.id, 'hold-changed', 'hold-review' FROM claim c
    JOIN pause p ON p.client_id = c.client_id AND p.claim_id = c.id WHERE c.status = 'open' AND p.kind = 'hold' AND p.until_on IS NULL;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE pause FORCE ROW LEVEL SECURITY;
