-- A statement of many payments of one amount is booked in the time that it takes (docs/decisions/0102). No row is changed.

-- +goose Up
-- +goose StatementBegin
-- As before (migration 92), for the agency only (migration 131); what nobody typed is left out first, by the days and amounts of the lines: each line was compared with every receipt of its amount of those days, so that a statement of
-- many payments of one amount (an instalment, a contribution), of which as many came the day before, took minutes and hours.
CREATE OR REPLACE FUNCTION typed_lines() RETURNS TABLE (entry text, receipt text, surely boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS MATERIALIZED (SELECT e.key, e.amount, e.value_on, e.iban FROM statement_entry e WHERE tenant() IS NULL AND e.kind = 'receipt' AND e.key IS NOT NULL AND e.receipt IS NULL),
    near AS MATERIALIZED (SELECT DISTINCT r.key FROM (SELECT DISTINCT l.amount, l.value_on FROM line l) l
        JOIN receipt r ON r.amount = l.amount AND r.part_of IS NULL AND (r.value_on BETWEEN l.value_on - 5 AND l.value_on + 5 OR r.corrected_on BETWEEN l.value_on - 5 AND l.value_on + 5)),
    typed AS MATERIALIZED (SELECT r.key, r.amount, r.value_on, r.corrected_on, r.iban FROM near n JOIN receipt r ON r.key = n.key
        WHERE r.gone IS DISTINCT FROM 'returned' AND NOT EXISTS (SELECT FROM statement_entry o WHERE o.kind = 'receipt' AND o.receipt = r.key)
          AND NOT EXISTS (SELECT FROM receipt p JOIN settlement_reversal v ON v.client_id = p.client_id AND v.claim_id = p.claim_id AND v.key = COALESCE(p.settled_as, p.key) AND v.replaced_by IS NULL
              WHERE p.key = r.key OR p.part_of = r.key))
    SELECT l.key, r.key, r.iban <> '' AND l.iban <> '' FROM line l
    JOIN typed r ON r.amount = l.amount AND (r.value_on BETWEEN l.value_on - 5 AND l.value_on + 5 OR r.corrected_on BETWEEN l.value_on - 5 AND l.value_on + 5)
        AND (r.iban = '' OR l.iban = '' OR upper(replace(r.iban, ' ', '')) = upper(replace(l.iban, ' ', ''))) $$;
-- +goose StatementEnd
