-- What each report of the bank (pain.002) says of a payment is kept: who said before it that the bank refused the payment did not know it, and of what is settled nobody can say so. Who says so can say the bank's code of why
-- (docs/decisions/0089). Of before the last report by which a payment was accepted is known only, so that is what the words of before know; whether it said that the payment is settled nobody knows.

-- +goose Up
CREATE TABLE payout_report (
    end_to_end_id text NOT NULL REFERENCES payout_line (end_to_end_id),
    report        text NOT NULL,                                     -- the bank's name for it
    outcome       text NOT NULL CHECK (outcome IN ('pending', 'accepted', 'settled')), -- what it refuses is a step of the line
    at            timestamptz NOT NULL,
    PRIMARY KEY (end_to_end_id, report, outcome)
);
INSERT INTO payout_report (end_to_end_id, report, outcome, at) SELECT end_to_end_id, evidence, 'accepted', at FROM payout_step WHERE status = 'accepted';
ALTER TABLE payout_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE payout_report FORCE ROW LEVEL SECURITY;
CREATE POLICY lookup ON payout_report FOR SELECT TO dunning_owner USING (true);
CREATE POLICY tenant ON payout_report TO dunning_app USING (tenant() IS NULL OR agencys_alone()) WITH CHECK (tenant() IS NULL);
CREATE TRIGGER payout_report_append_only BEFORE UPDATE OR DELETE ON payout_report FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_report_no_truncate BEFORE TRUNCATE ON payout_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON payout_report TO dunning_app;

ALTER TABLE payout_refusal
    ADD COLUMN reports integer NOT NULL DEFAULT 0, -- how many reports had told of the payment
    ADD COLUMN code    text    NOT NULL DEFAULT '' CHECK (code ~ '^([A-Z]{2}([A-Z]{2}|[0-9]{2}))?$'), -- the bank's, of why (ISO 20022, ExternalStatusReason1Code); empty: it told none
    DROP CONSTRAINT payout_refusal_pkey, ADD PRIMARY KEY (end_to_end_id, approver, removals, reports, code);
ALTER TABLE payout_refusal DISABLE TRIGGER payout_refusal_append_only;
ALTER TABLE payout_refusal NO FORCE ROW LEVEL SECURITY;
UPDATE payout_refusal v SET reports = 1 FROM payout_report p WHERE p.end_to_end_id = v.end_to_end_id AND p.at <= v.at;
ALTER TABLE payout_refusal FORCE ROW LEVEL SECURITY;
ALTER TABLE payout_refusal ENABLE TRIGGER payout_refusal_append_only;

-- +goose StatementBegin
CREATE FUNCTION refusal_knows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT count(*) INTO NEW.reports FROM payout_report p WHERE p.end_to_end_id = NEW.end_to_end_id;
    RETURN NEW;
END $$;
-- Who says that the bank refused a payment, with its code of why: who may approve, and whether all that the bank reported of the payment was known then.
CREATE FUNCTION refusal_words(of_line text) RETURNS TABLE (approver text, code text, knew boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT v.approver, v.code, v.reports = (SELECT count(*) FROM payout_report p WHERE p.end_to_end_id = of_line)
   FROM payout_refusal v WHERE tenant() IS NULL AND v.end_to_end_id = of_line AND word_counts(v.approver, v.removals) ORDER BY v.at, v.approver, v.code $$;
-- How many persons who may do so now say that, knowing all that the bank reported of it: nobody does of one that is settled.
CREATE OR REPLACE FUNCTION payout_refusals(of_line text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(v.approver)) FROM payout_refusal v WHERE v.end_to_end_id = of_line AND word_counts(v.approver, v.removals)
   AND v.reports = (SELECT count(*) FROM payout_report p WHERE p.end_to_end_id = of_line) AND NOT EXISTS (SELECT FROM payout_report p WHERE p.end_to_end_id = of_line AND p.outcome = 'settled') $$;
-- +goose StatementEnd
CREATE TRIGGER payout_refusal_knows BEFORE INSERT ON payout_refusal FOR EACH ROW EXECUTE FUNCTION refusal_knows();
REVOKE ALL ON FUNCTION refusal_knows(), refusal_words(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refusal_words(text) TO dunning_app;
