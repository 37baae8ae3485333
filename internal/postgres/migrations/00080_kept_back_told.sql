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
