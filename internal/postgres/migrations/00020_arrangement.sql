-- What a debtor promises, and what is agreed with one. How it stands is never stored: it follows from the value dates of what was settled.

-- +goose Up
CREATE TABLE promise (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    seq       bigint GENERATED ALWAYS AS IDENTITY,
    given_on  date NOT NULL,
    by_on     date NOT NULL CHECK (by_on >= given_on),
    until_on  date NOT NULL CHECK (until_on >= by_on), -- broken the day after
    amount    bigint NOT NULL CHECK (amount > 0),
    settled   bigint NOT NULL CHECK (settled >= 0),    -- in all, as it was known when it was given
    ended_on  date CHECK (ended_on >= given_on),       -- taken back
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TABLE arrangement (
    client_id     uuid NOT NULL,
    claim_id      uuid NOT NULL,
    key           text NOT NULL,
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    agreed_on     date NOT NULL,
    costs         bigint NOT NULL CHECK (costs >= 0),     -- owed at the end of that day
    interest      bigint NOT NULL CHECK (interest >= 0),
    principal     bigint NOT NULL CHECK (principal >= 0),
    settled       bigint NOT NULL CHECK (settled >= 0),   -- in all, as it was known when it was agreed
    grace_days    integer NOT NULL CHECK (grace_days >= 0),
    reminder_days integer NOT NULL CHECK (reminder_days > 0),
    ended_on      date CHECK (ended_on >= agreed_on),     -- by a person
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TABLE instalment (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,                              -- of its arrangement
    number    integer NOT NULL CHECK (number > 0),
    due_on    date NOT NULL,
    amount    bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (claim_id, key, number),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    FOREIGN KEY (claim_id, key) REFERENCES arrangement (claim_id, key)
);

-- +goose StatementBegin
CREATE FUNCTION only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL OR to_jsonb(NEW) - 'ended_on' <> to_jsonb(OLD) - 'ended_on' THEN
        RAISE EXCEPTION '% is append-only: what was agreed can only end, once', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
-- At the end of the transaction the instalments of an arrangement add up to what was owed.
CREATE FUNCTION instalments_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT a.costs + a.interest + a.principal FROM arrangement a WHERE a.claim_id = NEW.claim_id AND a.key = NEW.key)
       IS DISTINCT FROM (SELECT sum(i.amount) FROM instalment i WHERE i.claim_id = NEW.claim_id AND i.key = NEW.key) THEN
        RAISE EXCEPTION 'the instalments of arrangement % do not add up to what was owed', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER promise_only_ends BEFORE UPDATE ON promise FOR EACH ROW EXECUTE FUNCTION only_ends();
CREATE TRIGGER arrangement_only_ends BEFORE UPDATE ON arrangement FOR EACH ROW EXECUTE FUNCTION only_ends();
CREATE TRIGGER promise_append_only BEFORE DELETE ON promise FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER arrangement_append_only BEFORE DELETE ON arrangement FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_append_only BEFORE UPDATE OR DELETE ON instalment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER promise_no_truncate BEFORE TRUNCATE ON promise FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER arrangement_no_truncate BEFORE TRUNCATE ON arrangement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER instalment_no_truncate BEFORE TRUNCATE ON instalment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER arrangement_adds_up AFTER INSERT ON arrangement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION instalments_add_up();
CREATE CONSTRAINT TRIGGER instalment_adds_up AFTER INSERT ON instalment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION instalments_add_up();

ALTER TABLE promise ENABLE ROW LEVEL SECURITY;
ALTER TABLE promise FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON promise TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
ALTER TABLE arrangement ENABLE ROW LEVEL SECURITY;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON arrangement TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
ALTER TABLE instalment ENABLE ROW LEVEL SECURITY;
ALTER TABLE instalment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON instalment TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON promise, arrangement, instalment TO dunning_app;
GRANT UPDATE (ended_on) ON promise, arrangement TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO dunning_app;
