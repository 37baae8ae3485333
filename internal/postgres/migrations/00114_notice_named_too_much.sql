-- A 14-day letter that named more costs than the law allows, by what came to be known after it left: the settlement that made it so, and since when that is known. No costs rest on it
-- (docs/decisions/0072). Of the letters of before nothing is told: what a debtor was told of them stands until something more is settled.

-- +goose Up
ALTER TABLE letter
    ADD COLUMN overnamed_by    text NOT NULL DEFAULT '',
    ADD COLUMN overnamed_on    date,
    ADD COLUMN overnamed_known date,
    ADD CONSTRAINT letter_overnamed_check CHECK ((overnamed_by = '') = (overnamed_on IS NULL) AND (overnamed_by = '') = (overnamed_known IS NULL)
        AND (overnamed_by = '' OR kind = '14-day-letter' AND overnamed_on < on_day));
