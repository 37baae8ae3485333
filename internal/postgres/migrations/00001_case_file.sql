-- The case file: facts, one append-only list of events, the letter register and the outbox.
-- Every client-owned table carries client_id in its key and forces row security; the application role owns nothing.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION tenant() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT NULLIF(current_setting('app.client_id', true), '')::uuid $$;
-- +goose StatementEnd

CREATE TABLE client (
    id         uuid PRIMARY KEY,
    code       text NOT NULL UNIQUE,
    name       text NOT NULL,
    plan       text NOT NULL CHECK (plan IN ('basis', 'premium')),
    language   text NOT NULL DEFAULT 'nl' CHECK (language IN ('nl', 'en')),
    street     text NOT NULL,
    postcode   text NOT NULL,
    town       text NOT NULL,
    email      text NOT NULL,
    phone      text NOT NULL DEFAULT '',
    website    text NOT NULL DEFAULT '',
    kvk        text NOT NULL DEFAULT '',
    vat        text NOT NULL DEFAULT '',
    iban       text NOT NULL DEFAULT ''
);

CREATE TABLE debtor (
    client_id      uuid NOT NULL REFERENCES client (id),
    id             uuid NOT NULL,
    fingerprint    text NOT NULL,              -- normalised name, postcode and house number: who is the same debtor
    in_business    boolean NOT NULL,
    natural_person boolean NOT NULL,
    name           text NOT NULL,
    attention      text NOT NULL DEFAULT '',
    street         text NOT NULL,
    postcode       text NOT NULL,
    town           text NOT NULL,
    country        text NOT NULL DEFAULT 'NL',
    email          text NOT NULL DEFAULT '',
    language       text NOT NULL DEFAULT 'nl' CHECK (language IN ('nl', 'en')),
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, fingerprint)
);

CREATE TABLE claim (
    client_id        uuid NOT NULL REFERENCES client (id),
    id               uuid NOT NULL UNIQUE,
    debtor_id        uuid NOT NULL,
    reference        text NOT NULL,            -- the client's own name for the claim
    rf               text NOT NULL UNIQUE,
    kenmerk          text NOT NULL UNIQUE,
    trajectory       text NOT NULL,            -- pinned id@version
    status           text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'withdrawn', 'upheld', 'court', 'closed', 'refused')),
    status_reason    text NOT NULL DEFAULT '',
    handed_over_on   date NOT NULL,
    opened_on        date,
    advised_on       date,
    withdrawn_on     date,
    monitored_from   date,
    decision         text CHECK (decision IN ('court', 'monitoring', 'close')),
    decided_on       date,
    decided_by_default boolean NOT NULL DEFAULT false,
    closing_reason   text,
    closing_on       date,
    attention_action text,
    attention_cause  text,
    attention_since  timestamptz,
    version          bigint NOT NULL DEFAULT 1,
    seen_version     bigint NOT NULL DEFAULT 0, -- what the workflow has read; behind version for long means a lost wake-up
    changed_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    checked_at       timestamptz,               -- when the sweeper last compared this claim with its workflow
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, reference),
    FOREIGN KEY (client_id, debtor_id) REFERENCES debtor (client_id, id),
    CHECK ((decision IS NULL) = (decided_on IS NULL)),
    CHECK ((closing_reason IS NULL) = (closing_on IS NULL)),
    CHECK (seen_version <= version)
);
CREATE INDEX claim_to_check ON claim (checked_at NULLS FIRST) WHERE status = 'open';
CREATE INDEX claim_behind ON claim (changed_at) WHERE seen_version < version AND status = 'open';

CREATE TABLE invoice (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    debtor_id uuid NOT NULL,
    number    text NOT NULL,
    issued_on date NOT NULL,
    due_on    date NOT NULL CHECK (due_on >= issued_on),
    amount    bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (client_id, debtor_id, number), -- requirement T5: the same client, debtor and invoice number is a duplicate
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    FOREIGN KEY (client_id, debtor_id) REFERENCES debtor (client_id, id)
);
CREATE INDEX invoice_of_claim ON invoice (claim_id);

CREATE TABLE receipt (
    key        text PRIMARY KEY,                -- names the bank entry: the same entry is booked once
    client_id  uuid,                            -- unknown until it is matched
    claim_id   uuid,
    amount     bigint NOT NULL CHECK (amount > 0),
    value_on   date NOT NULL,
    iban       text NOT NULL DEFAULT '',
    payer      text NOT NULL DEFAULT '',
    remittance text NOT NULL DEFAULT '',
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    CHECK ((client_id IS NULL) = (claim_id IS NULL))
);
CREATE INDEX receipt_unallocated ON receipt (amount) WHERE claim_id IS NULL;

CREATE TABLE settlement (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('paid-to-agency', 'paid-to-client', 'credit-note', 'set-off', 'returned-goods', 'counter-performance', 'write-off')),
    value_on  date NOT NULL,
    amount    bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

CREATE TABLE letter (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    id          uuid NOT NULL UNIQUE,
    step        text NOT NULL,
    kind        text NOT NULL,
    cycle       integer NOT NULL CHECK (cycle > 0),
    channel     text NOT NULL CHECK (channel IN ('email', 'post')),
    recipient   text NOT NULL,                  -- SHA-256 of the address it goes to
    state       text NOT NULL CHECK (state IN ('claimed', 'sending', 'accepted', 'unknown', 'failed')),
    on_day      date NOT NULL,
    pay_by      date,
    received_on date,                           -- assumed, by channel; NULL unless accepted
    demanded    bigint NOT NULL CHECK (demanded >= 0),
    subject     text NOT NULL,
    body        text NOT NULL,
    pdf         bytea NOT NULL,
    sha256      bytea NOT NULL,
    message_id  text NOT NULL UNIQUE,
    reply       text NOT NULL DEFAULT '',
    lease_until timestamptz,
    claimed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at  timestamptz,
    PRIMARY KEY (claim_id, step, cycle, channel, recipient), -- no letter twice
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX letter_in_flight ON letter (lease_until) WHERE state IN ('claimed', 'sending');

CREATE TABLE pause (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('hold', 'dispute')),
    from_on   date NOT NULL,
    until_on  date,
    outcome   text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'rejected', 'upheld')),
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

CREATE TABLE flag (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('insolvent', 'address-unknown', 'email-bounced')),
    from_on   date NOT NULL,
    PRIMARY KEY (claim_id, kind),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

CREATE TABLE task (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    detail    text NOT NULL,
    opened_on date NOT NULL,
    done_on   date,
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

CREATE TABLE skipped_step (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    step      text NOT NULL,
    on_day    date NOT NULL,
    PRIMARY KEY (claim_id, step),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);

-- What happened, with the day it counts from, the business instant, and the instant it was recorded. Never changed.
CREATE TABLE case_event (
    client_id   uuid NOT NULL,
    claim_id    uuid NOT NULL,
    seq         bigint GENERATED ALWAYS AS IDENTITY,
    key         text NOT NULL,                  -- natural key: the same happening is recorded once
    kind        text NOT NULL,
    value_on    date NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor       text NOT NULL,
    detail      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX case_event_order ON case_event (claim_id, seq);

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
-- +goose StatementEnd
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE ON case_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_event_no_truncate BEFORE TRUNCATE ON case_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlement_append_only BEFORE UPDATE OR DELETE ON settlement FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Messages for Temporal, written in the transaction that changed the facts. Ids only, so it belongs to no tenant.
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    uuid NOT NULL,
    claim_id     uuid NOT NULL,
    message      text NOT NULL,                 -- "start" or the name of a signal
    key          text NOT NULL,                 -- of the fact it tells about
    detail       jsonb NOT NULL DEFAULT '{}',   -- of a start: what lists show, no personal data
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempts     integer NOT NULL DEFAULT 0,
    delivered_at timestamptz,
    error        text NOT NULL DEFAULT ''
);
CREATE INDEX outbox_pending ON outbox (next_at, id) WHERE delivered_at IS NULL;
CREATE INDEX outbox_pending_claim ON outbox (claim_id) WHERE delivered_at IS NULL;

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['debtor', 'claim', 'invoice', 'settlement', 'letter', 'pause', 'flag', 'task', 'skipped_step', 'case_event'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant())', name);
    END LOOP;
END $$;
-- +goose StatementEnd
ALTER TABLE client ENABLE ROW LEVEL SECURITY;
ALTER TABLE client FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON client TO dunning_app USING (id = tenant()) WITH CHECK (id = tenant());
ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipt FORCE ROW LEVEL SECURITY;
-- A receipt that is not matched yet may belong to any client: every letter must be able to see it.
CREATE POLICY tenant ON receipt TO dunning_app USING (client_id IS NULL OR client_id = tenant()) WITH CHECK (client_id IS NULL OR client_id = tenant());

-- The lookups below answer with ids only; they run as the owner, who may read these tables and no others.
CREATE POLICY lookup ON client FOR SELECT TO dunning_owner USING (true);
CREATE POLICY lookup ON claim TO dunning_owner USING (true) WITH CHECK (true);
CREATE POLICY lookup ON letter FOR SELECT TO dunning_owner USING (true);
CREATE POLICY lookup ON receipt FOR SELECT TO dunning_owner USING (true);

-- +goose StatementBegin
CREATE FUNCTION client_ids() RETURNS TABLE (id uuid, code text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT client.id, client.code FROM client ORDER BY client.code $$;
CREATE FUNCTION client_of_claim(claim uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT client_id FROM claim c WHERE c.id = claim $$;
CREATE FUNCTION claim_of_letter(letter_id uuid) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.client_id, l.claim_id FROM letter l WHERE l.id = letter_id $$;
CREATE FUNCTION claim_by_reference(candidates text[]) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, c.id FROM claim c WHERE c.rf = ANY (candidates) OR c.kenmerk = ANY (candidates) $$;
CREATE FUNCTION trust_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE(sum(amount), 0)::bigint FROM receipt $$;
CREATE FUNCTION claims_behind(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT c.client_id, c.id FROM claim c WHERE c.status = 'open' AND c.seen_version < c.version AND c.changed_at < clock_timestamp() - older_than
   AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.claim_id = c.id AND o.delivered_at IS NULL) -- else a message is on its way already
   ORDER BY c.changed_at LIMIT at_most $$;
CREATE FUNCTION claims_to_check(older_than interval, at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE claim SET checked_at = clock_timestamp() WHERE id IN (
     SELECT c.id FROM claim c WHERE c.status = 'open' AND (c.checked_at IS NULL OR c.checked_at < clock_timestamp() - older_than)
     AND c.changed_at < clock_timestamp() - interval '1 minute' ORDER BY c.checked_at NULLS FIRST LIMIT at_most FOR UPDATE SKIP LOCKED)
   RETURNING claim.client_id, claim.id $$;
CREATE FUNCTION letters_in_doubt(at_most integer) RETURNS TABLE (client_id uuid, claim_id uuid, letter_id uuid) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT l.client_id, l.claim_id, l.id FROM letter l WHERE l.state IN ('claimed', 'sending') AND l.lease_until < clock_timestamp() - interval '5 minutes'
   ORDER BY l.lease_until LIMIT at_most $$;
-- +goose StatementEnd

GRANT USAGE ON SCHEMA public TO dunning_app;
GRANT SELECT, INSERT ON client, debtor, claim, invoice, receipt, settlement, letter, pause, flag, task, skipped_step, case_event, outbox TO dunning_app;
GRANT UPDATE ON client, debtor, claim, letter, pause, task, outbox TO dunning_app;
GRANT UPDATE (client_id, claim_id) ON receipt TO dunning_app;
GRANT DELETE ON flag, outbox TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
