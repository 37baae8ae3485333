-- What is compared with Temporal is noted without waiting: who locks several claims of a debtor could wait for one that is noted, and be waited for.

-- +goose Up
-- +goose StatementBegin
-- A claim that somebody has locked is passed over: it comes back after the five minutes for which it was taken.
CREATE OR REPLACE FUNCTION claims_checked(ids uuid[]) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() WHERE id IN (SELECT c.id FROM claim c WHERE c.id = ANY (ids) FOR NO KEY UPDATE SKIP LOCKED) $$;
-- +goose StatementEnd
