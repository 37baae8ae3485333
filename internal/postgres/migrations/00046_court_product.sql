-- The court procedure at a fixed price, which a client takes with its decision for the court.

-- +goose Up
ALTER TABLE claim
    ADD COLUMN fixed_price     bigint CHECK (fixed_price >= 0),       -- cents, without VAT, as it was confirmed
    ADD COLUMN fixed_price_vat bigint CHECK (fixed_price_vat >= 0),
    ADD CONSTRAINT claim_fixed_price CHECK ((fixed_price IS NULL) = (fixed_price_vat IS NULL) AND (fixed_price IS NULL OR decision = 'court' AND NOT decided_by_default));
ALTER TABLE billable DROP CONSTRAINT billable_kind_check,
    ADD CONSTRAINT billable_kind_check CHECK (kind IN ('withdrawal', 'own-arrangement', 'no-word', 'own-collection', 'obstruction', 'agreed-costs', 'court-product'));
