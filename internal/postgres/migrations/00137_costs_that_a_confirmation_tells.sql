-- The confirmation of a payment arrangement tells the collection costs that were asked by the day of agreement, those that were paid before with them. They were derived anew, by facts of another moment than those of the letter
-- (docs/decisions/0087). Of an arrangement of before it is what was open of them: the least that its confirmation tells.

-- +goose Up
ALTER TABLE arrangement ADD COLUMN charged_costs bigint NOT NULL DEFAULT 0; -- with their VAT
ALTER TABLE arrangement NO FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement DISABLE TRIGGER arrangement_only_ends;
UPDATE arrangement SET charged_costs = collection_costs + costs_vat WHERE collection_costs > 0;
ALTER TABLE arrangement ENABLE TRIGGER arrangement_only_ends;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement ADD CHECK (charged_costs >= collection_costs + costs_vat);
