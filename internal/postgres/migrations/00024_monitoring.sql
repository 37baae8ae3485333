-- Debt monitoring: what registers said of a debtor, interruptions of limitation by hand, and why monitoring ended.

-- +goose Up
CREATE TABLE register_check (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    register  text NOT NULL CHECK (register IN ('insolvency', 'company', 'address')),
    cycle     integer NOT NULL CHECK (cycle >= 0),  -- 0 is the one with which monitoring began
    try       integer NOT NULL CHECK (try >= 1),    -- a register that does not answer is asked again
    on_day    date NOT NULL,
    found     text NOT NULL CHECK (found IN ('none', 'bankrupt', 'wsnp', 'bankruptcy-ended', 'clean-slate', 'debt-counselling', 'dissolved', 'deceased', 'moved', 'no-answer')),
    since     date,                                 -- from which day it is so
    PRIMARY KEY (claim_id, register, cycle, try),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id),
    CHECK ((since IS NULL) = (found IN ('none', 'no-answer'))),
    CHECK (since <= on_day)
);
CREATE TRIGGER register_check_append_only BEFORE UPDATE OR DELETE ON register_check FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER register_check_no_truncate BEFORE TRUNCATE ON register_check FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE register_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_check FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON register_check TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON register_check TO dunning_app;

-- A lodged claim, a letter to the heirs, a registered letter: how stands in the case file, in its event.
CREATE TABLE interruption (
    client_id uuid NOT NULL,
    claim_id  uuid NOT NULL,
    key       text NOT NULL,
    on_day    date NOT NULL,                        -- as it reached the debtor, or who stands in for them
    PRIMARY KEY (claim_id, key),
    FOREIGN KEY (client_id, claim_id) REFERENCES claim (client_id, id)
);
CREATE TRIGGER interruption_append_only BEFORE UPDATE OR DELETE ON interruption FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER interruption_no_truncate BEFORE TRUNCATE ON interruption FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE interruption ENABLE ROW LEVEL SECURITY;
ALTER TABLE interruption FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON interruption TO dunning_app USING (client_id = tenant()) WITH CHECK (client_id = tenant());
GRANT SELECT, INSERT ON interruption TO dunning_app;

-- NULL: an operator closed the claim, for a reason of his own.
ALTER TABLE claim ADD COLUMN closing_because text CHECK (closing_because IN ('client', 'insolvency', 'no-estate', 'no-assets'));

-- Claims that wait now were decided when nothing looked at limitation, or at a register: each is decided anew.
INSERT INTO outbox (client_id, claim_id, message, key) SELECT client_id, id, 'debtor-changed', 'monitoring' FROM claim WHERE status = 'open';
