-- Most debtors have one claim, and nobody else is known under their names: then nobody else wrote to them, which is told without asking who is who for all clients.

-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION other_contact(of_claim uuid, undemanding text[]) RETURNS date LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM claim c JOIN debtor own ON own.client_id = c.client_id AND own.id = c.debtor_id WHERE c.id = of_claim AND c.client_id = tenant() AND (
        EXISTS (SELECT FROM claim o WHERE o.client_id = c.client_id AND o.debtor_id = own.id AND o.id <> c.id)
        OR EXISTS (SELECT FROM debtor d WHERE d.client_id = own.client_id AND d.person = own.person AND d.id <> own.id)
        OR EXISTS (SELECT FROM debtor d WHERE d.identity IN (own.identity, own.person) AND (d.client_id, d.id) <> (own.client_id, own.id))
        OR EXISTS (SELECT FROM debtor_alias a WHERE a.client_id = own.client_id AND a.person = own.person)
        OR EXISTS (SELECT FROM debtor_alias a WHERE a.identity IN (own.identity, own.person))))
    THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT max(l.on_day) FROM claim c
        CROSS JOIN LATERAL (SELECT d.person FROM debtor d WHERE d.client_id = c.client_id AND d.id = c.debtor_id OFFSET 0) own
        CROSS JOIN LATERAL people_named(ARRAY[own.person]) p
        CROSS JOIN LATERAL (SELECT d.id FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person OFFSET 0) d
        CROSS JOIN LATERAL (SELECT o.id FROM claim o WHERE o.client_id = p.client_id AND o.debtor_id = d.id AND o.id <> c.id OFFSET 0) o
        CROSS JOIN LATERAL (SELECT l.on_day, l.kind, l.state FROM letter l WHERE l.claim_id = o.id OFFSET 0) l
        WHERE c.id = of_claim AND c.client_id = tenant() AND l.state IN ('sending', 'accepted', 'unknown') AND l.kind <> ALL (undemanding));
END $$;
-- +goose StatementEnd
