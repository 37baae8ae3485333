-- A payment that was taken back by the bank, or booked wrong: it stays in the books, and so does that it does not count any more.

-- +goose Up
-- So that a reversal can point at its own client's settlements only. What tells rows apart comes first (see 00010).
ALTER TABLE settlement ADD CONSTRAINT settlement_of_client UNIQUE (claim_id, key, client_id);

CREATE TABLE settlement_reversal (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    key         text NOT NULL,                      -- of the settlement, which is reversed once and for good
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    reversed_on date NOT NULL,
    replaced_by text CHECK (replaced_by <> key),    -- the settlement that is right instead; NULL: the money is gone
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (claim_id, key, client_id) REFERENCES settlement (claim_id, key, client_id),
    FOREIGN KEY (claim_id, replaced_by, client_id) REFERENCES settlement (claim_id, key, client_id)
);
CREATE TRIGGER settlement_reversal_append_only BEFORE UPDATE OR DELETE ON settlement_reversal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_reversal_no_truncate BEFORE TRUNCATE ON settlement_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE settlement_reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement_reversal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON settlement_reversal TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON settlement_reversal TO dunning_app;

CREATE POLICY lookup ON settlement FOR SELECT TO dunning_owner USING (true);
CREATE POLICY lookup ON settlement_reversal FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
-- What the bank took back is not there any more. One whose value date was corrected is: it counts as what replaced it.
CREATE OR REPLACE FUNCTION trust_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT (SELECT COALESCE(sum(amount), 0) FROM receipt)::bigint
   - (SELECT COALESCE(sum(s.amount), 0) FROM settlement_reversal r JOIN settlement s ON s.claim_id = r.claim_id AND s.key = r.key
      WHERE r.replaced_by IS NULL AND s.kind = 'paid-to-agency')::bigint $$;
-- A claim that was opened again has a workflow that ended: while its new start waits it is not missing.
CREATE OR REPLACE FUNCTION claims_to_check(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() - older_than + interval '5 minutes' WHERE id IN (
     SELECT c.id FROM claim c WHERE c.status = 'open' AND (c.checked_at IS NULL OR c.checked_at < clock_timestamp() - older_than)
     AND c.changed_at < clock_timestamp() - interval '1 minute'
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id AND o.message IN ('start', 'reopen') AND o.delivered_at IS NULL)
     ORDER BY c.checked_at NULLS FIRST LIMIT at_most FOR UPDATE SKIP LOCKED)
   RETURNING claim.client_id, claim.id $$;
-- +goose StatementEnd
