-- A payout can set open invoices off against what the client is to be paid, where its plan says so. What is approved has it.

-- +goose Up
ALTER TABLE payout_line ADD COLUMN set_off bigint NOT NULL DEFAULT 0 CHECK (set_off >= 0), -- of open invoices; kept back
    ADD CHECK (kind = 'client' OR set_off = 0);
-- What a line sets off of each invoice.
CREATE TABLE payout_set_off (
    client_id     uuid NOT NULL,
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    number        text NOT NULL,
    cents         bigint NOT NULL CHECK (cents > 0),
    PRIMARY KEY (end_to_end_id, number),
    FOREIGN KEY (client_id, number) REFERENCES bill (client_id, number)
);
CREATE INDEX payout_set_off_of_bill ON payout_set_off (client_id, number);
ALTER TABLE payout_set_off ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_set_off FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON payout_set_off TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
CREATE POLICY lookup ON payout_set_off FOR SELECT TO dunning_owner USING (true);
CREATE TRIGGER payout_set_off_append_only BEFORE UPDATE OR DELETE ON payout_set_off FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_set_off_no_truncate BEFORE TRUNCATE ON payout_set_off FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- +goose StatementBegin
-- As before, with what is set off and of which invoices; a line that sets nothing off has the hash that it had.
CREATE OR REPLACE FUNCTION payout_hash(of_payout text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT encode(sha256(convert_to(concat_ws(E'\n', '1', p.id, p.account, p.moves,
     (SELECT string_agg(concat_ws(E'\t', l.nr, l.kind, COALESCE(l.client_id::text, ''), l.end_to_end_id, l.iban, l.name, l.cents, l.clawed, l.text,
         (SELECT string_agg(s.number || ' ' || s.cents, E'\t' ORDER BY s.number COLLATE "C") FROM payout_set_off s WHERE s.end_to_end_id = l.end_to_end_id)), E'\n' ORDER BY l.nr)
      FROM payout_line l WHERE l.payout = p.id)), 'UTF8')), 'hex') FROM payout p WHERE p.id = of_payout $$;
CREATE OR REPLACE FUNCTION payout_fits(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout)
       OR (SELECT p.hash FROM payout p WHERE p.id = of_payout) <> payout_hash(of_payout)
       OR EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND NOT EXISTS (SELECT FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id)) THEN
        RAISE EXCEPTION 'payout % is not what its hash says', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'client' AND l.cents + l.clawed + l.set_off IS DISTINCT FROM
         (SELECT sum(t.cents) FROM payout_part t WHERE t.end_to_end_id = l.end_to_end_id AND t.client_id = l.client_id)) THEN
        RAISE EXCEPTION 'payout % has a line that is not the sum of its claims', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'refund' AND NOT EXISTS
         (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND f.amount = l.cents AND f.client_id IS NOT DISTINCT FROM l.client_id
            AND r.amount >= l.cents AND upper(replace(r.iban, ' ', '')) = l.iban)) THEN
        RAISE EXCEPTION 'payout % has a refund that was not approved, or goes to another account than the money came from', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN payout_line o ON o.refund = l.refund AND o.end_to_end_id <> l.end_to_end_id
         WHERE l.payout = of_payout AND payout_status(o.end_to_end_id) NOT IN ('rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another payout pays, or that came back', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.set_off <> COALESCE((SELECT sum(s.cents) FROM payout_set_off s WHERE s.end_to_end_id = l.end_to_end_id AND s.client_id = l.client_id), 0)) THEN
        RAISE EXCEPTION 'payout % has a line that does not set off its invoices', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
CREATE TRIGGER payout_set_off_in_time AFTER INSERT ON payout_set_off FOR EACH ROW EXECUTE FUNCTION payout_in_time();
CREATE CONSTRAINT TRIGGER payout_set_off_added AFTER INSERT ON payout_set_off DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_added();
GRANT SELECT, INSERT ON payout_set_off TO dunning_app;
