-- Payouts: proposed of the books, approved by two persons, written to one file, and followed until the bank booked them. Everything is only ever added to: what
-- was approved cannot change, and what became of a line is a step that it takes once.

-- +goose Up
-- Who may approve that money leaves. The role that owns the tables says who; the application can only read it.
CREATE TABLE approver (
    name       text PRIMARY KEY CHECK (name = btrim(name) AND name <> '' AND name !~ '[[:cntrl:]]'),
    removed_at timestamptz
);
CREATE UNIQUE INDEX approver_once ON approver (lower(name));

-- The account that a client is to be paid on, each time that it was told: the newest is the one.
CREATE TABLE client_account (
    client_id   uuid NOT NULL REFERENCES client (id),
    number      integer NOT NULL CHECK (number > 0),
    iban        text NOT NULL CHECK (iban <> ''),
    holder      text NOT NULL CHECK (btrim(holder) <> ''),
    told_by     text NOT NULL,
    told_at     timestamptz NOT NULL,
    usable_from date NOT NULL,                                      -- the end of the cooling-off
    PRIMARY KEY (client_id, number),
    UNIQUE (client_id, number, iban),
    CHECK (usable_from >= (told_at AT TIME ZONE 'Europe/Amsterdam')::date)
);
CREATE TABLE client_account_approval (
    client_id uuid NOT NULL,
    number    integer NOT NULL,
    iban      text NOT NULL,                                        -- that was approved
    approver  text NOT NULL REFERENCES approver (name),
    at        timestamptz NOT NULL,
    PRIMARY KEY (client_id, number, approver),
    FOREIGN KEY (client_id, number, iban) REFERENCES client_account (client_id, number, iban)
);
-- Nothing more is paid on an account on which a payout came back, until its client tells it, or another one, anew.
CREATE TABLE client_account_block (
    client_id uuid NOT NULL,
    number    integer NOT NULL,
    key       text NOT NULL,                                        -- the end-to-end id of the payout
    reason    text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (client_id, number, key),
    FOREIGN KEY (client_id, number) REFERENCES client_account (client_id, number)
);

-- A run: of no client, since it pays several.
CREATE TABLE payout (
    id          text PRIMARY KEY CHECK (id ~ '^PO-[0-9]{8}(-[A-Z0-9]{1,10})?([.][0-9]+)?$'),
    on_day      date NOT NULL,                                      -- as of which it was computed; not paid before it
    account     text NOT NULL,                                      -- IBAN of the trust account
    holder      text NOT NULL,
    moves       text NOT NULL CHECK (moves ~ '^[0-9a-f]{64}$'),     -- hash of what the file will say, see bank.ApprovalHash
    hash        text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),      -- of that and of every line: what is approved
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    txid        xid8 NOT NULL DEFAULT pg_current_xact_id(),         -- the transaction that made it, the only one that may give it lines
    UNIQUE (id, hash)
);
CREATE TABLE payout_line (
    payout        text NOT NULL REFERENCES payout (id),
    nr            integer NOT NULL CHECK (nr > 0),
    client_id     uuid REFERENCES client (id),                      -- NULL: the agency's own part
    kind          text NOT NULL CHECK (kind IN ('client', 'fees')),
    end_to_end_id text NOT NULL UNIQUE,
    iban          text NOT NULL CHECK (iban <> ''),
    name          text NOT NULL CHECK (btrim(name) <> '' AND name !~ '[[:cntrl:]]'),
    cents         bigint NOT NULL CHECK (cents > 0),
    clawed        bigint NOT NULL CHECK (clawed >= 0),              -- kept back, of what the client got that a bank took back since
    text          text NOT NULL CHECK (text !~ '[[:cntrl:]]'),
    PRIMARY KEY (payout, nr),
    CHECK (end_to_end_id = payout || '-' || nr),
    CHECK ((kind = 'client') = (client_id IS NOT NULL)),
    CHECK (kind = 'client' OR clawed = 0)
);
CREATE INDEX payout_line_of_client ON payout_line (client_id);
-- What a line pays of each claim; claim_id is NULL for what is of none.
CREATE TABLE payout_part (
    client_id     uuid NOT NULL,
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    claim_id      uuid,
    cents         bigint NOT NULL,
    received      bigint NOT NULL,                                  -- came in for the claim since it was paid of before, the surplus aside
    agency        bigint NOT NULL,                                  -- of that, the agency's
    UNIQUE NULLS NOT DISTINCT (end_to_end_id, claim_id),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX payout_part_of_client ON payout_part (client_id);
CREATE TABLE payout_approval (
    payout   text NOT NULL,
    hash     text NOT NULL,
    approver text NOT NULL REFERENCES approver (name),
    at       timestamptz NOT NULL,
    PRIMARY KEY (payout, approver),
    FOREIGN KEY (payout, hash) REFERENCES payout (id, hash)
);
-- The file that went to the bank: one for a payout, for ever.
CREATE TABLE payout_file (
    payout  text PRIMARY KEY REFERENCES payout (id),                -- also its message id
    content bytea NOT NULL,
    pays_on date NOT NULL,
    actor   text NOT NULL,
    at      timestamptz NOT NULL
);
-- What became of a line. Each status is reached once: a line is sent once, booked once.
CREATE TABLE payout_step (
    client_id     uuid,
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    status        text NOT NULL CHECK (status IN ('proposed', 'approved', 'sent', 'accepted', 'booked', 'returned', 'rejected', 'withdrawn')),
    evidence      text NOT NULL DEFAULT '',                         -- key of the bank entry, id of the bank's report
    reason        text NOT NULL DEFAULT '',                         -- code of the bank, or why a person did it
    actor         text NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (end_to_end_id, status)
);
CREATE INDEX payout_step_of_client ON payout_step (client_id);

-- Clients that are there: their account was told, and waits for its approvals.
INSERT INTO client_account (client_id, number, iban, holder, told_by, told_at, usable_from)
SELECT id, 1, iban, name, 'migration', clock_timestamp(), (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date FROM client WHERE iban <> '';

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['approver', 'client_account', 'client_account_approval', 'client_account_block', 'payout', 'payout_line', 'payout_part', 'payout_approval', 'payout_file', 'payout_step'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY lookup ON %I FOR SELECT TO dunning_owner USING (true)', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
        IF name <> 'approver' THEN
            EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY['client_account', 'client_account_approval', 'client_account_block'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant())', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['payout_line', 'payout_part', 'payout_step'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id IS NOT DISTINCT FROM tenant()) WITH CHECK (client_id IS NOT DISTINCT FROM tenant())', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['approver', 'payout', 'payout_approval', 'payout_file'] LOOP
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL)', name);
    END LOOP;
END $$;
-- +goose StatementEnd
CREATE POLICY keeps ON approver TO dunning_owner USING (true) WITH CHECK (true);

-- +goose StatementBegin
-- Only the transaction that made a payout gives it lines, and lines their parts.
CREATE FUNCTION payout_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE of_payout text := left(NEW.end_to_end_id, -length(substring(NEW.end_to_end_id FROM '-[0-9]+$')));
BEGIN
    IF NOT EXISTS (SELECT FROM payout p WHERE p.id = of_payout AND p.txid = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'payout % is append-only: it gets its lines in the transaction that makes it', of_payout USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- The hash that is approved, by what stands in the lines; settlement.Payout computes the same.
CREATE FUNCTION payout_hash(of_payout text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT encode(sha256(convert_to(concat_ws(E'\n', '1', p.id, p.account, p.moves,
     (SELECT string_agg(concat_ws(E'\t', l.nr, l.kind, COALESCE(l.client_id::text, ''), l.end_to_end_id, l.iban, l.name, l.cents, l.clawed, l.text), E'\n' ORDER BY l.nr)
      FROM payout_line l WHERE l.payout = p.id)), 'UTF8')), 'hex') FROM payout p WHERE p.id = of_payout $$;
CREATE FUNCTION payout_fits(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout)
       OR (SELECT p.hash FROM payout p WHERE p.id = of_payout) <> payout_hash(of_payout)
       OR EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND NOT EXISTS (SELECT FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id)) THEN
        RAISE EXCEPTION 'payout % is not what its hash says', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'client' AND l.cents + l.clawed IS DISTINCT FROM
         (SELECT sum(t.cents) FROM payout_part t WHERE t.end_to_end_id = l.end_to_end_id AND t.client_id = l.client_id)) THEN
        RAISE EXCEPTION 'payout % has a line that is not the sum of its claims', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION payout_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN PERFORM payout_fits(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION payout_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN PERFORM payout_fits(l.payout) FROM payout_line l WHERE l.end_to_end_id = NEW.end_to_end_id; RETURN NULL; END $$;

-- How many persons who may do so now approved.
CREATE FUNCTION payout_approvals(of_payout text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(a.approver)) FROM payout_approval a JOIN payout p ON p.id = a.payout AND p.hash = a.hash JOIN approver r ON r.name = a.approver AND r.removed_at IS NULL
   WHERE a.payout = of_payout $$;
-- Whether a client may be paid on an account on a day: it is the newest, approved by two persons, not blocked, and its cooling-off is over.
CREATE FUNCTION account_usable(of_client uuid, to_iban text, in_name text, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE((SELECT a.iban = to_iban AND a.holder = in_name AND a.usable_from <= on_day
     AND (SELECT count(DISTINCT lower(v.approver)) FROM client_account_approval v JOIN approver r ON r.name = v.approver AND r.removed_at IS NULL
          WHERE v.client_id = a.client_id AND v.number = a.number) >= 2
     AND NOT EXISTS (SELECT FROM client_account_block b WHERE b.client_id = a.client_id AND b.number = a.number)
   FROM client_account a WHERE a.client_id = of_client ORDER BY a.number DESC LIMIT 1), false) $$;
-- Approving is for who may approve at that moment.
CREATE FUNCTION approver_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approver r WHERE r.name = NEW.approver AND r.removed_at IS NULL) THEN
        RAISE EXCEPTION '% may not approve', NEW.approver USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- The status that a line has.
CREATE FUNCTION payout_status(of_line text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.status FROM payout_step s WHERE s.end_to_end_id = of_line ORDER BY s.seq DESC LIMIT 1 $$;
-- What may follow a status; settlement.PayoutStatus has the same table.
CREATE FUNCTION payout_follows(was text, now text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS
$$ SELECT (was, now) IN (('', 'proposed'), ('proposed', 'approved'), ('proposed', 'withdrawn'), ('approved', 'sent'), ('approved', 'withdrawn'),
     ('sent', 'accepted'), ('sent', 'booked'), ('sent', 'rejected'), ('accepted', 'booked'), ('accepted', 'rejected'), ('booked', 'returned')) $$;
-- A file is made of a payout that two persons approved as it is, all of it, to accounts that are right on that day.
CREATE FUNCTION payout_may_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM payout_fits(NEW.payout);
    IF payout_approvals(NEW.payout) < 2 THEN
        RAISE EXCEPTION 'payout % is not approved by two persons', NEW.payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = NEW.payout AND payout_status(l.end_to_end_id) IS DISTINCT FROM 'approved') THEN
        RAISE EXCEPTION 'payout % is not to be sent', NEW.payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = NEW.payout AND l.kind = 'client' AND NOT account_usable(l.client_id, l.iban, l.name, (NEW.at AT TIME ZONE 'Europe/Amsterdam')::date)) THEN
        RAISE EXCEPTION 'payout % goes to an account that may not be paid on', NEW.payout USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- A line goes from status to status as the table says; it is approved by two persons, and sent in a file and with its journal in the books.
CREATE FUNCTION payout_step_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE l payout_line;
BEGIN
    SELECT * INTO l FROM payout_line x WHERE x.end_to_end_id = NEW.end_to_end_id AND x.client_id IS NOT DISTINCT FROM NEW.client_id;
    PERFORM pg_advisory_xact_lock(hashtextextended('payout/' || l.payout, 0));
    IF l.payout IS NULL OR NOT payout_follows(COALESCE(payout_status(NEW.end_to_end_id), ''), NEW.status) THEN
        RAISE EXCEPTION 'payout line % cannot become %', NEW.end_to_end_id, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status IN ('approved', 'sent') AND payout_approvals(l.payout) < 2 THEN
        RAISE EXCEPTION 'payout % is not approved by two persons', l.payout USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status = 'sent' AND NOT (EXISTS (SELECT FROM payout_file f WHERE f.payout = l.payout)
         AND EXISTS (SELECT FROM journal j JOIN entry e ON e.journal_id = j.id AND e.account = 'S240' AND e.cents = -l.cents
                     WHERE j.book = 'S' AND j.key = 'payout:' || l.end_to_end_id AND j.client_id IS NOT DISTINCT FROM l.client_id)) THEN
        RAISE EXCEPTION 'payout line % has no file, or does not stand in the books', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- The clients that a payout pays, and the payout of a line: ids only.
CREATE FUNCTION payout_clients(of_payout text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT DISTINCT l.client_id FROM payout_line l WHERE l.payout = of_payout AND l.client_id IS NOT NULL ORDER BY 1 $$;
-- How many lines of each payout stand where, and what they pay.
CREATE FUNCTION payout_totals() RETURNS TABLE (payout text, status text, lines bigint, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.payout, payout_status(l.end_to_end_id), count(*), sum(l.cents)::bigint FROM payout_line l GROUP BY 1, 2 $$;
CREATE FUNCTION payout_of(of_line text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.payout FROM payout_line l WHERE l.end_to_end_id = of_line $$;
-- +goose StatementEnd
CREATE TRIGGER payout_line_in_time AFTER INSERT ON payout_line FOR EACH ROW EXECUTE FUNCTION payout_in_time();
CREATE TRIGGER payout_part_in_time AFTER INSERT ON payout_part FOR EACH ROW EXECUTE FUNCTION payout_in_time();
CREATE CONSTRAINT TRIGGER payout_made AFTER INSERT ON payout DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_made();
CREATE CONSTRAINT TRIGGER payout_line_added AFTER INSERT ON payout_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_added();
CREATE CONSTRAINT TRIGGER payout_part_added AFTER INSERT ON payout_part DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_added();
CREATE TRIGGER payout_approver_may BEFORE INSERT ON payout_approval FOR EACH ROW EXECUTE FUNCTION approver_may();
CREATE TRIGGER account_approver_may BEFORE INSERT ON client_account_approval FOR EACH ROW EXECUTE FUNCTION approver_may();
CREATE TRIGGER payout_may_leave BEFORE INSERT ON payout_file FOR EACH ROW EXECUTE FUNCTION payout_may_leave();
CREATE TRIGGER payout_step_may BEFORE INSERT ON payout_step FOR EACH ROW EXECUTE FUNCTION payout_step_may();

GRANT SELECT ON approver TO dunning_app;
GRANT SELECT, INSERT ON client_account, client_account_approval, client_account_block, payout_line, payout_part, payout_approval, payout_file TO dunning_app;
GRANT SELECT, INSERT (id, on_day, account, holder, moves, hash, proposed_by, proposed_at) ON payout TO dunning_app;
GRANT SELECT, INSERT (client_id, end_to_end_id, status, evidence, reason, actor, at) ON payout_step TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_usable(uuid, text, text, date), payout_approvals(text), payout_clients(text), payout_of(text), payout_status(text), payout_totals() TO dunning_app;
