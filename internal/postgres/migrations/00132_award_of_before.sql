-- The task to write off what a judgment left out has how much that is in its key since decision 91. One of before that a person did has none, so it was asked anew at each change of the money though nothing
-- else was left out: it gets the amount of its words. An open one is the same task from then on; where both are there, that of before stays as it is.

-- +goose Up
ALTER TABLE task NO FORCE ROW LEVEL SECURITY;
UPDATE task t SET key = t.key || ':' || substring(t.detail FROM '^the judgment awards ([0-9]+[.][0-9]{2}) less ')
WHERE t.key = 'judgment-awards-less' AND t.detail ~ '^the judgment awards [0-9]+[.][0-9]{2} less '
    AND NOT EXISTS (SELECT 1 FROM task x WHERE x.client_id = t.client_id AND x.claim_id = t.claim_id AND x.key = t.key || ':' || substring(t.detail FROM '^the judgment awards ([0-9]+[.][0-9]{2}) less '));
ALTER TABLE task FORCE ROW LEVEL SECURITY;
