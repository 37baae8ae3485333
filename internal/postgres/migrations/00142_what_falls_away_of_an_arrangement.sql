-- What falls away of an arrangement with what was credited after it, as facts tell it (claim.FallenAway): only the law tables can tell, which the reader of a case file has not. It follows the settlements
-- (docs/decisions/0020), so it is written anew with them. Those of before get it at the next closing of the books.

-- +goose Up
ALTER TABLE arrangement ADD COLUMN fallen_away jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(fallen_away) = 'array');
GRANT UPDATE (fallen_away) ON arrangement TO dunning_app;

-- As before (migration 20), but for what falls away.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on OR to_jsonb(NEW) - '{ended_on,fallen_away}'::text[] <> to_jsonb(OLD) - '{ended_on,fallen_away}'::text[] THEN
        RAISE EXCEPTION '% is append-only: what was agreed can only end, once', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
