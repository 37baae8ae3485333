-- Hand-over that does not slow down with every claim that a client has.

-- +goose Up
-- A foreign key's check looks for (client_id, id). Its plan is made once per connection, often while the tables are empty: then every index that
-- begins with client_id looks equally good, and a wrong one reads all rows of the client for each new row. Here what tells rows apart comes
-- first, so that only the right index fits. Uniqueness is the same in either order.
ALTER TABLE claim DROP CONSTRAINT claim_client_id_reference_key, ADD UNIQUE (reference, client_id);
ALTER TABLE debtor DROP CONSTRAINT debtor_client_id_fingerprint_key, ADD UNIQUE (fingerprint, client_id);
DROP INDEX debtor_identity;
CREATE INDEX debtor_identity ON debtor (identity, client_id);
