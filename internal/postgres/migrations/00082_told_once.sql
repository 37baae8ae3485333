-- What was kept back without a payment is told by one specification: the schema holds to it, as the run does.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION payout_kept_told_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kept-told/' || NEW.client_id, 0));
    IF EXISTS (SELECT FROM payout_kept_told t WHERE t.client_id = NEW.client_id AND t.nr = NEW.nr AND COALESCE(payout_status(t.end_to_end_id), 'proposed') NOT IN ('withdrawn', 'rejected', 'returned', 'lost')) THEN
        RAISE EXCEPTION 'what is kept back of client % (%) is told by another line, which arrived or still can', NEW.client_id, NEW.nr USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION payout_kept_told_once() FROM PUBLIC;
CREATE TRIGGER payout_kept_told_once BEFORE INSERT ON payout_kept_told FOR EACH ROW EXECUTE FUNCTION payout_kept_told_once();
