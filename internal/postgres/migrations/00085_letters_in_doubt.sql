-- Which letters are in doubt is one rule, for who looks for them among all claims and for who settles those of one: an interruption of a claim for the court of which no stage is recorded is tried again.

-- +goose Up
CREATE POLICY lookup ON court_step FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
CREATE FUNCTION in_doubt(l letter) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS
$$ SELECT l.state IN ('claimed', 'sending') AND l.lease_until < clock_timestamp() - interval '5 minutes' AND EXISTS (SELECT 1 FROM claim c WHERE c.client_id = l.client_id AND c.id = l.claim_id AND (
     c.status <> 'open' AND NOT (c.status = 'court' AND l.kind = 'interruption' AND NOT EXISTS (SELECT 1 FROM court_step s WHERE s.client_id = c.client_id AND s.claim_id = c.id))
     OR l.state = 'sending' AND (l.channel = 'email' OR l.lease_until < clock_timestamp() - interval '1 day'))) $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION letters_in_doubt(at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid, letter_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.client_id, l.claim_id, l.id FROM letter l WHERE l.state IN ('claimed', 'sending') AND in_doubt(l) ORDER BY l.lease_until LIMIT at_most $$;
-- +goose StatementEnd

REVOKE ALL ON FUNCTION in_doubt(letter) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION in_doubt(letter) TO dunning_app;
