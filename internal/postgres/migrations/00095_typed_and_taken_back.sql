-- A journal that takes another one back is its opposite, also when lines come to that one later in the same transaction; and who typed a receipt stays with it, so that a payout names all that is in
-- the trust account on one person's word. And what a bank gives back that it had taken is no payment of ours that comes back.

-- +goose Up

-- +goose StatementBegin
-- As before; and what takes a journal back is judged with it, for it has to be its opposite line by line.
CREATE OR REPLACE FUNCTION entry_added() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM entry e WHERE e.journal_id = NEW.journal_id AND e.line > NEW.line) THEN
        RETURN NULL;
    END IF;
    IF (SELECT min(e.line) <> 1 OR count(*) <> NEW.line FROM entry e WHERE e.journal_id = NEW.journal_id) THEN
        RAISE EXCEPTION 'journal % has lines that are not numbered from one on', NEW.journal_id USING ERRCODE = 'check_violation';
    END IF;
    PERFORM journal_adds_up(NEW.journal_id);
    PERFORM journal_adds_up(j.id) FROM journal j WHERE j.reverses = NEW.journal_id;
    RETURN NULL;
END $$;
-- The receipts that a person typed by a moment, that no statement has brought by now, and that the bank did not take back: whole, with as much of them as stands, and who typed them.
CREATE FUNCTION typed_receipts(by_then timestamptz) RETURNS TABLE (key text, cents bigint, value_on date, typed_by text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.key, sum(p.amount)::bigint, w.value_on, COALESCE(w.typed_by, '') FROM receipt w JOIN receipt p ON NOT p.divided AND COALESCE(p.part_of, p.key) = w.key
    WHERE w.part_of IS NULL AND p.gone IS DISTINCT FROM 'returned'
        AND NOT EXISTS (SELECT FROM statement_entry e WHERE e.receipt = w.key AND e.kind = 'receipt')
        AND NOT EXISTS (SELECT FROM journal j WHERE j.book = 'S' AND j.key = 'receipt:' || w.key AND j.at > by_then)
        AND NOT EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = p.client_id AND v.claim_id = p.claim_id AND v.key = COALESCE(p.settled_as, p.key) AND v.replaced_by IS NULL)
    GROUP BY w.key ORDER BY w.value_on, w.key $$;
-- What a statement tells as money that came back, of which nothing is ours: it names no payout of ours, and none that went to its account, or, when the bank tells no account, none of its amount, can have
-- come back. It undoes what the bank did itself.
CREATE FUNCTION credits_of_others(of_statement text) RETURNS TABLE (key text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.key FROM statement_entry e WHERE e.statement = of_statement AND e.key IS NOT NULL AND e.kind = 'payout-returned' AND e.direction = 'credit' AND e.receipt IS NULL AND e.payout IS NULL
        AND NOT EXISTS (SELECT FROM payout p WHERE p.id = split_part(e.batch, '/', 1))
        AND NOT EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id IN (e.end_to_end, e.returned_line, substring(e.structured || ' ' || e.remittance FROM 'PO-[0-9]{8}(?:-[A-Z0-9]{1,10})?(?:[.][0-9]+)?-[0-9]+'))
            OR (l.iban = e.iban AND l.cents >= e.amount OR e.iban = '' AND l.cents = e.amount) AND payout_status(l.end_to_end_id) IN ('sent', 'accepted', 'booked')) $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION typed_receipts(timestamptz), credits_of_others(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION typed_receipts(timestamptz), credits_of_others(text) TO dunning_app;
