-- What was the agency's own money waits again only when two persons said so of its last turn. Migration 84 says so since a few hours after it was first run; a database that ran it before has it from here.

-- +goose Up
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION own_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.gone <> 'returned' OR NEW.gone IS NULL AND NOT EXISTS (SELECT FROM own_undone u WHERE u.receipt = NEW.key AND u.done AND u.turn = (SELECT count(DISTINCT split_part(substr(j.key, length('receipt:' || NEW.key || '/own') + 1), '/', 1))
            FROM journal j WHERE j.kind IN ('own-money', 'topped-up') AND j.reverses IS NULL AND starts_with(j.key, 'receipt:' || NEW.key || '/own'))) -- of its last turn
        OR EXISTS (SELECT FROM journal j WHERE j.kind IN ('own-money', 'topped-up') AND j.reverses IS NULL AND starts_with(j.key, 'receipt:' || NEW.key || '/own') AND NOT j.key LIKE '%/kept' AND NOT EXISTS (SELECT FROM journal b WHERE b.reverses = j.id)) THEN
        RAISE EXCEPTION 'receipt % is the agency''s own money until the bank takes it back, or two persons say that it is not', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
