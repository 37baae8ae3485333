-- The agency's own money is what a statement of the bank brought, and a loss stands in the books as two persons approved it: its amount, and of the refund that it is of.

-- +goose Up
-- +goose StatementBegin
-- What a person typed proves no money: of the agency's is a receipt that a line of a statement made.
CREATE FUNCTION own_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM statement_entry e WHERE e.key = NEW.key AND e.receipt = NEW.key AND e.kind = 'receipt') THEN
        RAISE EXCEPTION 'no statement brought receipt %: it is not the agency''s own money', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- A loss moves what two persons approved for its turn, of the claim of its refund, and nothing else: borne when the turn is odd, taken back when it is even.
CREATE FUNCTION loss_is_approved(of_journal bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH moves (book, account, sign) AS (VALUES ('S', 'S210', 1), ('S', 'S220', -1), ('A', 'A110', -1), ('A', 'A500', 1))
    SELECT EXISTS (SELECT FROM journal j JOIN loss_approval a ON j.key = 'loss:' || a.turn || ':' || a.refund JOIN refund f ON f.key = a.refund
        WHERE j.id = of_journal AND j.client_id IS NOT DISTINCT FROM f.client_id AND loss_approvals(a.refund, a.turn, a.amount) >= 2
          AND (SELECT array_agg((e.account, e.claim_id, e.cents) ORDER BY e.account, e.cents) FROM entry e WHERE e.journal_id = j.id)
            = (SELECT array_agg((m.account, f.claim_id, m.sign * CASE a.turn % 2 WHEN 1 THEN a.amount ELSE -a.amount END) ORDER BY m.account) FROM moves m WHERE m.book = j.book)) $$;
-- As before; and a loss is what was approved.
CREATE OR REPLACE FUNCTION journal_adds_up(of_journal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT CASE WHEN count(e.line) < 2 THEN 'has fewer than two lines'
                WHEN sum(e.cents) <> 0 THEN 'does not add up to nothing'
                WHEN NOT bool_and(left(e.account, 1) = j.book) THEN 'has an account of another book'
                WHEN NOT bool_and(e.client_id IS NOT DISTINCT FROM j.client_id) THEN 'has a line of another client'
                WHEN j.reverses IS NOT NULL AND EXISTS (SELECT FROM entry o WHERE o.journal_id IN (j.id, j.reverses) GROUP BY o.account, o.claim_id HAVING sum(o.cents) <> 0)
                    THEN 'does not take back what it reverses'
                WHEN j.kind = 'loss' AND NOT loss_is_approved(j.id) THEN 'is of another loss than two persons approved' END
    INTO bad FROM journal j LEFT JOIN entry e ON e.journal_id = j.id WHERE j.id = of_journal GROUP BY j.id;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
CREATE TRIGGER own_may BEFORE INSERT OR UPDATE OF gone ON receipt FOR EACH ROW WHEN (NEW.gone = 'own') EXECUTE FUNCTION own_may();
REVOKE ALL ON FUNCTION own_may(), loss_is_approved(bigint) FROM PUBLIC;
