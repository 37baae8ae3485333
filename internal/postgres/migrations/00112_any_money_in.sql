-- What a person types may be any money in that a statement told: a receipt, a payment of ours that came back, what a bank gave back, or all payments of an entry together.

-- +goose Up
DROP INDEX statement_entry_of_amount;
CREATE INDEX statement_entry_of_amount ON statement_entry (amount, value_on) WHERE direction = 'credit' AND key IS NOT NULL;
CREATE INDEX statement_entry_of_several ON statement_entry (value_on) WHERE direction = 'credit' AND key IS NOT NULL AND part > 1;

-- +goose StatementBegin
-- The booked lines of money in that may be what a person types, by the rule of typed_lines: of its amount, alone or all of an entry together (whole, which are of several accounts), dated at most five days from it,
-- also by the day from which their receipt counts, of its account or of one that nobody told.
CREATE FUNCTION told_lines(of_amount bigint, of_day date, of_iban text) RETURNS TABLE (entry text, whole boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.key, false FROM statement_entry e WHERE e.direction = 'credit' AND e.key IS NOT NULL AND e.amount = of_amount
        AND (e.value_on BETWEEN of_day - 5 AND of_day + 5 OR EXISTS (SELECT FROM receipt r WHERE r.key = e.receipt AND r.corrected_on BETWEEN of_day - 5 AND of_day + 5))
        AND (of_iban = '' OR e.iban = '' OR upper(replace(e.iban, ' ', '')) = upper(replace(of_iban, ' ', '')))
    UNION ALL SELECT unnest(array_agg(e.key)), true
        FROM (SELECT DISTINCT statement, entry FROM statement_entry WHERE direction = 'credit' AND key IS NOT NULL AND part > 1 AND value_on BETWEEN of_day - 5 AND of_day + 5) several
        JOIN statement_entry e ON e.statement = several.statement AND e.entry = several.entry AND e.direction = 'credit' AND e.key IS NOT NULL
        GROUP BY e.statement, e.entry HAVING count(*) > 1 AND sum(e.amount) = of_amount $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION told_lines(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION told_lines(bigint, date, text) TO dunning_app;
