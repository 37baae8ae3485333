-- What a specification tells of what was kept back stands from when its payout was proposed: what becomes of other payouts later neither adds to it nor takes from it. And a loss is one under any name.

-- +goose Up
-- What a line of a payout tells of what was kept back without a payment; what did not arrive told nothing, and is told by another line too.
CREATE TABLE payout_kept_told (
    client_id     uuid NOT NULL,
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    nr            integer NOT NULL,
    PRIMARY KEY (end_to_end_id, nr),
    FOREIGN KEY (client_id, nr) REFERENCES kept_back (client_id, nr)
);
CREATE INDEX payout_kept_told_of_kept ON payout_kept_told (client_id, nr);
-- Lines that are there tell what they do today: what no line that arrived, or still can, told between.
WITH line AS (SELECT l.client_id, l.end_to_end_id AS id, s.at, payout_status(l.end_to_end_id) IN ('withdrawn', 'rejected', 'returned', 'lost') AS dead
    FROM payout_line l JOIN payout_step s ON s.end_to_end_id = l.end_to_end_id AND s.status = 'proposed' WHERE l.kind = 'client')
INSERT INTO payout_kept_told (client_id, end_to_end_id, nr)
SELECT k.client_id, l.id, k.nr FROM kept_back k JOIN line l ON l.client_id = k.client_id AND l.at >= k.at
WHERE NOT EXISTS (SELECT FROM line o WHERE o.client_id = k.client_id AND NOT o.dead AND o.at >= k.at AND o.at < l.at);
ALTER TABLE payout_kept_told ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_kept_told FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payout_kept_told TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
CREATE POLICY lookup ON payout_kept_told FOR SELECT TO dunning_owner USING (true);
CREATE TRIGGER payout_kept_told_append_only BEFORE UPDATE OR DELETE ON payout_kept_told FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_kept_told_no_truncate BEFORE TRUNCATE ON payout_kept_told FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_kept_told_in_time AFTER INSERT ON payout_kept_told FOR EACH ROW EXECUTE FUNCTION payout_in_time();
GRANT SELECT, INSERT ON payout_kept_told TO dunning_app;

-- +goose StatementBegin
-- As before; and what the agency bears has one name: under another no two persons would have approved it. What is to be paid back of no claim moves as a refund does, or as a loss.
CREATE OR REPLACE FUNCTION journal_adds_up(of_journal bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text;
BEGIN
    SELECT CASE WHEN count(e.line) < 2 THEN 'has fewer than two lines'
                WHEN sum(e.cents) <> 0 THEN 'does not add up to nothing'
                WHEN NOT bool_and(left(e.account, 1) = j.book) THEN 'has an account of another book'
                WHEN NOT bool_and(e.client_id IS NOT DISTINCT FROM j.client_id) THEN 'has a line of another client'
                WHEN j.reverses IS NOT NULL AND EXISTS (SELECT FROM entry o WHERE o.journal_id IN (j.id, j.reverses) GROUP BY o.account, o.claim_id HAVING sum(o.cents) <> 0)
                    THEN 'does not take back what it reverses'
                WHEN j.kind = 'loss' AND NOT loss_is_approved(j.id) THEN 'is of another loss than two persons approved'
                WHEN j.kind NOT IN ('loss', 'bank-charged') AND bool_or(e.account = 'A500') THEN 'is of costs or of a loss, and is called ' || j.kind
                WHEN j.kind = 'bank-charged' AND NOT bool_and(e.account IN ('S100', 'S210', 'A100', 'A110', 'A500')) THEN 'is of more than the bank charged'
                WHEN bool_or(e.account = 'S220' AND e.claim_id IS NULL) AND NOT bool_and(e.account = 'S220' OR (j.kind, e.account) IN (VALUES ('refunded', 'S230'), ('taken-back', 'S100'),
                        ('payout-submitted', 'S240'), ('payout-rejected', 'S240'), ('payout-returned', 'S100'), ('loss', 'S210')))
                    THEN 'moves what is to be paid back of no claim, and is called ' || j.kind END
    INTO bad FROM journal j LEFT JOIN entry e ON e.journal_id = j.id WHERE j.id = of_journal GROUP BY j.id;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'journal % %', of_journal, bad USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- The journals of no client that nothing stands behind: no receipt, refund, loss, payout or line of a statement.
CREATE FUNCTION journals_of_nothing() RETURNS TABLE (book text, key text, cents bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.book, j.key, (SELECT sum(abs(e.cents)) / 2 FROM entry e WHERE e.journal_id = j.id)::bigint FROM journal j
    WHERE j.client_id IS NULL AND NOT CASE
        WHEN j.kind = 'received' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)$'))
        WHEN j.kind = 'taken-back' THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/taken-back$'))
        WHEN j.kind IN ('own-money', 'topped-up') THEN EXISTS (SELECT FROM receipt r WHERE r.key = substring(j.key FROM '^receipt:(.*)/own$') AND r.gone = 'own')
        WHEN j.kind = 'refunded' THEN EXISTS (SELECT FROM refund f WHERE f.key = substring(j.key FROM '^refund:(.*)$'))
        WHEN j.kind = 'loss' THEN EXISTS (SELECT FROM loss_approval a WHERE a.refund = substring(j.key FROM '^loss:[0-9]+:(.*)$'))
        WHEN j.kind = 'bank-charged' THEN EXISTS (SELECT FROM statement_entry s WHERE s.key = substring(j.key FROM '^bank-charge:(.*)$'))
        ELSE EXISTS (SELECT FROM payout_line l WHERE l.end_to_end_id = substring(j.key FROM '^payout:([^/]*)')) END ORDER BY j.id $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION journals_of_nothing() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journals_of_nothing() TO dunning_app;
