-- What the bank did not pay of the agency's part waits until nothing of that part is to be paid: a later payout had it, of its own line or with the credit of a client, or the part stands for it no more. And which
-- payments are on their way is read of the one table of what follows what. No row of before is changed.

-- +goose Up
-- +goose StatementBegin
-- As before; and a line of the agency's part waits while there is such a part, as that of a client does.
CREATE OR REPLACE FUNCTION payments_back() RETURNS TABLE (end_to_end_id text, asked boolean) LANGUAGE sql STABLE AS
$$ SELECT l.end_to_end_id, EXISTS (SELECT FROM refund f JOIN task t ON t.client_id = f.client_id AND t.claim_id = f.claim_id AND t.key = 'refund-returned:' || f.key AND t.done_on IS NULL WHERE f.key = l.refund)
   FROM payout_step b JOIN payout_line l ON l.end_to_end_id = b.end_to_end_id
   WHERE b.status IN ('rejected', 'returned') AND payout_status(l.end_to_end_id) = b.status
     AND NOT EXISTS (SELECT FROM payout_line n JOIN payout_step s ON s.end_to_end_id = n.end_to_end_id AND s.status = 'proposed' AND s.seq > b.seq
       WHERE n.kind = l.kind AND n.client_id IS NOT DISTINCT FROM l.client_id AND n.refund IS NOT DISTINCT FROM l.refund AND payout_status(n.end_to_end_id) NOT IN ('withdrawn', 'lost'))
     AND CASE l.kind
       WHEN 'client' THEN (SELECT COALESCE(sum(e.cents), 0) FROM entry e WHERE e.account = 'S200' AND e.client_id = l.client_id) < 0
       WHEN 'refund' THEN EXISTS (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND r.gone IS DISTINCT FROM 'returned'
         AND NOT EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = r.client_id AND v.claim_id = r.claim_id AND v.key = COALESCE(r.settled_as, r.key) AND v.replaced_by IS NULL)
         AND NOT EXISTS (SELECT FROM refund o WHERE o.replaces = f.key AND o.approved))
       ELSE (SELECT p.credit > p.debit FROM ledger_balances(NULL) p WHERE p.account = 'S210') END $$;
-- As before (migration 124), of the table of what follows what: such a payment may be booked yet.
CREATE OR REPLACE FUNCTION under_way(of_amount bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH line AS (SELECT l.payout, l.kind, l.nr, l.end_to_end_id AS id, l.cents, x.status, payout_follows(x.status, 'booked') AS live FROM payout_line l CROSS JOIN LATERAL (SELECT payout_status(l.end_to_end_id) AS status) x),
        sent AS (SELECT * FROM line WHERE live),
        batch AS (SELECT payout, kind AS name, sum(cents) AS cents, count(*) AS parts, string_agg(id, ' ' ORDER BY nr) AS ids FROM sent GROUP BY payout, kind
            UNION ALL SELECT payout, 'all', sum(cents), count(DISTINCT kind), string_agg(id, ' ' ORDER BY nr) FROM sent GROUP BY payout)
    SELECT COALESCE(array_agg(o.id ORDER BY o.id), '{}') FROM (SELECT id FROM sent WHERE cents = of_amount
        UNION ALL SELECT CASE WHEN EXISTS (SELECT FROM line l WHERE l.payout = b.payout AND b.name IN (l.kind, 'all') AND NOT l.live AND l.status <> 'rejected') THEN b.ids ELSE b.payout || '/' || b.name END
            FROM batch b WHERE b.parts > 1 AND b.cents = of_amount) o WHERE tenant() IS NULL $$;
-- +goose StatementEnd
