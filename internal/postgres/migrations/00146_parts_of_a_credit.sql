-- What came back can be of several debits: a person says so, and its line is told apart in as many (docs/decisions/0104). No row is changed.

-- +goose Up
ALTER TABLE statement_entry
    ADD COLUMN told    bigint,  -- what the bank told, of a line of which parts stand by themselves; NULL: it is whole
    ADD COLUMN part_of integer, -- the part of which it is one
    ADD CONSTRAINT statement_entry_told CHECK (told IS NULL AND part_of IS NULL OR direction = 'credit' AND kind = 'payout-returned');
GRANT UPDATE (amount, instructed, told) ON statement_entry TO dunning_app;
-- What is booked keeps its amount, and so does all that is not told apart.
CREATE TRIGGER statement_entry_amount BEFORE UPDATE OF amount, instructed, told ON statement_entry FOR EACH ROW
    WHEN (NEW.told IS DISTINCT FROM COALESCE(OLD.told, OLD.amount) OR NEW.instructed <> 0 OR OLD.payout IS NOT NULL OR OLD.kind <> 'payout-returned') EXECUTE FUNCTION refuse_change();
-- +goose StatementBegin
CREATE FUNCTION credit_adds_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM statement_entry w WHERE w.statement = NEW.statement AND w.entry = NEW.entry AND COALESCE(w.told, w.amount) <>
            w.amount + (SELECT COALESCE(sum(COALESCE(p.told, p.amount)), 0) FROM statement_entry p WHERE p.statement = w.statement AND p.entry = w.entry AND p.part_of = w.part)) THEN
        RAISE EXCEPTION 'the parts of entry % do not add up to what the bank told', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER statement_entry_part_adds_up AFTER INSERT ON statement_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.part_of IS NOT NULL) EXECUTE FUNCTION credit_adds_up();
CREATE CONSTRAINT TRIGGER statement_entry_adds_up AFTER UPDATE OF amount, told ON statement_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_adds_up();
REVOKE ALL ON FUNCTION credit_adds_up() FROM PUBLIC;
