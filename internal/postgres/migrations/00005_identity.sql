-- The same debtor under another kind, a step that is skipped twice, and post that was cut off.

-- +goose Up
-- Requirement T5: who the debtor is does not depend on the kind that the client states (the first part of the fingerprint).
-- A column, because under row security an index on an expression is not used: its functions could leak.
ALTER TABLE debtor ADD COLUMN identity text NOT NULL GENERATED ALWAYS AS (substr(fingerprint, strpos(fingerprint, '|') + 1)) STORED;
CREATE INDEX debtor_identity ON debtor (client_id, identity);

-- Periodic letters have one step: it can be skipped each year.
ALTER TABLE skipped_step DROP CONSTRAINT skipped_step_pkey, ADD PRIMARY KEY (claim_id, step, on_day);

-- +goose StatementBegin
-- Post of an open claim that was cut off is taken up again by its workflow, with the same paper under the same key: nothing about it
-- is in doubt for a day. After that its address was corrected, and nobody takes it up.
CREATE OR REPLACE FUNCTION letters_in_doubt(at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid, letter_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.client_id, l.claim_id, l.id FROM letter l JOIN claim c ON c.id = l.claim_id
   WHERE l.lease_until < clock_timestamp() - interval '5 minutes' AND l.state IN ('claimed', 'sending')
   AND (c.status <> 'open' OR (l.state = 'sending' AND (l.channel = 'email' OR l.lease_until < clock_timestamp() - interval '1 day')))
   ORDER BY l.lease_until LIMIT at_most $$;
-- +goose StatementEnd
