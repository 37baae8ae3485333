-- What matching found for a receipt and why, what a person said about it, and money that goes back to who paid it.

-- +goose Up
-- A receipt that is of no claim and will be of none: a person gives it back, or the bank took it back.
ALTER TABLE receipt ADD COLUMN gone text CHECK (gone IN ('refund', 'returned')), ADD CONSTRAINT receipt_gone_unowned CHECK (gone IS NULL OR (claim_id IS NULL AND NOT divided));
GRANT UPDATE (gone) ON receipt TO dunning_app;
DROP INDEX receipt_unallocated;
CREATE INDEX receipt_unallocated ON receipt (amount) WHERE claim_id IS NULL AND NOT divided AND gone IS NULL;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION trust_received() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT (SELECT COALESCE(sum(amount), 0) FROM receipt WHERE part_of IS NULL AND gone IS DISTINCT FROM 'returned')::bigint -- what the bank booked: the wholes
   - (SELECT COALESCE(sum(s.amount), 0) FROM settlement_reversal r JOIN settlement s ON s.claim_id = r.claim_id AND s.key = r.key
      WHERE r.replaced_by IS NULL AND NOT r.waits AND s.kind = 'paid-to-agency')::bigint $$; -- less what it took back
-- +goose StatementEnd

-- What matching found, the last row of a receipt holds. Evidence has names of everybody: the agency alone reads it, no client.
CREATE TABLE receipt_match (
    seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt    text NOT NULL REFERENCES receipt (key),
    outcome    text NOT NULL CHECK (outcome IN ('auto', 'suggest', 'queue')),
    rule       text NOT NULL,
    version    integer NOT NULL CHECK (version > 0),        -- of the rules
    why        text NOT NULL,
    why_not    text NOT NULL,                               -- of the runner-up
    proposals  jsonb NOT NULL CHECK (jsonb_typeof(proposals) = 'array'), -- the match or first suggestion, the runner-up, one more: claims, score, evidence
    matched_at timestamptz NOT NULL
);
CREATE INDEX receipt_match_last ON receipt_match (receipt, seq DESC);

-- A person said that a receipt is not of a claim: it is not suggested again.
CREATE TABLE receipt_rejection (
    receipt     text NOT NULL REFERENCES receipt (key),
    claim_id    uuid NOT NULL,
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    rejected_by text NOT NULL,
    rejected_at timestamptz NOT NULL,
    PRIMARY KEY (receipt, claim_id)
);

-- Money that goes back to the account that it came from: one person proposes it, another decides. The payout is made elsewhere.
CREATE TABLE refund (
    key         text PRIMARY KEY,
    client_id   uuid,                                       -- of the claim on which too much was paid; NULL: the receipt is nobody's
    claim_id    uuid,
    receipt     text NOT NULL REFERENCES receipt (key),
    task        text,                                       -- of the claim, to pay this back
    amount      bigint NOT NULL CHECK (amount > 0),
    iban        text NOT NULL CHECK (iban <> ''),           -- that the bank told with the receipt
    name        text NOT NULL,
    reason      text NOT NULL CHECK (btrim(reason) <> ''),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by  text CHECK (decided_by <> proposed_by),     -- four eyes
    decided_at  timestamptz,
    approved    boolean,
    CHECK (num_nonnulls(decided_by, decided_at, approved) IN (0, 3)),
    CHECK ((client_id IS NULL) = (claim_id IS NULL)),
    CHECK ((task IS NULL) = (claim_id IS NULL)),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE UNIQUE INDEX refund_of_receipt ON refund (receipt, COALESCE(claim_id, '00000000-0000-0000-0000-000000000000')) WHERE approved IS DISTINCT FROM false;

-- +goose StatementBegin
CREATE FUNCTION refuse_redeciding() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF OLD.decided_by IS NOT NULL OR NEW.decided_by IS NULL THEN RAISE EXCEPTION 'refund % is decided: append-only', OLD.key; END IF;
    RETURN NEW;
END $$;
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['receipt_match', 'receipt_rejection', 'refund'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_no_truncate', name);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END $$;
-- +goose StatementEnd
CREATE TRIGGER receipt_match_append_only BEFORE UPDATE OR DELETE ON receipt_match FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_rejection_append_only BEFORE UPDATE OR DELETE ON receipt_rejection FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_append_only BEFORE DELETE ON refund FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refund_stays BEFORE UPDATE ON refund FOR EACH ROW EXECUTE FUNCTION refuse_redeciding();
CREATE POLICY tenant ON receipt_match TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE POLICY tenant ON receipt_rejection TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
CREATE POLICY tenant ON refund TO dunning_app USING (client_id IS NULL OR client_id = tenant()) WITH CHECK (client_id IS NULL OR client_id = tenant());
GRANT SELECT, INSERT ON receipt_match, receipt_rejection, refund TO dunning_app;
GRANT UPDATE (decided_by, decided_at, approved) ON refund TO dunning_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
