-- What was told of whether a consumer's debt is the price of a purchase (art. 7:28 BW) has three states: yes, no, or nothing, which is taken for yes. What a person tells
-- later stands beside what the client told at hand-over, which is what the same file says when it is handed over again. Of claims of before, "yes" and nothing were one.

-- +goose Up
ALTER TABLE claim
    ADD COLUMN consumer_sale           text NOT NULL DEFAULT '' CHECK (consumer_sale IN ('', 'yes', 'no')), -- as handed over
    ADD COLUMN consumer_sale_corrected text CHECK (consumer_sale_corrected IN ('yes', 'no'));

ALTER TABLE claim NO FORCE ROW LEVEL SECURITY;
UPDATE claim SET consumer_sale = 'no' WHERE no_sale;
ALTER TABLE claim FORCE ROW LEVEL SECURITY;

ALTER TABLE claim DROP COLUMN no_sale;
