-- A value date that was corrected is one of the receipt: released and allocated again, it counts from that day and not from the bank's again. The books of the trust
-- account keep the bank's.

-- +goose Up
ALTER TABLE receipt ADD COLUMN corrected_on date; -- the value date that it counts from, since it was released after a correction; NULL: value_on
GRANT UPDATE (corrected_on) ON receipt TO dunning_app;
