-- A person who was asked to correct a letter by hand had told the debtor for good: what came to be known after that was told by nobody. What was told is kept, as a correction keeps it: each letter as
-- KIND@DAY=CENTS, what was owed, void:KIND@DAY of a 14-day letter that does not count; each time that the task is done is added (docs/decisions/0096). Of one that was done before nothing says what was told: it has told it for good.

-- +goose Up
ALTER TABLE task ADD COLUMN corrects text NOT NULL DEFAULT '' CHECK (corrects = '' OR starts_with(key, 'correct-letter:'));
