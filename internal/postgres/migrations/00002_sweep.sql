-- What the sweeper and the allocation of receipts look up, without false alarms, and what a letter was written from.

-- +goose Up
-- The version of the facts a letter was written from: one that was written before a (part) payment is written again, not sent.
ALTER TABLE letter ADD COLUMN facts_version bigint NOT NULL DEFAULT 0;

CREATE TRIGGER settlement_no_truncate BEFORE TRUNCATE ON settlement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- By both columns: without statistics two indexes were combined, one of them over all invoices of the client.
CREATE INDEX invoice_of_client_and_claim ON invoice (client_id, claim_id);
DROP INDEX invoice_of_claim;
CREATE INDEX outbox_of_claim ON outbox (claim_id);
CREATE INDEX outbox_delivered ON outbox (delivered_at) WHERE delivered_at IS NOT NULL;

CREATE POLICY lookup ON task FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
CREATE FUNCTION claims_waiting_for(task_key text) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT t.client_id, t.claim_id FROM task t WHERE t.key = task_key AND t.done_on IS NULL ORDER BY t.claim_id $$;
-- A message that still waits is not lost, and who was woken by the sweeper gets time to read before the next wake-up.
CREATE OR REPLACE FUNCTION claims_behind(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, c.id FROM claim c WHERE c.status = 'open' AND c.seen_version < c.version AND c.changed_at < clock_timestamp() - older_than
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id
     AND (o.delivered_at IS NULL OR (o.key = 'sweeper' AND o.created_at > clock_timestamp() - interval '10 minutes')))
   ORDER BY c.changed_at LIMIT at_most $$;
-- Takes claims for five minutes: claims_checked notes those that were compared, the others come back. One whose start still waits is not missing.
CREATE OR REPLACE FUNCTION claims_to_check(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() - older_than + interval '5 minutes' WHERE id IN (
     SELECT c.id FROM claim c WHERE c.status = 'open' AND (c.checked_at IS NULL OR c.checked_at < clock_timestamp() - older_than)
     AND c.changed_at < clock_timestamp() - interval '1 minute'
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id AND o.message = 'start' AND o.delivered_at IS NULL)
     ORDER BY c.checked_at NULLS FIRST LIMIT at_most FOR UPDATE SKIP LOCKED)
   RETURNING claim.client_id, claim.id $$;
CREATE FUNCTION claims_checked(ids uuid[]) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() WHERE id = ANY (ids) $$;
-- A registered letter of an open claim never left and hides nothing: it may wait for a mail server, or for the end of a dispute.
CREATE OR REPLACE FUNCTION letters_in_doubt(at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid, letter_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.client_id, l.claim_id, l.id FROM letter l JOIN claim c ON c.id = l.claim_id
   WHERE l.lease_until < clock_timestamp() - interval '5 minutes' AND (l.state = 'sending' OR (l.state = 'claimed' AND c.status <> 'open'))
   ORDER BY l.lease_until LIMIT at_most $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
-- So that the program can say at start that the schema is behind.
GRANT SELECT ON goose_db_version TO dunning_app;
