-- Registers are asked before the escalation advice too, and the documents of a claim are kept.

-- +goose Up
ALTER TABLE register_check DROP CONSTRAINT register_check_cycle_check;
ALTER TABLE register_check ADD CONSTRAINT register_check_cycle_check CHECK (cycle >= -1); -- -1 is the one before the advice
