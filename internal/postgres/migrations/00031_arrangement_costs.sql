-- What the costs in the instalments of a payment arrangement are made of, fixed when it is agreed (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening).

-- +goose Up
-- All are 0 beside costs: agreed before this was kept, and nobody can tell. A confirmation is not written of those; what left stays as it left.
ALTER TABLE arrangement
    ADD COLUMN collection_costs  bigint NOT NULL DEFAULT 0 CHECK (collection_costs >= 0),  -- without VAT
    ADD COLUMN costs_vat         bigint NOT NULL DEFAULT 0 CHECK (costs_vat >= 0),         -- over them
    ADD COLUMN costs_vat_rate    text   NOT NULL DEFAULT '' CHECK (costs_vat_rate ~ '^([0-9]{1,2}(\.[0-9]{1,2})?)?$'), -- percent
    ADD COLUMN information_costs bigint NOT NULL DEFAULT 0 CHECK (information_costs >= 0),
    ADD COLUMN court_costs       bigint NOT NULL DEFAULT 0 CHECK (court_costs >= 0);

-- Of those agreed before, what they are made of follows from the costs where nothing but collection costs can be in them, with VAT when the creditor declared
-- that it cannot deduct it: 21% on every day since 2012-10-01. Where information was paid for, a judgment given, or a percentage agreed beside that declaration, it does not.
ALTER TABLE arrangement NO FORCE ROW LEVEL SECURITY;
ALTER TABLE information_cost NO FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step NO FORCE ROW LEVEL SECURITY;
ALTER TABLE arrangement DISABLE TRIGGER arrangement_only_ends;
WITH told AS (
    SELECT a.claim_id, a.key, CASE WHEN c.costs_vat THEN round(a.costs / 1.21) ELSE a.costs END AS net FROM arrangement a JOIN claim c ON c.client_id = a.client_id AND c.id = a.claim_id
    WHERE a.costs > 0 AND NOT (c.costs_vat AND (c.costs_clause <> '' OR a.agreed_on < '2012-10-01'))
        AND NOT EXISTS (SELECT FROM information_cost i WHERE i.claim_id = a.claim_id) AND NOT EXISTS (SELECT FROM court_step s WHERE s.claim_id = a.claim_id AND s.stage = 'judgment'))
UPDATE arrangement a SET collection_costs = told.net, costs_vat = a.costs - told.net, costs_vat_rate = CASE WHEN a.costs > told.net THEN '21' ELSE '' END
FROM told WHERE told.claim_id = a.claim_id AND told.key = a.key;
ALTER TABLE arrangement ENABLE TRIGGER arrangement_only_ends;
ALTER TABLE arrangement FORCE ROW LEVEL SECURITY;
ALTER TABLE information_cost FORCE ROW LEVEL SECURITY;
ALTER TABLE court_step FORCE ROW LEVEL SECURITY;

ALTER TABLE arrangement
    ADD CHECK (collection_costs + costs_vat + information_costs + court_costs IN (0, costs)),
    ADD CHECK (costs_vat = 0 OR collection_costs > 0),
    ADD CHECK ((costs_vat > 0) = (costs_vat_rate <> ''));
