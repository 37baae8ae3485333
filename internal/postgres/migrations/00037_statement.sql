-- Statements of the trust account: each is booked whole or held, each of its entries once, whatever files tell it.

-- +goose Up
CREATE TABLE statement (
    key             text PRIMARY KEY,
    fingerprint     text NOT NULL UNIQUE,               -- the same for the same content
    account         text NOT NULL,                      -- IBAN
    format          text NOT NULL,
    bank_id         text NOT NULL,                      -- what the bank calls it, which it may do again
    sequence        text NOT NULL,
    from_on         date,
    to_on           date NOT NULL,
    opening         bigint,                             -- in cents; NULL: the bank told none
    closing         bigint,
    entries         integer NOT NULL CHECK (entries >= 0),
    booked_before   integer NOT NULL DEFAULT 0 CHECK (booked_before BETWEEN 0 AND entries), -- by another statement that tells them too
    state           text NOT NULL CHECK (state IN ('held', 'booked', 'known')), -- known: all its entries were booked before
    held_for        text NOT NULL DEFAULT '',           -- why it is, or was, held
    difference      bigint NOT NULL DEFAULT 0,          -- in cents: what does not fit
    position        bigint UNIQUE,                      -- in the order in which statements were booked
    balance         bigint,                             -- of the account after it
    file            text NOT NULL,
    imported_by     text NOT NULL,
    imported_at     timestamptz NOT NULL,
    released_by     text,                               -- who booked it although it does not fit
    released_reason text CHECK (btrim(released_reason) <> ''),
    CHECK ((state = 'booked') = (position IS NOT NULL)),
    CHECK ((position IS NULL) = (balance IS NULL)),
    CHECK (state <> 'held' OR held_for <> ''),
    CHECK ((released_by IS NULL) = (released_reason IS NULL))
);
CREATE INDEX statement_chain ON statement (account, position DESC);

-- What of an entry is booked by itself: the entry, or one of its payments. It holds names of everybody: the agency alone reads it, no client.
CREATE TABLE statement_entry (
    statement    text NOT NULL REFERENCES statement (key),
    entry        integer NOT NULL CHECK (entry > 0),
    part         integer NOT NULL CHECK (part > 0),
    base         text NOT NULL,                         -- names the entry, but for how many of the same there are
    by_reference boolean NOT NULL,                      -- the bank's own reference is in it
    key          text UNIQUE,                           -- with that number; NULL: it is not booked
    kind         text NOT NULL CHECK (kind IN ('receipt', 'payout-returned', 'payout', 'return', 'fee', 'information', 'unknown')),
    direction    text NOT NULL CHECK (direction IN ('credit', 'debit')),
    amount       bigint NOT NULL CHECK (amount >= 0),
    instructed   bigint NOT NULL DEFAULT 0,
    booked_on    date NOT NULL,
    value_on     date NOT NULL,
    name         text NOT NULL,
    iban         text NOT NULL,
    on_behalf_of text NOT NULL,
    end_to_end   text NOT NULL,
    tx_id        text NOT NULL,
    mandate      text NOT NULL,
    batch        text NOT NULL,
    structured   text NOT NULL,
    remittance   text NOT NULL,
    reason       text NOT NULL,
    code         text NOT NULL,
    info         text NOT NULL,
    receipt      text REFERENCES receipt (key),         -- that it made, or takes back
    PRIMARY KEY (statement, entry, part),
    CHECK ((amount = 0) = (kind = 'information'))
);
CREATE INDEX statement_entry_base ON statement_entry (base) WHERE key IS NOT NULL;
CREATE INDEX statement_entry_receipt ON statement_entry (receipt) WHERE receipt IS NOT NULL;
CREATE INDEX statement_entry_amount ON statement_entry (amount) WHERE kind = 'receipt' AND key IS NOT NULL; -- for what the bank takes back
CREATE INDEX statement_entry_open ON statement_entry (kind) WHERE key IS NOT NULL AND receipt IS NULL AND kind IN ('payout-returned', 'payout', 'return', 'unknown');

-- +goose StatementBegin
-- What is booked stays: an entry keeps its key, a statement its place.
CREATE FUNCTION refuse_unbooking() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_TABLE_NAME = 'statement' THEN
        IF OLD.state <> 'held' THEN RAISE EXCEPTION 'statement % is booked: append-only', OLD.key; END IF;
    ELSIF OLD.key IS NOT NULL AND (NEW.key IS DISTINCT FROM OLD.key OR OLD.receipt IS NOT NULL) THEN
        RAISE EXCEPTION 'entry % is booked: append-only', OLD.key;
    END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['statement', 'statement_entry'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_unbooking()', name || '_stays', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL)', name);
    END LOOP;
END $$;
-- +goose StatementEnd
GRANT SELECT, INSERT ON statement, statement_entry TO dunning_app;
GRANT UPDATE (state, booked_before, held_for, difference, position, balance, released_by, released_reason) ON statement TO dunning_app;
GRANT UPDATE (key, receipt) ON statement_entry TO dunning_app;

-- A message is for a claim, for an agreement, or for a statement, which is of no client.
ALTER TABLE outbox ADD COLUMN statement text, ALTER COLUMN client_id DROP NOT NULL, DROP CONSTRAINT outbox_check,
    ADD CONSTRAINT outbox_check CHECK (num_nonnulls(claim_id, agreement_id, statement) = 1 AND (client_id IS NULL) = (statement IS NOT NULL));
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
