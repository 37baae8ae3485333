-- What a person typed of the trust account before its statement came is one receipt with the line that tells it.

-- +goose Up
ALTER TABLE receipt ADD COLUMN typed_by text;           -- who; NULL: a statement made it, or it was typed before this was noted
CREATE UNIQUE INDEX statement_entry_tells ON statement_entry (receipt) WHERE kind = 'receipt'; -- a receipt is told by one line
CREATE INDEX statement_entry_undecided ON statement_entry (statement) WHERE kind = 'receipt' AND key IS NOT NULL AND receipt IS NULL;
CREATE INDEX receipt_of_amount ON receipt (amount, value_on) WHERE part_of IS NULL;

-- +goose StatementBegin
-- Lines that told of money in and made no receipt, each with the receipts of whatever client that may be the same payment: of its amount, dated at most five days from it, of its account (surely) or of one
-- that nobody told, in no statement, and not taken back: what was typed by mistake is reversed, and the money that comes is another.
CREATE FUNCTION typed_lines() RETURNS TABLE (entry text, receipt text, surely boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.key, r.key, r.iban <> '' AND e.iban <> '' FROM statement_entry e
    JOIN receipt r ON r.amount = e.amount AND r.part_of IS NULL AND (r.value_on BETWEEN e.value_on - 5 AND e.value_on + 5 OR r.corrected_on BETWEEN e.value_on - 5 AND e.value_on + 5)
        AND (r.iban = '' OR e.iban = '' OR upper(replace(r.iban, ' ', '')) = upper(replace(e.iban, ' ', '')))
    WHERE e.kind = 'receipt' AND e.key IS NOT NULL AND e.receipt IS NULL AND r.gone IS DISTINCT FROM 'returned'
      AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.kind = 'receipt' AND o.receipt = r.key)
      AND NOT EXISTS (SELECT FROM receipt p JOIN settlement_reversal v ON v.client_id = p.client_id AND v.claim_id = p.claim_id AND v.key = COALESCE(p.settled_as, p.key) AND v.replaced_by IS NULL
          WHERE p.key = r.key OR p.part_of = r.key) $$;
-- As before; and what a person typed is proven by the line that tells it, when it came from the account that was typed.
CREATE OR REPLACE FUNCTION own_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM statement_entry e WHERE e.receipt = NEW.key AND e.kind = 'receipt' AND (e.key = NEW.key OR e.iban = NEW.iban)) THEN
        RAISE EXCEPTION 'no statement brought receipt %: it is not the agency''s own money', NEW.key USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION typed_lines() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION typed_lines() TO dunning_app;
