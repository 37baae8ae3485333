-- What a client has to its credit of an invoice (it paid, and was credited; it paid too much; a cent of VAT) is set off against its next invoice, moved to another one, or paid back with a
-- payout. And work of the court phase beside the procedure at a fixed price is billed.

-- +goose Up
-- A person asks that the credit of an invoice is paid back, also where no netting was agreed.
CREATE TABLE bill_repayment (
    client_id uuid NOT NULL,
    number    text PRIMARY KEY,
    actor     text NOT NULL,
    at        timestamptz NOT NULL,
    FOREIGN KEY (client_id, number) REFERENCES bill (client_id, number)
);
CREATE INDEX bill_repayment_of_client ON bill_repayment (client_id);
ALTER TABLE bill_repayment ENABLE ROW LEVEL SECURITY;
ALTER TABLE bill_repayment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bill_repayment TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
CREATE TRIGGER bill_repayment_append_only BEFORE UPDATE OR DELETE ON bill_repayment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bill_repayment_no_truncate BEFORE TRUNCATE ON bill_repayment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON bill_repayment TO dunning_app;

-- A credit that moves stands twice: less than nothing with the invoice that has it, as much with the one that it pays.
ALTER TABLE bill_payment ADD COLUMN other text, ADD FOREIGN KEY (client_id, other) REFERENCES bill (client_id, number),
    DROP CONSTRAINT bill_payment_kind_check, ADD CONSTRAINT bill_payment_kind_check CHECK (kind IN ('paid', 'set-off', 'collected', 'returned', 'repaid', 'moved')),
    DROP CONSTRAINT bill_payment_sign, ADD CONSTRAINT bill_payment_sign CHECK (cents <> 0 AND (kind = 'moved' OR (cents < 0) = (kind IN ('returned', 'repaid')))),
    ADD CONSTRAINT bill_payment_moved CHECK ((kind = 'moved') = (other IS NOT NULL) AND other <> number);
CREATE INDEX bill_payment_moved ON bill_payment (client_id, other) WHERE other IS NOT NULL;

ALTER TABLE payout_line DROP CONSTRAINT payout_line_set_off_check; -- less than nothing: more is paid, of what the client has to its credit
ALTER TABLE payout_set_off DROP CONSTRAINT payout_set_off_cents_check, ADD CONSTRAINT payout_set_off_cents_check CHECK (cents <> 0);

-- Work that a client orders in the court phase, at the price of the list. Of an hour there can be several.
ALTER TABLE billable ADD COLUMN units integer NOT NULL DEFAULT 1 CHECK (units > 0), ADD CONSTRAINT billable_units CHECK (net % units = 0),
    DROP CONSTRAINT billable_kind_check, ADD CONSTRAINT billable_kind_check CHECK (kind IN ('withdrawal', 'own-arrangement', 'no-word', 'own-collection', 'obstruction', 'agreed-costs', 'court-product',
        'draft-summons', 'bailiff-demand', 'bankruptcy-petition', 'recourse-investigation', 'legal-work'));
ALTER TABLE bill_line DROP CONSTRAINT bill_line_what_check, ADD CONSTRAINT bill_line_what_check CHECK (what IN ('collection-costs', 'interest', 'monitoring-share', 'contribution', 'stickers',
    'agreed-costs', 'court-product', 'withdrawal', 'own-arrangement', 'no-word', 'own-collection', 'obstruction', 'draft-summons', 'bailiff-demand', 'bankruptcy-petition', 'recourse-investigation', 'legal-work'));

-- +goose StatementBegin
CREATE FUNCTION bill_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT sum(p.cents) FROM bill_payment p WHERE p.client_id = NEW.client_id AND (p.number, p.other) IN ((NEW.number, NEW.other), (NEW.other, NEW.number))) <> 0 THEN
        RAISE EXCEPTION 'what moves from invoice % does not arrive at %', NEW.number, NEW.other USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
-- What payouts of some statuses pay of what clients have to their credit: the agency's part on the trust account bears it.
CREATE FUNCTION credits_paid(of_status text[]) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE(-sum(s.cents), 0)::bigint FROM payout_set_off s WHERE s.cents < 0 AND payout_status(s.end_to_end_id) = ANY (of_status) $$;
-- As before; a line that pays nothing but a credit is of no claim.
CREATE OR REPLACE FUNCTION payout_fits(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout)
       OR (SELECT p.hash FROM payout p WHERE p.id = of_payout) <> payout_hash(of_payout)
       OR EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND NOT EXISTS (SELECT FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id)) THEN
        RAISE EXCEPTION 'payout % is not what its hash says', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'client' AND l.cents + l.clawed + l.set_off <>
         COALESCE((SELECT sum(t.cents) FROM payout_part t WHERE t.end_to_end_id = l.end_to_end_id AND t.client_id = l.client_id), 0)) THEN
        RAISE EXCEPTION 'payout % has a line that is not the sum of its claims', of_payout USING ERRCODE = 'check_violation';
    END IF;
    PERFORM refunds_fit(of_payout);
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.set_off <> COALESCE((SELECT sum(s.cents) FROM payout_set_off s WHERE s.end_to_end_id = l.end_to_end_id AND s.client_id = l.client_id), 0)) THEN
        RAISE EXCEPTION 'payout % has a line that does not set off its invoices', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER bill_moves AFTER INSERT ON bill_payment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.other IS NOT NULL) EXECUTE FUNCTION bill_moves();
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION credits_paid(text[]) TO dunning_app;
