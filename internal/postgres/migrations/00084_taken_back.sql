-- The agency's own money on the trust account can be taken back: by its bank, or because it was told by mistake, as two different persons who may approve say.
-- And that a client is asked to be paid back a credit of an invoice can be taken back.

-- +goose Up
CREATE TABLE own_undone (
    receipt  text NOT NULL REFERENCES receipt (key),
    turn     integer NOT NULL CHECK (turn > 0),             -- how often it was the agency's own money by then
    approver text NOT NULL REFERENCES approver (name),
    reason   text NOT NULL CHECK (btrim(reason) <> ''),
    done     boolean NOT NULL,                              -- with this word it waits again; one before it said so too
    at       timestamptz NOT NULL,
    PRIMARY KEY (receipt, turn, approver, done)
);
CREATE UNIQUE INDEX own_undone_once ON own_undone (receipt, turn) WHERE done;
ALTER TABLE own_undone ENABLE ROW LEVEL SECURITY;
ALTER TABLE own_undone FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON own_undone FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON own_undone TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER own_undone_append_only BEFORE UPDATE OR DELETE ON own_undone FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_undone_no_truncate BEFORE TRUNCATE ON own_undone FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER own_undone_approver_may BEFORE INSERT ON own_undone FOR EACH ROW EXECUTE FUNCTION approver_may();
GRANT SELECT, INSERT ON own_undone TO dunning_app;

-- The last row of an invoice says whether its credit is to be paid back.
ALTER TABLE bill_repayment ADD COLUMN nr integer NOT NULL DEFAULT 1 CHECK (nr > 0), ADD COLUMN asked boolean NOT NULL DEFAULT true,
    DROP CONSTRAINT bill_repayment_pkey, ADD PRIMARY KEY (number, nr);

-- +goose StatementBegin
-- How many persons who may do so now say that a receipt is not the agency's own money of that turn.
CREATE FUNCTION own_undone_by(of_receipt text, of_turn integer) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(u.approver)) FROM own_undone u JOIN approver r ON r.name = u.approver AND r.removed_at IS NULL WHERE u.receipt = of_receipt AND u.turn = of_turn $$;
CREATE FUNCTION own_undone_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF own_undone_by(NEW.receipt, NEW.turn) < 2 THEN
        RAISE EXCEPTION 'two different persons must say that receipt % is not the agency''s own money', NEW.receipt USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- What was the agency's own money is not before the books say so; and it waits again only when two persons said so.
CREATE FUNCTION own_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.gone <> 'returned' OR NEW.gone IS NULL AND NOT EXISTS (SELECT FROM own_undone u WHERE u.receipt = NEW.key AND u.done AND u.turn = (SELECT count(DISTINCT split_part(substr(j.key, length('receipt:' || NEW.key || '/own') + 1), '/', 1))
            FROM journal j WHERE j.kind IN ('own-money', 'topped-up') AND j.reverses IS NULL AND starts_with(j.key, 'receipt:' || NEW.key || '/own'))) -- of its last turn
        OR EXISTS (SELECT FROM journal j WHERE j.kind IN ('own-money', 'topped-up') AND j.reverses IS NULL AND starts_with(j.key, 'receipt:' || NEW.key || '/own') AND NOT j.key LIKE '%/kept' AND NOT EXISTS (SELECT FROM journal b WHERE b.reverses = j.id)) THEN
        RAISE EXCEPTION 'receipt % is the agency''s own money until the bank takes it back, or two persons say that it is not', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- The journals by which a receipt is the agency's own money of a turn: own is the beginning of their keys.
CREATE FUNCTION own_journals(own text) RETURNS TABLE (client_id uuid, key text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT j.client_id, j.key FROM journal j WHERE j.book = 'S' AND j.kind IN ('own-money', 'topped-up') AND j.key = own || COALESCE('/' || j.client_id, '') ORDER BY j.client_id $$;
-- As before; and what was the agency's own money, and is not any more, has its reversal beside it.
CREATE OR REPLACE FUNCTION journals_of_nothing() RETURNS TABLE (book text, key text, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.book, j.key, (SELECT sum(abs(e.cents)) / 2 FROM entry e WHERE e.journal_id = j.id)::bigint FROM journal j
    WHERE j.client_id IS NULL AND NOT CASE
        WHEN j.kind = 'received' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)$'))
        WHEN j.kind = 'taken-back' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/taken-back$'))
        WHEN j.kind IN ('own-money', 'topped-up') THEN j.reverses IS NOT NULL OR EXISTS (SELECT FROM journal b WHERE b.reverses = j.id)
            OR EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/own(~[0-9]+)?$') AND r.gone = 'own')
        WHEN j.kind = 'refunded' THEN EXISTS (SELECT FROM refund f WHERE f.key = substring(j.key FROM '^refund:(.*)$'))
        WHEN j.kind = 'loss' THEN EXISTS (SELECT FROM loss_approval a WHERE a.refund = substring(j.key FROM '^loss:[0-9]+:(.*)$'))
        WHEN j.kind = 'bank-charged' THEN EXISTS (SELECT FROM statement_entry s WHERE s.key = substring(j.key FROM '^bank-charge:(.*)$'))
        ELSE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = substring(j.key FROM '^payout:([^/]*)')) END ORDER BY j.id $$;
-- +goose StatementEnd
CREATE TRIGGER own_undone_may AFTER INSERT ON own_undone FOR EACH ROW WHEN (NEW.done) EXECUTE FUNCTION own_undone_may();
CREATE TRIGGER own_ends BEFORE UPDATE OF gone ON receipt FOR EACH ROW WHEN (OLD.gone = 'own' AND NEW.gone IS DISTINCT FROM 'own') EXECUTE FUNCTION own_ends();
REVOKE ALL ON FUNCTION own_undone_by(text, integer), own_undone_may(), own_ends(), own_journals(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_undone_by(text, integer), own_journals(text) TO dunning_app;
