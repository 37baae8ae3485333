-- Claims with a payment arrangement that a person looks at were decided when nobody was reminded of that: each is decided anew, and has a day from now on. One of which the arrangement was
-- ended since is decided as it was.

-- +goose Up
ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
INSERT INTO outbox (client_id, claim_id, message, key) SELECT DISTINCT c.client_id, c.id, 'hold-changed', 'arrangement-review' FROM claim c
    JOIN task t ON t.client_id = c.client_id AND t.claim_id = c.id WHERE c.status = 'open' AND starts_with(t.key, 'review-arrangement:') AND t.done_on IS NULL;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;
ALTER TABLE task FORCE ROW LEVEL SECURITY;
