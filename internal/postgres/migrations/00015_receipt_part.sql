-- One receipt divided over several claims of one debtor (art. 6:43 BW): the bank entry stays as it is, its parts are receipts of their own.

-- +goose Up
-- The whole that is divided belongs to a client, so that no other sees it any more, and to no claim: its parts do.
ALTER TABLE receipt
    ADD COLUMN part_of text REFERENCES receipt (key),
    ADD COLUMN divided boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT receipt_check,
    ADD CONSTRAINT receipt_check CHECK ((client_id IS NULL) = (claim_id IS NULL AND NOT divided)),
    ADD CONSTRAINT receipt_whole_check CHECK (NOT divided OR (claim_id IS NULL AND part_of IS NULL)),
    ADD CONSTRAINT receipt_part_check CHECK (part_of IS NULL OR claim_id IS NOT NULL);
CREATE INDEX receipt_part ON receipt (part_of) WHERE part_of IS NOT NULL;
DROP INDEX receipt_unallocated;
CREATE INDEX receipt_unallocated ON receipt (amount) WHERE claim_id IS NULL AND NOT divided;
GRANT UPDATE (divided) ON receipt TO dunning_app;

-- +goose StatementBegin
-- The parts of a receipt that is divided add up to it and are of its client; one that is not has none. It runs as the owner: at the end of the
-- transaction the tenant may be another client, whose claim waited for the receipt.
CREATE FUNCTION receipt_parts_add_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT r.key INTO bad FROM receipt r
    LEFT JOIN LATERAL (SELECT sum(p.amount) AS amount, bool_and(p.client_id = r.client_id) AS own FROM receipt p WHERE p.part_of = r.key) parts ON true
    WHERE (TG_OP <> 'DELETE' AND r.key IN (NEW.key, NEW.part_of) OR TG_OP <> 'INSERT' AND r.key IN (OLD.key, OLD.part_of))
    AND (COALESCE(parts.amount, 0) <> CASE WHEN r.divided THEN r.amount ELSE 0 END OR NOT parts.own);
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'the parts of receipt % do not add up to it', bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER receipt_parts_inserted AFTER INSERT ON receipt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.divided OR NEW.part_of IS NOT NULL) EXECUTE FUNCTION receipt_parts_add_up();
CREATE CONSTRAINT TRIGGER receipt_parts_updated AFTER UPDATE ON receipt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.divided OR OLD.divided OR NEW.part_of IS NOT NULL OR OLD.part_of IS NOT NULL) EXECUTE FUNCTION receipt_parts_add_up();
CREATE CONSTRAINT TRIGGER receipt_parts_deleted AFTER DELETE ON receipt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.part_of IS NOT NULL) EXECUTE FUNCTION receipt_parts_add_up();

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION trust_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT (SELECT COALESCE(sum(amount), 0) FROM receipt WHERE part_of IS NULL)::bigint -- what the bank booked: the wholes
   - (SELECT COALESCE(sum(s.amount), 0) FROM settlement_reversal r JOIN settlement s ON s.claim_id = r.claim_id AND s.key = r.key
      WHERE r.replaced_by IS NULL AND s.kind = 'paid-to-agency')::bigint $$; -- less what it took back (00013)
-- Of a receipt that is divided it is the claim of its first part.
CREATE OR REPLACE FUNCTION claim_of_receipt(receipt_key text) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.client_id, r.claim_id FROM receipt r WHERE r.claim_id IS NOT NULL AND (r.key = receipt_key OR r.key = receipt_key || '#1' AND r.part_of = receipt_key) $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
