-- What two persons who might then said of a charge of the bank stays said, also when one of them may not any more: the books had it, and books made anew would miss it.

-- +goose Up
ALTER TABLE return_charge ADD COLUMN kept_at timestamptz; -- by the clock of the database, which tells too since when a person may not; NULL: as said (at), before this was kept
ALTER TABLE return_charge ALTER COLUMN kept_at SET DEFAULT clock_timestamp();

-- +goose StatementBegin
-- How many persons who might do so in one moment, of a word or now, say that the bank charged so much by an entry, of that payment: the most there were.
CREATE OR REPLACE FUNCTION return_charges(of_entry text, of_original text, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH word AS (SELECT lower(c.approver) AS who, COALESCE(c.kept_at, c.at) AS at, COALESCE(r.removed_at, 'infinity') AS until
        FROM return_charge c JOIN approver r ON r.name = c.approver WHERE c.entry = of_entry AND c.original = of_original AND c.amount = of_amount)
    SELECT COALESCE(max((SELECT count(DISTINCT w.who) FROM word w WHERE w.at <= m.at AND w.until > m.at)), 0) FROM (SELECT at FROM word UNION ALL SELECT clock_timestamp()) m $$;
-- +goose StatementEnd
