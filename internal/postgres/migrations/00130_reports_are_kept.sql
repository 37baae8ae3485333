-- What each report of the bank (pain.002) says of a payment is kept: who said before it that the bank refused the payment did not know it, and of what is settled nobody can say so. Who says so can say the bank's code of why
-- (docs/decisions/0089). Of before the last report by which a payment was accepted is known only, so that is what the words of before know; whether it said that the payment is settled nobody knows.
-- And a line by which the bank takes a receipt back a second time ends by the credit that brings it back (docs/decisions/0093).

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
    ADD COLUMN turn    bigint  GENERATED ALWAYS AS IDENTITY, -- what somebody says later replaces what that person said before
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
   FROM payout_refusal v WHERE tenant() IS NULL AND v.end_to_end_id = of_line AND word_counts(v.approver, v.removals) ORDER BY v.turn $$;
-- How many persons who may do so now say that, knowing all that the bank reported of it: nobody does of one that is settled.
CREATE OR REPLACE FUNCTION payout_refusals(of_line text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(v.approver)) FROM payout_refusal v WHERE v.end_to_end_id = of_line AND word_counts(v.approver, v.removals)
   AND v.reports = (SELECT count(*) FROM payout_report p WHERE p.end_to_end_id = of_line) AND NOT EXISTS (SELECT FROM payout_report p WHERE p.end_to_end_id = of_line AND p.outcome = 'settled') $$;
-- The receipt that a line takes back although another line took it back before: by the id that the banks gave the payment, else by the payer's account and the amount. What takes back a sum that was told apart is no line of the bank: then the lines
-- of its payments are told. None when it names another receipt too, or a payment of ours.
CREATE FUNCTION taken_already(of_entry text) RETURNS TABLE (receipt text, taken_by text, payments text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.receipt, o.key, CASE WHEN (o.statement, o.entry) = (c.statement, c.entry) THEN (SELECT string_agg(p.key, ', ' ORDER BY p.part) FROM statement_entry p WHERE p.statement = c.statement AND p.entry = c.entry AND p.part > 2) ELSE '' END
    FROM statement_entry r JOIN statement rs ON rs.key = r.statement
        JOIN statement_entry c ON c.kind = 'receipt' AND (c.tx_id <> '' AND c.tx_id = r.tx_id OR c.end_to_end <> '' AND c.end_to_end = r.end_to_end AND (r.iban = '' OR c.iban = r.iban)
            OR r.end_to_end = '' AND r.tx_id = '' AND c.iban <> '' AND c.iban = r.iban AND c.amount = r.amount)
        JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account JOIN statement_entry o ON o.kind = 'return' AND o.receipt = c.receipt AND o.key <> r.key
    WHERE tenant() IS NULL AND r.key = of_entry AND r.direction = 'debit' AND c.booked_on BETWEEN r.booked_on - 400 AND r.booked_on
        AND NOT EXISTS (SELECT FROM unnest(named_by(r.key)) n (id) WHERE NOT EXISTS (SELECT FROM statement_entry x WHERE x.kind = 'return' AND x.receipt = n.id AND x.key <> r.key))
    ORDER BY o.booked_on DESC, o.key DESC LIMIT 1 $$;
-- Whether a receipt can be the credit by which the bank brings such a line back: it came on the day of the line, or since.
CREATE FUNCTION brings_back(of_entry text, of_receipt text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenant() IS NULL AND EXISTS (SELECT FROM taken_already(of_entry) a, statement_entry r JOIN statement rs ON rs.key = r.statement
        JOIN statement_entry c ON c.kind = 'receipt' AND c.receipt = of_receipt AND c.booked_on BETWEEN r.booked_on AND r.booked_on + 400 JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account
        WHERE r.key = of_entry AND a.receipt <> of_receipt) $$;
-- As before; and a line that takes a receipt back once more can be, by a person, what the bank brings back by another.
CREATE OR REPLACE FUNCTION line_becomes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE bad text; open boolean := OLD.kind IN ('payout', 'unknown') AND OLD.direction = 'debit'; named text[] := named_by(OLD.key); cents bigint := left_of(OLD.key);
BEGIN
    SELECT CASE WHEN NEW.kind = 'fee' THEN CASE WHEN open AND return_charges(OLD.key, OLD.key, cents) >= 2 AND chargeable(OLD.key) THEN NULL ELSE 'what the bank charged, by two persons' END
                WHEN OLD.kind = 'fee' AND NEW.kind = 'unknown' AND NEW.receipt IS NULL AND charge_turns(OLD.key, OLD.key, cents) > 0 AND charge_turns(OLD.key, OLD.key, cents) % 2 = 0 THEN NULL
                WHEN NEW.kind <> 'return' THEN 'a ' || NEW.kind
                WHEN charge_of(OLD.key, NEW.receipt) IS NULL OR NOT (named = '{}' OR NEW.receipt = ANY (named) OR brings_back(OLD.key, NEW.receipt) AND NEW.tied_by IS NOT NULL) THEN 'what takes receipt ' || COALESCE(NEW.receipt, 'none') || ' back'
                WHEN OLD.kind = 'return' THEN NULL
                WHEN NOT open OR NEW.tied_by IS NULL OR NOT EXISTS (SELECT FROM statement_entry c WHERE c.kind = 'receipt' AND c.receipt = NEW.receipt) THEN 'a return, by one person of a receipt that a statement brought' END
    INTO bad;
    IF bad IS NOT NULL THEN
        RAISE EXCEPTION 'entry % is a %: it cannot become %', OLD.key, OLD.kind, bad USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER payout_refusal_knows BEFORE INSERT ON payout_refusal FOR EACH ROW EXECUTE FUNCTION refusal_knows();
REVOKE ALL ON FUNCTION refusal_knows(), refusal_words(text), taken_already(text), brings_back(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refusal_words(text), taken_already(text), brings_back(text, text) TO dunning_app;
