-- Direct debit of the agency's invoices: mandates of clients, and collections under them. Nothing that was recorded is changed: a mandate is amended and ended by rows
-- of their own, a collection goes from step to step.

-- +goose Up
CREATE TABLE mandate (
    umr         text PRIMARY KEY CHECK (umr ~ '^[A-Za-z0-9/?:().,''+-]{1,35}$'),
    client_id   uuid NOT NULL REFERENCES client (id),
    b2b         boolean NOT NULL,
    once        boolean NOT NULL,                                   -- for one collection only
    signed_on   date NOT NULL,
    notice_days integer NOT NULL CHECK (notice_days BETWEEN 1 AND 90), -- before a collection, by which the client is told of it
    actor       text NOT NULL,
    at          timestamptz NOT NULL,
    UNIQUE (client_id, umr)
);
CREATE INDEX mandate_of_client ON mandate (client_id);
-- The account of a mandate; each after the first amends it.
CREATE TABLE mandate_account (
    client_id uuid NOT NULL,
    umr       text NOT NULL,
    turn      integer NOT NULL CHECK (turn > 0),
    iban      text NOT NULL CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'),
    holder    text NOT NULL CHECK (btrim(holder) <> ''),
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (umr, turn),
    FOREIGN KEY (client_id, umr) REFERENCES mandate (client_id, umr)
);
CREATE INDEX mandate_account_of_client ON mandate_account (client_id);
-- Nothing is collected under a mandate any more.
CREATE TABLE mandate_end (
    client_id uuid NOT NULL,
    umr       text PRIMARY KEY,
    reason    text NOT NULL CHECK (btrim(reason) <> ''),
    on_day    date NOT NULL,
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    FOREIGN KEY (client_id, umr) REFERENCES mandate (client_id, umr)
);
CREATE INDEX mandate_end_of_client ON mandate_end (client_id);

-- A run collects on one day. It gets collections until its file is made.
CREATE TABLE debit_run (
    id          text PRIMARY KEY,
    collects_on date NOT NULL UNIQUE,
    actor       text NOT NULL,
    at          timestamptz NOT NULL,
    CHECK (id = 'DD-' || to_char(collects_on, 'YYYYMMDD'))
);
CREATE TABLE debit_file (
    run     text PRIMARY KEY REFERENCES debit_run (id),             -- also its message id
    content bytea NOT NULL CHECK (length(content) > 0),
    actor   text NOT NULL,
    at      timestamptz NOT NULL
);
-- A collection from one client.
CREATE TABLE debit (
    client_id     uuid NOT NULL,
    end_to_end_id text PRIMARY KEY,
    run           text NOT NULL REFERENCES debit_run (id),
    umr           text NOT NULL,
    account       integer NOT NULL,                                 -- of the mandate
    cents         bigint NOT NULL CHECK (cents > 0),
    txid          xid8 NOT NULL DEFAULT pg_current_xact_id(),       -- the transaction that made it, the only one that may give it invoices
    UNIQUE (client_id, end_to_end_id),
    UNIQUE (run, client_id),
    CHECK (starts_with(end_to_end_id, run || '-')),
    FOREIGN KEY (client_id, umr) REFERENCES mandate (client_id, umr),
    FOREIGN KEY (umr, account) REFERENCES mandate_account (umr, turn)
);
CREATE INDEX debit_of_client ON debit (client_id);
-- What it collects of which invoice.
CREATE TABLE debit_part (
    client_id     uuid NOT NULL,
    end_to_end_id text NOT NULL,
    number        text NOT NULL,
    cents         bigint NOT NULL CHECK (cents > 0),
    PRIMARY KEY (end_to_end_id, number),
    FOREIGN KEY (client_id, end_to_end_id) REFERENCES debit (client_id, end_to_end_id),
    FOREIGN KEY (client_id, number) REFERENCES bill (client_id, number)
);
CREATE INDEX debit_part_of_bill ON debit_part (number);
CREATE INDEX debit_part_of_client ON debit_part (client_id);
-- What became of a collection.
CREATE TABLE debit_step (
    client_id     uuid NOT NULL,
    end_to_end_id text NOT NULL,
    seq           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    status        text NOT NULL CHECK (status IN ('proposed', 'telling', 'told', 'sent', 'accepted', 'booked', 'returned', 'rejected', 'withdrawn')),
    on_day        date NOT NULL,                                    -- value date of the bank, or of the day on which the client was told
    evidence      text NOT NULL DEFAULT '',                         -- key of the bank entry, id of the bank's report or of the batch in the file, answer of the mail server
    reason        text NOT NULL DEFAULT '',                         -- code of the bank, or why a person did it
    actor         text NOT NULL,
    at            timestamptz NOT NULL,
    FOREIGN KEY (client_id, end_to_end_id) REFERENCES debit (client_id, end_to_end_id)
);
CREATE UNIQUE INDEX debit_step_once ON debit_step (end_to_end_id, status) WHERE status NOT IN ('proposed', 'telling');
CREATE INDEX debit_step_of_client ON debit_step (client_id);
-- A person says that invoices of a collection that failed may be collected once more.
CREATE TABLE debit_retry (
    client_id     uuid NOT NULL,
    end_to_end_id text PRIMARY KEY,
    reason        text NOT NULL CHECK (btrim(reason) <> ''),
    actor         text NOT NULL,
    at            timestamptz NOT NULL,
    FOREIGN KEY (client_id, end_to_end_id) REFERENCES debit (client_id, end_to_end_id)
);
CREATE INDEX debit_retry_of_client ON debit_retry (client_id);

-- What a collection brought, and what the bank took back of it, stand with the payments of the invoice.
ALTER TABLE bill_payment DROP CONSTRAINT bill_payment_kind_check, ADD CONSTRAINT bill_payment_kind_check CHECK (kind IN ('paid', 'set-off', 'collected', 'returned')),
    DROP CONSTRAINT bill_payment_cents_check, ADD CONSTRAINT bill_payment_sign CHECK (cents <> 0 AND (cents < 0) = (kind = 'returned'));

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['mandate', 'mandate_account', 'mandate_end', 'debit_run', 'debit_file', 'debit', 'debit_part', 'debit_step', 'debit_retry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (%s) WITH CHECK (%2$s)', name, CASE WHEN name IN ('debit_run', 'debit_file') THEN 'tenant() IS NULL' ELSE 'client_id = tenant()' END);
        EXECUTE format('CREATE POLICY lookup ON %I FOR SELECT TO dunning_owner USING (true)', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
    END LOOP;
END $$;
-- The status that a collection has.
CREATE FUNCTION debit_status(of_debit text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.status FROM debit_step s WHERE s.end_to_end_id = of_debit ORDER BY s.seq DESC LIMIT 1 $$;
-- What may follow a status; settlement.DebitStatus has the same table.
CREATE FUNCTION debit_follows(was text, now text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS
$$ SELECT (was, now) IN (('', 'proposed'), ('proposed', 'telling'), ('proposed', 'told'), ('proposed', 'withdrawn'), ('telling', 'proposed'), ('telling', 'told'), ('telling', 'withdrawn'),
     ('told', 'sent'), ('told', 'withdrawn'), ('sent', 'accepted'), ('sent', 'booked'), ('sent', 'rejected'), ('accepted', 'booked'), ('accepted', 'rejected'), ('booked', 'returned')) $$;
-- A collection goes from status to status as the table says; it is sent in a file, and after its client was told in time.
CREATE FUNCTION debit_step_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM lock_bills();
    IF NOT debit_follows(COALESCE(debit_status(NEW.end_to_end_id), ''), NEW.status) THEN
        RAISE EXCEPTION 'collection % cannot become %', NEW.end_to_end_id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'sent' AND NOT EXISTS (
        SELECT FROM debit d JOIN debit_run r ON r.id = d.run JOIN debit_file f ON f.run = r.id JOIN mandate m ON m.umr = d.umr
            JOIN debit_step t ON t.end_to_end_id = d.end_to_end_id AND t.status = 'told'
        WHERE d.end_to_end_id = NEW.end_to_end_id AND t.on_day + m.notice_days <= r.collects_on AND NOT EXISTS (SELECT FROM mandate_end e WHERE e.umr = d.umr)) THEN
        RAISE EXCEPTION 'collection % has no file or no mandate, or its client was not told in time', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- An invoice stands in one collection at a time, and in none after one that brought it.
CREATE FUNCTION debit_part_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM lock_bills();
    IF EXISTS (SELECT FROM debit_part p WHERE p.number = NEW.number AND p.end_to_end_id <> NEW.end_to_end_id AND COALESCE(debit_status(p.end_to_end_id), '') NOT IN ('rejected', 'returned', 'withdrawn')) THEN
        RAISE EXCEPTION 'invoice % is collected already', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM debit d WHERE d.end_to_end_id = NEW.end_to_end_id AND d.txid = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'collection % is append-only: it gets its invoices in the transaction that makes it', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- A collection is the sum of its invoices, and stands in a run that has no file yet.
CREATE FUNCTION debit_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT sum(p.cents) FROM debit_part p WHERE p.end_to_end_id = NEW.end_to_end_id) IS DISTINCT FROM NEW.cents
       OR debit_status(NEW.end_to_end_id) IS NULL OR EXISTS (SELECT FROM debit_file f WHERE f.run = NEW.run) THEN
        RAISE EXCEPTION 'collection % is not the sum of its invoices, or its run has its file', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- The client of a mandate and of a collection, and those of a run: ids only.
CREATE FUNCTION client_of_mandate(of_umr text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT m.client_id FROM mandate m WHERE m.umr = of_umr $$;
CREATE FUNCTION client_of_debit(of_debit text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT d.client_id FROM debit d WHERE d.end_to_end_id = of_debit $$;
CREATE FUNCTION debit_clients(of_run text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT d.client_id FROM debit d WHERE d.run = of_run ORDER BY d.end_to_end_id $$;
-- +goose StatementEnd
CREATE TRIGGER debit_step_may BEFORE INSERT ON debit_step FOR EACH ROW EXECUTE FUNCTION debit_step_may();
-- After the row, so that who may not write it at all hears that and nothing of the invoice.
CREATE TRIGGER debit_part_may AFTER INSERT ON debit_part FOR EACH ROW EXECUTE FUNCTION debit_part_may();
CREATE CONSTRAINT TRIGGER debit_made AFTER INSERT ON debit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION debit_made();

GRANT SELECT, INSERT ON mandate, mandate_account, mandate_end, debit_run, debit_file, debit_part, debit_retry TO dunning_app;
GRANT SELECT, INSERT (client_id, end_to_end_id, run, umr, account, cents) ON debit TO dunning_app;
GRANT SELECT, INSERT (client_id, end_to_end_id, status, on_day, evidence, reason, actor, at) ON debit_step TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION debit_status(text), client_of_mandate(text), client_of_debit(text), debit_clients(text) TO dunning_app;
