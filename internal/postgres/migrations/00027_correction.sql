-- Letters that were wrong, as came to be known later: what a correction told of each, and where to look for them.

-- +goose Up
-- Of a letter that corrects others: each as STEP/CYCLE=CENTS, what was really owed. So each is corrected once, and again only when it comes to be known otherwise.
ALTER TABLE letter ADD COLUMN corrects text NOT NULL DEFAULT '' CHECK (corrects = '' OR kind = 'correction');

-- What counts from before the day on which it came to be known. Few events do.
CREATE INDEX case_event_learnt ON case_event (client_id, at) WHERE value_on < (at AT TIME ZONE 'Europe/Amsterdam')::date OR kind = 'letter-returned';
