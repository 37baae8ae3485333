-- What a session does for which others wait is told to the application alone (docs/decisions/0102): the name of a session is read by every role of the server, and told who imports what.

-- +goose Up
CREATE TABLE session_work (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- which the name of the session has
    what text NOT NULL,                                   -- who does what
    at   timestamptz NOT NULL DEFAULT clock_timestamp()   -- since when; taken out when it ends, and after a day of what broke off
);
ALTER TABLE session_work ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_work FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON session_work TO dunning_app USING (tenant() IS NULL) WITH CHECK (tenant() IS NULL);
GRANT SELECT, INSERT, DELETE ON session_work TO dunning_app;
