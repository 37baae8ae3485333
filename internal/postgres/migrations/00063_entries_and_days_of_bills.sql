-- +goose Up
-- An entry of the bank is of one collection or one batch: which collections one was told of, of whatever client.
CREATE FUNCTION debits_told_by(of_evidence text) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT DISTINCT s.end_to_end_id FROM debit_step s WHERE s.evidence = of_evidence AND s.status IN ('booked', 'returned') $$;
-- The day of the newest invoice or credit note, of whatever client.
CREATE FUNCTION last_bill_on() RETURNS date LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT max(b.on_day) FROM bill b $$;
REVOKE ALL ON FUNCTION debits_told_by(text), last_bill_on() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION debits_told_by(text), last_bill_on() TO dunning_app;
-- Four eyes are those of two persons, however a name is written. What was decided before stays.
ALTER TABLE refund ADD CONSTRAINT refund_four_eyes CHECK (lower(btrim(decided_by)) <> lower(btrim(proposed_by))) NOT VALID;
