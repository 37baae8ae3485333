-- +goose Up

-- The confirmation of a payment arrangement of which something was settled already tells what is left of it, as a correction does (docs/decisions/0087).
ALTER TABLE letter
    DROP CONSTRAINT letter_told_check,
    ADD CONSTRAINT letter_told_check CHECK (CASE WHEN told_of = '' THEN told_comes = 0
        ELSE (kind = 'correction' AND told_of ~ '^(promise|arrangement):.' OR kind = 'arrangement-confirmation' AND told_of = step) AND told_comes >= 0 END);
