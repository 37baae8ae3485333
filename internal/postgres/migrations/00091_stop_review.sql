-- Claims of which somebody had done what a stop flag asks were decided when nobody was asked again: each is decided anew, and has a day from now on. One whose flag was cleared since is
-- decided as it was.

-- +goose Up
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
INSERT INTO outbox (client_id, claim_id, message, key) SELECT DISTINCT c.client_id, c.id, 'debtor-changed', 'stop-review' FROM claim c
    JOIN task t ON t.client_id = c.client_id AND t.claim_id = c.id WHERE c.status = 'open' AND starts_with(t.key, 'stopped:') AND t.done_on IS NOT NULL;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
