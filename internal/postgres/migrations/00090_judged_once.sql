-- A journal is judged once, and not again for each of its lines; and who else wrote to a debtor, and which claims wait for a receipt, is planned once, and not anew for every claim.

-- +goose Up
-- +goose StatementBegin
-- A journal without lines is none.
CREATE OR REPLACE FUNCTION journal_made() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM entry e WHERE e.journal_id = NEW.id) THEN
        RAISE EXCEPTION 'journal % has fewer than two lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- The last line of a journal has all of it judged, when it is there. Lines are numbered from one on without gaps, so that what is added to a journal that was judged has a later number than all that
-- were, and is judged with them.
CREATE OR REPLACE FUNCTION entry_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM entry e WHERE e.journal_id = NEW.journal_id AND e.line > NEW.line) THEN
        RETURN NULL;
    END IF;
    IF (SELECT min(e.line) <> 1 OR count(*) <> NEW.line FROM entry e WHERE e.journal_id = NEW.journal_id) THEN
        RAISE EXCEPTION 'journal % has lines that are not numbered from one on', NEW.journal_id USING ERRCODE = 'check_violation';
    END IF;
    PERFORM journal_adds_up(NEW.journal_id);
    RETURN NULL;
END $$;
-- As before, in a language that keeps the plan.
CREATE OR REPLACE FUNCTION claims_waiting_for(task_key text) RETURNS TABLE (client_id uuid, claim_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT t.client_id, t.claim_id FROM task t WHERE t.key = task_key AND t.done_on IS NULL ORDER BY t.claim_id; END $$;
-- +goose StatementEnd

-- Whatever is asked has the same plan: it is found by keys. Left to itself the server makes a new plan for each claim that is read.
ALTER FUNCTION people_named(text[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION other_contact(uuid, text[]) SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION other_contacts(uuid, text[]) SET plan_cache_mode = force_generic_plan;
