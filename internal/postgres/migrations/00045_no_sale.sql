-- What a consumer owes is taken for the price of a purchase, which lapses after two years (art. 7:28 BW), unless the client said that it is something else: rent, a
-- service, a subscription. Of claims of before, nobody said so.

-- +goose Up
ALTER TABLE claim ADD COLUMN no_sale boolean NOT NULL DEFAULT false;
