-- Invoices of the agency to its clients, with credit notes. What was made is never changed: it is credited. Numbers have no gaps: each is given in the transaction
-- that stores its invoice, and refers to the one before it.

-- +goose Up
CREATE TABLE bill (
    number    text PRIMARY KEY,
    client_id uuid NOT NULL REFERENCES client (id),
    kind      text NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
    year      integer NOT NULL,
    turn      integer NOT NULL CHECK (turn > 0),                    -- of its kind and year
    after     integer GENERATED ALWAYS AS (NULLIF(turn - 1, 0)) STORED,
    on_day    date NOT NULL,
    due_on    date,
    corrects  text,                                                 -- the invoice of which a credit note takes something back
    reason    text NOT NULL DEFAULT '',
    net       bigint NOT NULL,                                      -- cents; of a credit note what is taken back
    vat       bigint NOT NULL,
    total     bigint NOT NULL,
    settled   bigint NOT NULL,                                      -- what of it the agency has already, of what came in for the client
    made_by   text NOT NULL,
    made_at   timestamptz NOT NULL,
    txid      xid8 NOT NULL DEFAULT pg_current_xact_id(),           -- the transaction that made it, the only one that may give it lines
    UNIQUE (kind, year, turn),
    FOREIGN KEY (kind, year, after) REFERENCES bill (kind, year, turn),
    UNIQUE (client_id, number, kind),
    UNIQUE (client_id, number),
    FOREIGN KEY (client_id, corrects) REFERENCES bill (client_id, number),
    CHECK (number = CASE kind WHEN 'invoice' THEN 'F' ELSE 'C' END || year || '-' || lpad(turn::text, greatest(5, length(turn::text)), '0')),
    CHECK (year = EXTRACT(year FROM on_day)),
    CHECK ((kind = 'invoice') = (due_on IS NOT NULL) AND due_on >= on_day),
    CHECK ((kind = 'credit-note') = (corrects IS NOT NULL)),
    CHECK (kind = 'invoice' OR btrim(reason) <> ''),
    CHECK (total = net + vat)
);
CREATE INDEX bill_of_client ON bill (client_id);
CREATE INDEX credit_note_of_bill ON bill (corrects) WHERE corrects IS NOT NULL;

-- What an invoice is for: each thing stands on one invoice, and is credited once.
CREATE TABLE bill_line (
    client_id  uuid NOT NULL,
    number     text NOT NULL,
    kind       text NOT NULL,
    nr         integer NOT NULL CHECK (nr > 0),
    key        text NOT NULL CHECK (btrim(key) <> ''),
    what       text NOT NULL CHECK (what IN ('collection-costs', 'interest', 'monitoring-share', 'contribution', 'stickers', 'agreed-costs', 'court-product',
                   'withdrawal', 'own-arrangement', 'no-word', 'own-collection', 'obstruction')),
    claim_id   uuid,
    on_day     date NOT NULL,                                       -- of the supply
    units      integer NOT NULL CHECK (units > 0),
    price      bigint NOT NULL,
    net        bigint NOT NULL CHECK (net = units * price),
    percent    text NOT NULL CHECK (btrim(percent) <> ''),              -- of VAT
    vat_booked bigint NOT NULL,                                     -- what the books had of its VAT already
    settled    bigint NOT NULL,
    PRIMARY KEY (number, nr),
    UNIQUE (key, kind),
    FOREIGN KEY (client_id, number, kind) REFERENCES bill (client_id, number, kind),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX bill_line_of_client ON bill_line (client_id, claim_id);

-- The papers of an invoice as the client got them.
CREATE TABLE bill_paper (
    client_id uuid NOT NULL,
    number    text NOT NULL,
    form      text NOT NULL CHECK (form IN ('pdf', 'ubl')),
    content   bytea NOT NULL CHECK (length(content) > 0),
    PRIMARY KEY (number, form),
    FOREIGN KEY (client_id, number) REFERENCES bill (client_id, number)
);

-- A contribution or an order of stickers that the client need not pay, by the key of its line. What is billed for a claim is taken back with its charge.
CREATE TABLE bill_waiver (
    client_id uuid NOT NULL REFERENCES client (id),
    key       text NOT NULL PRIMARY KEY,
    reason    text NOT NULL CHECK (btrim(reason) <> ''),
    on_day    date NOT NULL,
    actor     text NOT NULL
);

-- What was paid of an invoice: by the client, or of what it was to be paid.
CREATE TABLE bill_payment (
    client_id uuid NOT NULL,
    number    text NOT NULL,
    key       text NOT NULL CHECK (btrim(key) <> ''),
    kind      text NOT NULL CHECK (kind IN ('paid', 'set-off')),
    cents     bigint NOT NULL CHECK (cents > 0),
    on_day    date NOT NULL,
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (number, key),
    FOREIGN KEY (client_id, number) REFERENCES bill (client_id, number)
);
CREATE INDEX bill_payment_of_client ON bill_payment (client_id);

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['bill', 'bill_line', 'bill_paper', 'bill_waiver', 'bill_payment'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant())', name);
        EXECUTE format('CREATE POLICY lookup ON %I FOR SELECT TO dunning_owner USING (true)', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
    END LOOP;
END $$;
-- Who makes an invoice, credits it or books that it was paid does so one at a time.
CREATE FUNCTION lock_bills() RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS
$$ SELECT pg_advisory_xact_lock(hashtextextended('bills', 0)) $$;
-- The next number of a kind in a year, and the day of the last one.
CREATE FUNCTION next_bill(of_kind text, of_year integer) RETURNS TABLE (turn integer, last_on date) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE(max(i.turn), 0) + 1, max(i.on_day) FROM bill i WHERE i.kind = of_kind AND i.year = of_year $$;
-- Whose an invoice is.
CREATE FUNCTION client_of_bill(of_number text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT i.client_id FROM bill i WHERE i.number = of_number $$;
-- Only the transaction that made an invoice gives it lines and papers.
CREATE FUNCTION bill_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bill i WHERE i.number = NEW.number AND i.txid = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'invoice % is append-only: it gets its lines in the transaction that makes it', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- An invoice is the sum of its lines, and has both papers.
CREATE FUNCTION bill_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bill_line l WHERE l.number = NEW.number HAVING sum(l.net) = NEW.net AND sum(l.settled) = NEW.settled)
       OR (SELECT count(*) FROM bill_paper p WHERE p.number = NEW.number) <> 2 THEN
        RAISE EXCEPTION 'invoice % is not the sum of its lines, or has no papers', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER bill_line_in_time AFTER INSERT ON bill_line FOR EACH ROW EXECUTE FUNCTION bill_in_time();
CREATE TRIGGER bill_paper_in_time AFTER INSERT ON bill_paper FOR EACH ROW EXECUTE FUNCTION bill_in_time();
CREATE CONSTRAINT TRIGGER bill_made AFTER INSERT ON bill DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bill_made();

GRANT SELECT, INSERT (number, client_id, kind, year, turn, on_day, due_on, corrects, reason, net, vat, total, settled, made_by, made_at) ON bill TO dunning_app;
GRANT SELECT, INSERT ON bill_line, bill_paper, bill_waiver, bill_payment TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lock_bills(), next_bill(text, integer), client_of_bill(text) TO dunning_app;
