-- Every payout leaves enough for the others, and a charge of the bank that was none can be taken back (docs/decisions/0083).

-- +goose Up
-- +goose StatementBegin
-- What the agency's part on the trust account stands for of others, by the books: of each client what it got and a bank took back since, beyond what it is to be paid (its next payout keeps it back), or less than nothing what it is to be
-- paid and the agency gets, since it filled the trust account up; and of each claim what went back to its debtor though a bank took it.
CREATE FUNCTION stands_for() RETURNS TABLE (client_id uuid, claim_id uuid, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.client_id, o.claim_id, o.cents FROM (
        SELECT e.client_id, NULL::uuid AS claim_id, -LEAST(-COALESCE(sum(e.cents) FILTER (WHERE e.account <> 'A130'), 0), GREATEST(0, COALESCE(sum(e.cents) FILTER (WHERE e.account = 'A130'), 0)))::bigint AS cents
            FROM entry e WHERE e.account IN ('S200', 'S190', 'A130') AND e.client_id IS NOT NULL GROUP BY e.client_id
        UNION ALL SELECT e.client_id, e.claim_id, GREATEST(0, sum(e.cents))::bigint FROM entry e WHERE e.account = 'S220' AND e.claim_id IS NOT NULL GROUP BY e.client_id, e.claim_id) o
    WHERE tenant() IS NULL AND o.cents <> 0 ORDER BY 1, 2 NULLS FIRST $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION stands_for() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stands_for() TO dunning_app;
