-- +goose Up
-- What was decided for a claim on a day that has passed rests on the letters that had left to its debtor by then for other claims, so every such day is
-- told: a day, and nothing about whose.
-- +goose StatementBegin
CREATE FUNCTION other_contacts(of_claim uuid, undemanding text[]) RETURNS SETOF date LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS
$$ BEGIN RETURN QUERY SELECT DISTINCT l.on_day FROM claim c
   CROSS JOIN LATERAL (SELECT d.person FROM debtor d WHERE d.client_id = c.client_id AND d.id = c.debtor_id OFFSET 0) own
   CROSS JOIN LATERAL people_named(ARRAY[own.person]) p
   CROSS JOIN LATERAL (SELECT d.id FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person OFFSET 0) d
   CROSS JOIN LATERAL (SELECT o.id FROM claim o WHERE o.client_id = p.client_id AND o.debtor_id = d.id AND o.id <> c.id OFFSET 0) o
   CROSS JOIN LATERAL (SELECT l.on_day, l.kind, l.state FROM letter l WHERE l.claim_id = o.id OFFSET 0) l
   WHERE c.id = of_claim AND c.client_id = tenant() AND l.state IN ('sending', 'accepted', 'unknown') AND l.kind <> ALL (undemanding) ORDER BY 1; END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION other_contacts(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION other_contacts(uuid, text[]) TO dunning_app;
