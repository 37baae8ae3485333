-- F1 and f1 are one invoice of one debtor (requirement T5): folded is the number as it is compared, in capitals and with single spaces. An invoice that was taken
-- twice before it was compared so has none; hand-over compares with it all the same.

-- +goose Up
ALTER TABLE invoice ADD COLUMN folded text;
ALTER TABLE invoice NO FORCE ROW LEVEL SECURITY; -- the owner sees all clients while it fills the column
UPDATE invoice SET folded = first.folded
    FROM (SELECT DISTINCT ON (client_id, debtor_id, folded) client_id, debtor_id, number, folded
        FROM (SELECT client_id, debtor_id, number, upper(btrim(regexp_replace(number, '\s+', ' ', 'g'))) AS folded FROM invoice) every
        ORDER BY client_id, debtor_id, folded, number) first
    WHERE invoice.client_id = first.client_id AND invoice.debtor_id = first.debtor_id AND invoice.number = first.number;
ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
CREATE UNIQUE INDEX invoice_of_debtor ON invoice (client_id, debtor_id, folded);
