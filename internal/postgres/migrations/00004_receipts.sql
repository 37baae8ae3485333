-- Whose a receipt is, so that the same bank entry told again is recognised whoever it was allocated to since.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION claim_of_receipt(receipt_key text) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT r.client_id, r.claim_id FROM receipt r WHERE r.key = receipt_key AND r.claim_id IS NOT NULL $$;
-- +goose StatementEnd

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
