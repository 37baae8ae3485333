-- What a client got that a bank took back since is kept of what came in for it, also when nothing is left to be paid: both do not stand against each other until there is a payout.

-- +goose Up
CREATE TABLE kept_back (
    client_id uuid NOT NULL REFERENCES client (id),
    nr        integer NOT NULL CHECK (nr > 0),        -- of those of the client; its journals are kept:CLIENT:NR
    cents     bigint NOT NULL CHECK (cents > 0),
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (client_id, nr)
);
-- What it takes of each claim, as a payout_part does; claim_id is NULL for what is of none.
CREATE TABLE kept_back_part (
    client_id uuid NOT NULL,
    nr        integer NOT NULL,
    claim_id  uuid,
    cents     bigint NOT NULL CHECK (cents > 0),
    received  bigint NOT NULL,
    agency    bigint NOT NULL,
    UNIQUE NULLS NOT DISTINCT (client_id, nr, claim_id),
    FOREIGN KEY (client_id, nr) REFERENCES kept_back (client_id, nr),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['kept_back', 'kept_back_part'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY lookup ON %I FOR SELECT TO dunning_owner USING (true)', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant())', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
    END LOOP;
END $$;
-- It is the sum of its claims, and stands in the books.
CREATE FUNCTION kept_back_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM kept_back k WHERE k.client_id = NEW.client_id AND k.nr = NEW.nr AND (
         k.cents IS DISTINCT FROM (SELECT sum(t.cents) FROM kept_back_part t WHERE t.client_id = k.client_id AND t.nr = k.nr)
         OR k.cents IS DISTINCT FROM (SELECT sum(e.cents) FROM journal j JOIN entry e ON e.journal_id = j.id AND e.account = 'S200'
                                      WHERE j.book = 'S' AND j.client_id = k.client_id AND j.key = 'kept:' || k.client_id || ':' || k.nr))) THEN
        RAISE EXCEPTION 'what is kept back of client % (%) is not the sum of its claims, or does not stand in the books', NEW.client_id, NEW.nr USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER kept_back_fits AFTER INSERT ON kept_back DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kept_back_fits();
CREATE CONSTRAINT TRIGGER kept_back_part_fits AFTER INSERT ON kept_back_part DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kept_back_fits();
REVOKE EXECUTE ON FUNCTION kept_back_fits() FROM PUBLIC;
GRANT SELECT, INSERT ON kept_back, kept_back_part TO dunning_app;
