-- What of the bank's entries is whose: a person ties a return that fits two receipts to one, a return counts from its value date, and an entry is booked of a payout once,
-- under whatever key.

-- +goose Up
ALTER TABLE settlement_reversal ADD COLUMN returned_on date; -- value date on which the bank took the money back; NULL: reversed_on

ALTER TABLE statement_entry
    ADD COLUMN tied_by     text,                                        -- the person who said which receipt it takes back; NULL: the bank's own words do
    ADD COLUMN tied_reason text CHECK (btrim(tied_reason) <> ''),
    ADD COLUMN tied_at     timestamptz,
    ADD COLUMN evidence    text,                                        -- the key under which its payout was booked: that of its first payment, or what a person typed
    ADD CONSTRAINT statement_entry_tied CHECK (num_nonnulls(tied_by, tied_reason, tied_at) IN (0, 3) AND (tied_by IS NULL OR receipt IS NOT NULL));
ALTER TABLE statement_entry NO FORCE ROW LEVEL SECURITY;
ALTER TABLE statement_entry DISABLE TRIGGER statement_entry_stays;
UPDATE statement_entry e SET evidence = COALESCE(
    (SELECT e.key WHERE EXISTS (SELECT FROM payout_step p WHERE p.evidence = e.key)),
    (SELECT min(o.key) FROM statement_entry o JOIN payout_step p ON p.evidence = o.key WHERE o.statement = e.statement AND o.entry = e.entry AND o.direction = e.direction),
    e.key) WHERE e.payout IS NOT NULL;
ALTER TABLE statement_entry ENABLE TRIGGER statement_entry_stays;
ALTER TABLE statement_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE statement_entry ADD CONSTRAINT statement_entry_evidence CHECK ((evidence IS NULL) = (payout IS NULL));
CREATE INDEX statement_entry_of_evidence ON statement_entry (evidence) WHERE evidence IS NOT NULL;
GRANT UPDATE (tied_by, tied_reason, tied_at, evidence) ON statement_entry TO dunning_app;
CREATE INDEX payout_step_of_evidence ON payout_step (evidence) WHERE status IN ('booked', 'returned');

-- +goose StatementBegin
-- What entries of the bank told of lines, of whatever client: of those lines, and by those entries and that one.
CREATE FUNCTION payout_told(of_lines text[], of_evidence text) RETURNS TABLE (end_to_end_id text, status text, evidence text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT s.end_to_end_id, s.status, s.evidence FROM payout_step s WHERE s.status IN ('booked', 'returned')
     AND (s.evidence = of_evidence OR s.evidence IN (SELECT o.evidence FROM payout_step o WHERE o.end_to_end_id = ANY (of_lines) AND o.status IN ('booked', 'returned'))) $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION payout_told(text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payout_told(text[], text) TO dunning_app;
