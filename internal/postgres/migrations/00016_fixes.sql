-- What finding out about a debtor cost is history as the other books are: TRUNCATE went past its trigger.

-- +goose Up
CREATE TRIGGER information_cost_no_truncate BEFORE TRUNCATE ON information_cost FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
