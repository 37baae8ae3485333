-- What waits for money ends. When money may be paid on is one rule, of days on which banks settle too (settlement.RefundTerm): the schema keeps what came in by direct
-- debit, and on which day. A collection whose file was not made in time is late, and its invoices are free for the next run.

-- +goose Up
ALTER TABLE receipt DROP COLUMN available_on;

ALTER TABLE debit_step DROP CONSTRAINT debit_step_status_check,
    ADD CONSTRAINT debit_step_status_check CHECK (status IN ('proposed', 'telling', 'told', 'sent', 'accepted', 'booked', 'returned', 'rejected', 'withdrawn', 'late'));
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION debit_follows(was text, now text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS
$$ SELECT (was, now) IN (('', 'proposed'), ('proposed', 'telling'), ('proposed', 'told'), ('proposed', 'withdrawn'), ('proposed', 'late'), ('telling', 'proposed'), ('telling', 'told'), ('telling', 'withdrawn'),
     ('telling', 'late'), ('told', 'sent'), ('told', 'withdrawn'), ('told', 'late'), ('sent', 'accepted'), ('sent', 'booked'), ('sent', 'rejected'), ('accepted', 'booked'), ('accepted', 'rejected'), ('booked', 'returned')) $$;
CREATE OR REPLACE FUNCTION debit_part_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM lock_bills();
    IF EXISTS (SELECT FROM debit_part p WHERE p.number = NEW.number AND p.end_to_end_id <> NEW.end_to_end_id AND COALESCE(debit_status(p.end_to_end_id), '') NOT IN ('rejected', 'returned', 'withdrawn', 'late')) THEN
        RAISE EXCEPTION 'invoice % is collected already', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM debit d WHERE d.end_to_end_id = NEW.end_to_end_id AND d.txid = pg_current_xact_id()) THEN
        RAISE EXCEPTION 'collection % is append-only: it gets its invoices in the transaction that makes it', NEW.end_to_end_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
