-- What a person types after its line was booked is that line, unless the person says that it is another payment.

-- +goose Up
ALTER TABLE receipt ADD COLUMN another text; -- why it is another payment than a line of a statement that looks the same, says who typed it; NULL: nobody had to
CREATE INDEX statement_entry_of_amount ON statement_entry (amount, value_on) WHERE kind = 'receipt' AND key IS NOT NULL;
