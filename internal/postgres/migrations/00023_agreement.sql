-- The agreement with a client: its years, notices, stickers and tasks. One at a time; every client that is there gets one of which the start is assumed.

-- +goose Up
-- Which plans there are stands in their files.
ALTER TABLE client DROP CONSTRAINT client_plan_check, ADD CONSTRAINT client_plan_check CHECK (plan ~ '^[a-z][a-z0-9-]*$');

CREATE TABLE agreement (
    client_id    uuid NOT NULL REFERENCES client (id),
    id           uuid NOT NULL UNIQUE,
    number       integer NOT NULL CHECK (number > 0),   -- of the agreements of its client
    started_on   date NOT NULL,
    stated_on    date,                                  -- when somebody stated the start; NULL: it is assumed
    ended_on     date CHECK (ended_on >= started_on),   -- last day
    version      bigint NOT NULL DEFAULT 1,
    seen_version bigint NOT NULL DEFAULT 0,             -- what the workflow has read; behind version for long means a lost wake-up
    changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    checked_at   timestamptz,                           -- when the sweeper last compared this agreement with its workflow
    PRIMARY KEY (client_id, id),
    UNIQUE (client_id, number),
    CHECK (seen_version <= version)
);
CREATE UNIQUE INDEX agreement_that_runs ON agreement (client_id) WHERE ended_on IS NULL;

-- Of several on one day the last holds.
CREATE TABLE agreement_plan (
    client_id    uuid NOT NULL,
    agreement_id uuid NOT NULL,
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    plan         text NOT NULL,
    from_on      date NOT NULL,
    PRIMARY KEY (agreement_id, seq),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);

-- Notices of termination.
CREATE TABLE agreement_notice (
    client_id     uuid NOT NULL,
    agreement_id  uuid NOT NULL,
    key           text NOT NULL,
    received_on   date NOT NULL,
    registered    boolean NOT NULL,
    taken_back_on date CHECK (taken_back_on >= received_on), -- first day on which it no longer counts
    PRIMARY KEY (agreement_id, key),
    UNIQUE (agreement_id, received_on, registered),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);

-- An agreement year that began, with the contribution that became due on its first day. Never changed: that one is taken back is an event.
CREATE TABLE agreement_year (
    client_id    uuid NOT NULL,
    agreement_id uuid NOT NULL,
    year         integer NOT NULL CHECK (year > 0),
    plan         text NOT NULL,
    first_on     date NOT NULL,
    contribution bigint CHECK (contribution >= 0),      -- in cents, without VAT; NULL: its price was not set
    PRIMARY KEY (agreement_id, year),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);

-- Sets of stickers: from the stock of the year first, each other set at a price.
CREATE TABLE sticker_order (
    client_id    uuid NOT NULL,
    agreement_id uuid NOT NULL,
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    key          text NOT NULL,
    ordered_on   date NOT NULL,
    sets         integer NOT NULL CHECK (sets > 0),
    included     integer NOT NULL CHECK (included BETWEEN 0 AND sets),
    price        bigint CHECK (price >= 0),             -- of each other set, in cents, without VAT
    PRIMARY KEY (agreement_id, key),
    CHECK ((included = sets) = (price IS NULL)),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);

CREATE TABLE agreement_task (
    client_id    uuid NOT NULL,
    agreement_id uuid NOT NULL,
    key          text NOT NULL,
    detail       text NOT NULL,
    opened_on    date NOT NULL,
    done_on      date,
    dropped      boolean NOT NULL DEFAULT false,        -- its reason was gone before a person did it
    PRIMARY KEY (agreement_id, key),
    CHECK (NOT dropped OR done_on IS NOT NULL),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);

-- What happened, with the day it counts from, the business instant, and the instant it was recorded. Never changed.
CREATE TABLE agreement_event (
    client_id    uuid NOT NULL,
    agreement_id uuid NOT NULL,
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    key          text NOT NULL,                         -- natural key: the same happening is recorded once
    kind         text NOT NULL,
    value_on     date NOT NULL,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor        text NOT NULL,
    detail       jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (agreement_id, key),
    FOREIGN KEY (client_id, agreement_id) REFERENCES agreement (client_id, id)
);
CREATE INDEX agreement_event_order ON agreement_event (agreement_id, seq);

-- A message is for a claim or for an agreement.
ALTER TABLE outbox ALTER COLUMN claim_id DROP NOT NULL, ADD COLUMN agreement_id uuid, ADD CHECK (num_nonnulls(claim_id, agreement_id) = 1);
CREATE INDEX outbox_of_agreement ON outbox (agreement_id) WHERE agreement_id IS NOT NULL;

-- Clients that are there: the agreement is assumed to have started when the first claim was handed over.
INSERT INTO agreement (client_id, id, number, started_on)
SELECT c.id, gen_random_uuid(), 1, COALESCE((SELECT min(handed_over_on) FROM claim WHERE claim.client_id = c.id), (clock_timestamp() AT TIME ZONE 'Europe/Amsterdam')::date) FROM client c;
INSERT INTO agreement_plan (client_id, agreement_id, plan, from_on) SELECT a.client_id, a.id, c.plan, a.started_on FROM agreement a JOIN client c ON c.id = a.client_id;
INSERT INTO agreement_event (client_id, agreement_id, key, kind, value_on, at, actor, detail)
SELECT a.client_id, a.id, 'started', 'started', a.started_on, clock_timestamp(), 'migration', jsonb_build_object('plan', c.plan, 'assumed', true) FROM agreement a JOIN client c ON c.id = a.client_id;
INSERT INTO outbox (client_id, agreement_id, message, key) SELECT client_id, id, 'agreement-changed', 'started' FROM agreement;

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['agreement', 'agreement_plan', 'agreement_notice', 'agreement_year', 'sticker_order', 'agreement_task', 'agreement_event'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant())', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['agreement_plan', 'agreement_year', 'sticker_order', 'agreement_event'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
    END LOOP;
END $$;
-- +goose StatementEnd
CREATE POLICY lookup ON agreement TO dunning_owner USING (true) WITH CHECK (true);

-- +goose StatementBegin
-- Agreements whose workflow has not read the newest facts for longer than behind_for, and those not compared with it for longer than older_than. Taken for
-- five minutes, as claims_to_check does; one for which a message waits, or that the sweeper woke lately, is not missing.
CREATE FUNCTION agreements_to_check(behind_for interval, older_than interval, at_most integer) RETURNS TABLE (client_id uuid, agreement_id uuid) LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE agreement SET checked_at = clock_timestamp() - older_than + interval '5 minutes' WHERE id IN (
     SELECT a.id FROM agreement a WHERE a.ended_on IS NULL AND a.changed_at < clock_timestamp() - behind_for
     AND (a.seen_version < a.version OR a.checked_at IS NULL OR a.checked_at < clock_timestamp() - older_than)
     AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.agreement_id = a.id
       AND (o.delivered_at IS NULL OR (o.key = 'sweeper' AND o.created_at > clock_timestamp() - interval '10 minutes')))
     ORDER BY a.checked_at NULLS FIRST LIMIT at_most FOR UPDATE SKIP LOCKED)
   RETURNING agreement.client_id, agreement.id $$;
CREATE FUNCTION agreements_checked(ids uuid[]) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ UPDATE agreement SET checked_at = clock_timestamp() WHERE id = ANY (ids) $$;
-- +goose StatementEnd

GRANT SELECT, INSERT ON agreement, agreement_plan, agreement_notice, agreement_year, sticker_order, agreement_task, agreement_event TO dunning_app;
GRANT UPDATE (started_on, stated_on, ended_on, version, seen_version, changed_at) ON agreement TO dunning_app;
GRANT UPDATE (taken_back_on) ON agreement_notice TO dunning_app;
GRANT UPDATE (detail, opened_on, done_on, dropped) ON agreement_task TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
