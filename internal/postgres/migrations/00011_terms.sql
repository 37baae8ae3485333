-- What creditor and debtor agreed on and the creditor declared, as far as it changes what is owed; and what each 14-day letter named as costs.

-- +goose Up
ALTER TABLE client ADD COLUMN vat_declared_on date;      -- that it pays VAT for the collection and cannot deduct it (art. 2 lid 3 of the decree on collection costs)

ALTER TABLE claim
    ADD COLUMN title          text NOT NULL DEFAULT '',  -- subject and title of the debt (art. 3.1 lid 2 Bki), as the client gave it
    ADD COLUMN instalments_of text NOT NULL DEFAULT '',  -- the contract of which the invoices are periodic instalments (art. 2a of the decree)
    ADD COLUMN interest_rate  text NOT NULL DEFAULT '' CHECK (interest_rate ~ '^([0-9]{1,2}(\.[0-9]{1,2})?)?$'), -- percent a year
    ADD COLUMN costs_clause   text NOT NULL DEFAULT '' CHECK (costs_clause ~ '^([0-9]{1,2}(\.[0-9]{1,2})?)?$'),  -- percent of the principal
    ADD COLUMN costs_vat      boolean NOT NULL DEFAULT false, -- as the client had declared at hand-over: a letter that named costs without VAT stays right
    ADD COLUMN costs_reviewed bigint CHECK (costs_reviewed >= 0);
CREATE INDEX claim_of_debtor ON claim (debtor_id, client_id);

ALTER TABLE invoice ADD COLUMN agreed_on date, ADD CHECK (agreed_on < due_on); -- the last day of payment before the client gave more time

ALTER TABLE letter
    ADD COLUMN announced_principal bigint NOT NULL DEFAULT 0 CHECK (announced_principal >= 0), -- of a 14-day letter: open when it was written,
    ADD COLUMN announced_costs     bigint NOT NULL DEFAULT 0 CHECK (announced_costs >= 0),     -- what it names as costs,
    ADD COLUMN announced_vat       bigint NOT NULL DEFAULT 0 CHECK (announced_vat >= 0),       -- and as VAT over them,
    ADD COLUMN others_principal    bigint NOT NULL DEFAULT 0 CHECK (others_principal >= 0),    -- with what other letters demanded that belongs
    ADD COLUMN others_costs        bigint NOT NULL DEFAULT 0 CHECK (others_costs >= 0);        -- in one calculation with it

CREATE TABLE information_cost (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    on_day    date NOT NULL,
    amount    bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TRIGGER information_cost_append_only BEFORE UPDATE OR DELETE ON information_cost FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE information_cost ENABLE ROW LEVEL SECURITY;
ALTER TABLE information_cost FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON information_cost TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON information_cost TO dunning_app;
