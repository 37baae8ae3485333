-- The three books in double entry: of the trust foundation (S), of the agency (A), and a memo of what debtors owe (D). They are only ever added to.
-- No row is locked that everybody needs: what the trust account must hold follows from journals that add up, and only the floor of a client's payable waits.

-- +goose Up
CREATE TABLE account (
    code    text PRIMARY KEY CHECK (code ~ '^[SAD][0-9]{3}$'), -- its first letter is its book
    name    text NOT NULL CHECK (btrim(name) <> ''),
    balance boolean NOT NULL                                   -- on the balance sheet; else profit and loss
);
INSERT INTO account (code, name, balance) VALUES
    ('S100', 'Trust bank account', true),
    ('S190', 'Clawback receivable', true),
    ('S200', 'Payable to clients', true),
    ('S210', 'Payable to the agency', true),
    ('S220', 'Refunds payable to debtors', true),
    ('S230', 'Received, not allocated yet', true),
    ('S240', 'Payouts in transit', true),
    ('A100', 'Bank account', true),
    ('A110', 'Receivable from the trust foundation', true),
    ('A120', 'Trade debtors (clients)', true),
    ('A130', 'Clawbacks advanced', true),
    ('A140', 'Court and bailiff costs advanced', true),
    ('A250', 'VAT payable', true),
    ('A400', 'Fees: collection costs', false),
    ('A410', 'Fees: interest', false),
    ('A420', 'Commission in the exceptions', false),
    ('A430', 'Share in debt monitoring', false),
    ('A440', 'Yearly contributions and stickers', false),
    ('A450', 'Recharged costs', false),
    ('A500', 'Bank costs and losses', false),
    ('D100', 'Owed: principal', true),
    ('D200', 'Owed: interest', true),
    ('D300', 'Owed: collection costs', true),
    ('D400', 'Owed: court costs', true),
    ('D900', 'Owed: contra', true);

-- A journal of one book. client_id is NULL for what is of no client, or of nobody yet: that is seen without a tenant only, since it tells what came in for others.
CREATE TABLE journal (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id    uuid REFERENCES client (id),
    book         text NOT NULL CHECK (book IN ('S', 'A', 'D')),
    key          text NOT NULL CHECK (btrim(key) <> '' AND length(key) <= 300), -- natural, of the fact
    hash         bytea NOT NULL CHECK (length(hash) = 32),                      -- of all that it says: the same key for something else is seen
    kind         text NOT NULL CHECK (kind IN ('received', 'taken-back', 'charged', 'settled', 'clawback', 'topped-up', 'clawed-back', 'refunded',
                     'payout-submitted', 'payout-booked', 'payout-rejected', 'payout-returned', 'fees-submitted', 'fees-booked', 'billed', 'bill-back',
                     'client-paid', 'set-off', 'court-advanced', 'bank-charged')),
    effective_on date NOT NULL,                                                 -- value date
    at           timestamptz NOT NULL,                                          -- business instant at which it was booked
    recorded_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    reverses     bigint UNIQUE REFERENCES journal (id),                         -- the journal that it takes back: once
    txid         xid8 NOT NULL DEFAULT pg_current_xact_id(),                    -- the transaction that made it, the only one that may give it lines
    UNIQUE (key, book)
);
CREATE INDEX journal_by_day ON journal (effective_on);
CREATE INDEX journal_of_client ON journal (client_id);

CREATE TABLE entry (
    journal_id bigint NOT NULL,                                                 -- entry_in_time holds it to its journal, and account to the chart: a
    line       integer NOT NULL CHECK (line > 0),
    client_id  uuid,
    claim_id   uuid,
    account    text NOT NULL,                                                   -- foreign key would lock the row of an account that all journals share
    cents      bigint NOT NULL CHECK (cents <> 0),                              -- debit is more than nothing
    PRIMARY KEY (journal_id, line),
    CHECK (claim_id IS NULL OR client_id IS NOT NULL),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE INDEX entry_of_claim ON entry (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX entry_of_payable ON entry (client_id) INCLUDE (cents) WHERE account = 'S200';

-- +goose StatementBegin
-- Only the transaction that made a journal gives it lines, of accounts that there are.
CREATE FUNCTION entry_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM journal j WHERE j.id = NEW.journal_id AND j.txid = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'journal % is append-only: it gets its lines in the transaction that makes it', NEW.journal_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM account WHERE code = NEW.account) THEN
        RAISE EXCEPTION 'there is no account %', NEW.account USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
-- A journal has two lines or more of accounts of its book, they add up to nothing and are of its client, and what takes one back is its exact opposite.
-- It runs as the owner, who sees all lines: at the end of the transaction the tenant may be another client.
CREATE FUNCTION journal_adds_up(of_journal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT CASE WHEN count(e.line) < 2 THEN 'has fewer than two lines'
                WHEN sum(e.cents) <> 0 THEN 'does not add up to nothing'
                WHEN NOT bool_and(left(e.account, 1) = j.book) THEN 'has an account of another book'
                WHEN NOT bool_and(e.client_id IS NOT DISTINCT FROM j.client_id) THEN 'has a line of another client'
                WHEN j.reverses IS NOT NULL AND EXISTS (SELECT FROM entry o WHERE o.journal_id IN (j.id, j.reverses) GROUP BY o.account, o.claim_id HAVING sum(o.cents) <> 0)
                    THEN 'does not take back what it reverses' END
    INTO bad FROM journal j LEFT JOIN entry e ON e.journal_id = j.id WHERE j.id = of_journal GROUP BY j.id;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION journal_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN PERFORM journal_adds_up(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION entry_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN PERFORM journal_adds_up(NEW.journal_id); RETURN NULL; END $$;
-- Who takes from what a client is to be paid does so one at a time; who adds to it waits for nobody.
CREATE FUNCTION lock_payable(of_client uuid) RETURNS void LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS
$$ SELECT pg_advisory_xact_lock(hashtextextended('payable/' || of_client, 0)) $$;
CREATE FUNCTION payable_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM lock_payable(NEW.client_id);
    IF (SELECT sum(e.cents) FROM entry e WHERE e.account = 'S200' AND e.client_id IS NOT DISTINCT FROM NEW.client_id) > 0 THEN
        RAISE EXCEPTION 'client % is to be paid less than nothing', NEW.client_id USING ERRCODE = 'check_violation', CONSTRAINT = 'payable_stays';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER entry_in_time AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_in_time();
CREATE CONSTRAINT TRIGGER journal_made AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_made();
CREATE CONSTRAINT TRIGGER entry_added AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_added();
CREATE CONSTRAINT TRIGGER payable_stays AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.account = 'S200' AND NEW.cents > 0) EXECUTE FUNCTION payable_stays();

-- +goose StatementBegin
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['account', 'journal', 'entry'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name || '_append_only', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['journal', 'entry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant ON %I TO dunning_app USING (client_id IS NOT DISTINCT FROM tenant()) WITH CHECK (client_id IS NOT DISTINCT FROM tenant())', name);
        EXECUTE format('CREATE POLICY lookup ON %I FOR SELECT TO dunning_owner USING (true)', name);
    END LOOP;
END $$;
-- Totals of all clients: no line tells whose.
CREATE FUNCTION ledger_balances(until date) RETURNS TABLE (account text, debit bigint, credit bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT a.code, COALESCE(sum(e.cents) FILTER (WHERE e.cents > 0), 0)::bigint, COALESCE(-sum(e.cents) FILTER (WHERE e.cents < 0), 0)::bigint
   FROM account a LEFT JOIN (entry e JOIN journal j ON j.id = e.journal_id AND (until IS NULL OR j.effective_on <= until)) ON e.account = a.code GROUP BY a.code $$;
-- What the trust account received less what its bank took back, by the books.
CREATE FUNCTION ledger_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE(sum(e.cents), 0)::bigint FROM entry e JOIN journal j ON j.id = e.journal_id WHERE e.account = 'S100' AND j.kind IN ('received', 'taken-back') $$;
-- +goose StatementEnd
GRANT SELECT ON account TO dunning_app;
GRANT SELECT, INSERT (client_id, book, key, hash, kind, effective_on, at, reverses) ON journal TO dunning_app;
GRANT SELECT, INSERT ON entry TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_balances(date), ledger_received(), lock_payable(uuid) TO dunning_app;
