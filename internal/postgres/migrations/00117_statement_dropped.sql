-- A statement that is held and wrong is set aside (docs/decisions/0073): who says so and why stays with it, and nothing of it is booked unless a person releases it after all.

-- +goose Up
ALTER TABLE statement DROP CONSTRAINT statement_state_check,
    ADD CONSTRAINT statement_state_check CHECK (state IN ('held', 'booked', 'known', 'dropped')),
    ADD COLUMN dropped_by     text,
    ADD COLUMN dropped_reason text CHECK (btrim(dropped_reason) <> ''),
    ADD COLUMN dropped_at     timestamptz,
    ADD CONSTRAINT statement_dropped CHECK (num_nonnulls(dropped_by, dropped_reason, dropped_at) IN (0, 3) AND (state <> 'dropped' OR dropped_by IS NOT NULL));
GRANT UPDATE (dropped_by, dropped_reason, dropped_at) ON statement TO dunning_app;

-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refuse_unbooking() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_TABLE_NAME = 'statement' THEN
        IF OLD.state NOT IN ('held', 'dropped') THEN RAISE EXCEPTION 'statement % is booked: append-only', OLD.key; END IF;
        IF OLD.state = 'dropped' AND (NEW.dropped_by, NEW.dropped_reason, NEW.dropped_at) IS DISTINCT FROM (OLD.dropped_by, OLD.dropped_reason, OLD.dropped_at)
            OR OLD.state = 'dropped' AND NEW.state <> 'dropped' AND NEW.released_by IS NULL THEN
            RAISE EXCEPTION 'statement % is set aside: only who releases it books it', OLD.key;
        END IF;
    ELSIF OLD.key IS NOT NULL AND (NEW.key IS DISTINCT FROM OLD.key OR OLD.receipt IS NOT NULL OR OLD.payout IS NOT NULL) THEN
        RAISE EXCEPTION 'entry % is booked: append-only', OLD.key;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
