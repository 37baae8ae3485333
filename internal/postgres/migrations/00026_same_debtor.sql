-- One debtor of several clients: what stops dunning reaches its claims of every client, and demands to it are apart; no client learns of another.

-- +goose Up
-- Who is who is asked across clients by the functions below, which run as the owner.
CREATE POLICY lookup ON debtor FOR SELECT TO dunning_owner USING (true);
CREATE POLICY lookup ON debtor_alias FOR SELECT TO dunning_owner USING (true);
CREATE POLICY lookup ON stop_flag FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
-- Everybody who is the same debtor as who is known under each name (an identity), by the place of that name: whoever shares a name with one of them, under
-- which it was handed over or that a correction gave it, is one of them. For the functions below only. OFFSET 0 keeps the lookups apart, each by its index;
-- not in SQL, because then its rows would be guessed at thousands, and without jit, which would compile for a second what runs for less than a millisecond.
CREATE FUNCTION people_named(names text[]) RETURNS TABLE (place bigint, client_id uuid, person text) LANGUAGE plpgsql STABLE ROWS 2 SET jit = off AS
$$ #variable_conflict use_column
   BEGIN RETURN QUERY WITH RECURSIVE people AS (
     SELECT n.place, k.client_id, k.person FROM unnest(names) WITH ORDINALITY n (name, place)
     CROSS JOIN LATERAL (SELECT d.client_id, d.person FROM debtor d WHERE d.identity = n.name UNION SELECT a.client_id, a.person FROM debtor_alias a WHERE a.identity = n.name OFFSET 0) k
   UNION
     SELECT p.place, k.client_id, k.person FROM people p
     CROSS JOIN LATERAL (SELECT d.identity FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person UNION SELECT a.identity FROM debtor_alias a WHERE a.client_id = p.client_id AND a.person = p.person OFFSET 0) n
     CROSS JOIN LATERAL (SELECT d.client_id, d.person FROM debtor d WHERE d.identity = n.identity UNION SELECT a.client_id, a.person FROM debtor_alias a WHERE a.identity = n.identity OFFSET 0) k)
   SELECT p.place, p.client_id, p.person FROM people p; END $$;

-- The claims on one debtor, of every client.
CREATE FUNCTION claims_of_debtor(names text[]) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE ROWS 4 SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS
$$ SELECT DISTINCT c.client_id, c.id FROM people_named(names) p
   CROSS JOIN LATERAL (SELECT d.id FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person OFFSET 0) d
   CROSS JOIN LATERAL (SELECT c.client_id, c.id FROM claim c WHERE c.client_id = p.client_id AND c.debtor_id = d.id OFFSET 0) c $$;

-- The stop flags that are set of who is known under each name, by the place of that name.
CREATE FUNCTION stops_of_debtors(names text[]) RETURNS TABLE (place bigint, kind text, from_on date) LANGUAGE sql STABLE ROWS 4 SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS
$$ SELECT p.place, s.kind, min(s.from_on) FROM people_named(names) p
   CROSS JOIN LATERAL (SELECT d.id FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person OFFSET 0) d
   CROSS JOIN LATERAL (SELECT s.kind, s.from_on FROM stop_flag s WHERE s.client_id = p.client_id AND s.debtor_id = d.id AND s.until_on IS NULL OFFSET 0) s
   GROUP BY p.place, s.kind $$;
-- +goose StatementEnd

REVOKE EXECUTE ON FUNCTION people_named(text[]), claims_of_debtor(text[]), stops_of_debtors(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claims_of_debtor(text[]), stops_of_debtors(text[]) TO dunning_app;

-- Flags that were set before: the same debtor's claims of other clients have them from now on, in their files too, and their workflows are woken and ask the task.
ALTER TABLE stop_flag NO FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event NO FORCE ROW LEVEL SECURITY;
WITH flagged AS (
    SELECT p.client_id, p.person, s.kind, min(s.from_on) AS from_on FROM stop_flag s JOIN debtor d ON d.client_id = s.client_id AND d.id = s.debtor_id
    CROSS JOIN LATERAL people_named(ARRAY[d.person]) p WHERE s.until_on IS NULL GROUP BY p.client_id, p.person, s.kind),
newly AS (
    INSERT INTO stop_flag (client_id, debtor_id, kind, from_on)
    SELECT f.client_id, (SELECT min(d.id::text)::uuid FROM debtor d WHERE d.client_id = f.client_id AND d.person = f.person), f.kind, f.from_on FROM flagged f
    WHERE NOT EXISTS (SELECT 1 FROM debtor d JOIN stop_flag own ON own.client_id = d.client_id AND own.debtor_id = d.id AND own.kind = f.kind AND own.until_on IS NULL
        WHERE d.client_id = f.client_id AND d.person = f.person)
    RETURNING client_id, debtor_id, kind, from_on),
told AS (
    INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor)
    SELECT c.client_id, c.id, 'flag:' || n.kind || ':' || 1 + (SELECT count(*) FROM case_event e WHERE e.claim_id = c.id AND e.kind IN (n.kind, n.kind || '-cleared')),
        n.kind, n.from_on, clock_timestamp(), 'agency' FROM newly n
    JOIN debtor known ON known.client_id = n.client_id AND known.id = n.debtor_id JOIN debtor d ON d.client_id = known.client_id AND d.person = known.person
    JOIN claim c ON c.client_id = d.client_id AND c.debtor_id = d.id AND c.status = 'open'
    RETURNING client_id, claim_id, key),
woken AS (INSERT INTO outbox (client_id, claim_id, message, key) SELECT client_id, claim_id, 'debtor-changed', key FROM told)
UPDATE claim SET version = version + (SELECT count(*) FROM told WHERE told.claim_id = claim.id), changed_at = clock_timestamp() WHERE id IN (SELECT claim_id FROM told);
ALTER TABLE stop_flag FORCE ROW LEVEL SECURITY;
ALTER TABLE case_event FORCE ROW LEVEL SECURITY;

-- +goose StatementBegin
-- The last day on which a demand left, or may have, to the debtor of a claim for another claim, of every client. Of another tenant's claim it says nothing.
CREATE FUNCTION other_contact(of_claim uuid, undemanding text[]) RETURNS date LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS
$$ BEGIN RETURN (SELECT max(l.on_day) FROM claim c
   CROSS JOIN LATERAL (SELECT d.person FROM debtor d WHERE d.client_id = c.client_id AND d.id = c.debtor_id OFFSET 0) own
   CROSS JOIN LATERAL people_named(ARRAY[own.person]) p
   CROSS JOIN LATERAL (SELECT d.id FROM debtor d WHERE d.client_id = p.client_id AND d.person = p.person OFFSET 0) d
   CROSS JOIN LATERAL (SELECT o.id FROM claim o WHERE o.client_id = p.client_id AND o.debtor_id = d.id AND o.id <> c.id OFFSET 0) o
   CROSS JOIN LATERAL (SELECT l.on_day, l.kind, l.state FROM letter l WHERE l.claim_id = o.id OFFSET 0) l
   WHERE c.id = of_claim AND c.client_id = tenant() AND l.state IN ('sending', 'accepted', 'unknown') AND l.kind <> ALL (undemanding)); END $$;
-- Demands to one debtor go to the carrier one after the other, whichever claims they are for: held until the transaction ends.
CREATE FUNCTION lock_contacts(of_claim uuid) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS
$$ SELECT pg_advisory_xact_lock(hashtextextended('contact/' || (SELECT min(p.person) FROM people_named(ARRAY[d.person]) p), 0))
   FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE c.id = of_claim AND c.client_id = tenant() $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION other_contact(uuid, text[]), lock_contacts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION other_contact(uuid, text[]), lock_contacts(uuid) TO dunning_app;
