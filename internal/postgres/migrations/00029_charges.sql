-- What a client was charged can be taken back, and what was answered or given notice of stands.

-- +goose Up
-- What agreements charge stands in their own tables (agreement_year, sticker_order): this one is of claims.
ALTER TABLE billable ALTER COLUMN claim_id SET NOT NULL;

-- A charge that was taken back: it stays in the books, and so does that it is not owed.
CREATE TABLE billable_reversal (
    client_id   uuid NOT NULL,
    key         text NOT NULL,                       -- of the charge, which is taken back once and for good
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    reversed_on date NOT NULL,
    PRIMARY KEY (key, client_id),
    FOREIGN KEY (key, client_id) REFERENCES billable (key, client_id)
);
CREATE TRIGGER billable_reversal_append_only BEFORE UPDATE OR DELETE ON billable_reversal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billable_reversal_no_truncate BEFORE TRUNCATE ON billable_reversal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE billable_reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE billable_reversal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billable_reversal TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON billable_reversal TO dunning_app;

-- Of what happened once only the columns that say how it ended are filled, once.
-- +goose StatementBegin
CREATE FUNCTION only_fills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV OR EXISTS (SELECT FROM unnest(TG_ARGV) AS filled WHERE to_jsonb(OLD) ->> filled IS NOT NULL) THEN
        RAISE EXCEPTION '% is append-only: it is answered or taken back, once', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
-- A task that a person did stays done, unless something else is asked.
CREATE FUNCTION keeps_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.client_id, NEW.agreement_id, NEW.key) <> (OLD.client_id, OLD.agreement_id, OLD.key) OR OLD.done_on IS NOT NULL AND NOT OLD.dropped AND NEW.detail = OLD.detail THEN
        RAISE EXCEPTION '% is append-only: what a person did is done', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER client_request_only_fills BEFORE UPDATE ON client_request FOR EACH ROW EXECUTE FUNCTION only_fills('answered_on', 'answer');
CREATE TRIGGER client_request_append_only BEFORE DELETE ON client_request FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER client_request_no_truncate BEFORE TRUNCATE ON client_request FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_notice_only_fills BEFORE UPDATE ON agreement_notice FOR EACH ROW EXECUTE FUNCTION only_fills('taken_back_on');
CREATE TRIGGER agreement_notice_append_only BEFORE DELETE ON agreement_notice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_notice_no_truncate BEFORE TRUNCATE ON agreement_notice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_task_keeps_done BEFORE UPDATE ON agreement_task FOR EACH ROW EXECUTE FUNCTION keeps_done();
CREATE TRIGGER agreement_task_append_only BEFORE DELETE ON agreement_task FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER agreement_task_no_truncate BEFORE TRUNCATE ON agreement_task FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE EXECUTE ON FUNCTION only_fills(), keeps_done() FROM PUBLIC;
