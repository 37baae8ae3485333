-- Who is removed from those who may approve, and added again, has said nothing before: a word counts as long as who said it was not removed since.

-- +goose Up
ALTER TABLE approver ADD COLUMN removals timestamptz[] NOT NULL DEFAULT '{}'; -- each moment in which that person was removed, as far as it was kept
UPDATE approver SET removals = ARRAY[removed_at] WHERE removed_at IS NOT NULL;
-- How often the person had been removed when it said so. Of before this was kept: never, so what counted counts.
ALTER TABLE payout_approval ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT payout_approval_pkey, ADD PRIMARY KEY (payout, approver, removals);
ALTER TABLE client_account_approval ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT client_account_approval_pkey, ADD PRIMARY KEY (client_id, number, approver, removals);
ALTER TABLE payout_loss ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT payout_loss_pkey, ADD PRIMARY KEY (payout, approver, removals);
ALTER TABLE loss_approval ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT loss_approval_pkey, ADD PRIMARY KEY (refund, turn, amount, approver, removals);
ALTER TABLE own_undone ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT own_undone_pkey, ADD PRIMARY KEY (receipt, turn, approver, done, removals);
ALTER TABLE return_charge ADD COLUMN removals integer NOT NULL DEFAULT 0, DROP CONSTRAINT return_charge_pkey, ADD PRIMARY KEY (entry, original, amount, approver, removals);

-- +goose StatementBegin
CREATE FUNCTION approver_removed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.removals := OLD.removals || NEW.removed_at;
    RETURN NEW;
END $$;
-- As before; and a word knows how often who says it was removed.
CREATE OR REPLACE FUNCTION approver_may() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT cardinality(r.removals) INTO NEW.removals FROM approver r WHERE r.name = NEW.approver AND r.removed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% may not approve', NEW.approver USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
-- Whether a word counts: who said it, when removed so often, was not removed since.
CREATE FUNCTION word_counts(of_approver text, of_removals integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM approver r WHERE r.name = of_approver AND cardinality(r.removals) = of_removals) $$;
-- As that, of a word of which the moment is known only.
CREATE FUNCTION word_counts(of_approver text, said_at timestamptz) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM approver r WHERE r.name = of_approver AND said_at > ALL (r.removals)) $$;
-- As before, of words that count.
CREATE OR REPLACE FUNCTION payout_approvals(of_payout text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(a.approver)) FROM payout_approval a JOIN payout p ON p.id = a.payout AND p.hash = a.hash WHERE a.payout = of_payout AND word_counts(a.approver, a.removals) $$;
CREATE OR REPLACE FUNCTION account_usable(of_client uuid, to_iban text, in_name text, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT COALESCE((SELECT a.iban = to_iban AND a.holder = in_name AND a.usable_from <= on_day
     AND (SELECT count(DISTINCT lower(v.approver)) FROM client_account_approval v WHERE v.client_id = a.client_id AND v.number = a.number AND word_counts(v.approver, v.removals)) >= 2
     AND NOT EXISTS (SELECT FROM client_account_block b WHERE b.client_id = a.client_id AND b.number = a.number)
   FROM client_account a WHERE a.client_id = of_client ORDER BY a.number DESC LIMIT 1), false) $$;
CREATE OR REPLACE FUNCTION payout_losses(of_payout text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(v.approver)) FROM payout_loss v WHERE v.payout = of_payout AND word_counts(v.approver, v.removals) $$;
CREATE OR REPLACE FUNCTION loss_approvals(of_refund text, of_turn integer, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(a.approver)) FROM loss_approval a WHERE a.refund = of_refund AND a.turn = of_turn AND a.amount = of_amount AND word_counts(a.approver, a.removals) $$;
CREATE OR REPLACE FUNCTION own_undone_by(of_receipt text, of_turn integer) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT count(DISTINCT lower(u.approver)) FROM own_undone u WHERE u.receipt = of_receipt AND u.turn = of_turn AND word_counts(u.approver, u.removals) $$;
-- As before; and a word counts until who said it was removed for the first time since, also when that person was added again.
CREATE OR REPLACE FUNCTION return_charges(of_entry text, of_original text, of_amount bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH word AS (SELECT lower(c.approver) AS who, COALESCE(c.kept_at, c.at) AS at, COALESCE(r.removals[c.removals + 1], 'infinity') AS until
        FROM return_charge c JOIN approver r ON r.name = c.approver WHERE c.entry = of_entry AND c.original = of_original AND c.amount = of_amount)
    SELECT COALESCE(max((SELECT count(DISTINCT w.who) FROM word w WHERE w.at <= m.at AND w.until > m.at)), 0) FROM (SELECT at FROM word UNION ALL SELECT clock_timestamp()) m $$;
-- +goose StatementEnd
CREATE TRIGGER approver_removed BEFORE UPDATE ON approver FOR EACH ROW WHEN (OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL) EXECUTE FUNCTION approver_removed();
REVOKE ALL ON FUNCTION approver_removed(), word_counts(text, integer), word_counts(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION word_counts(text, integer), word_counts(text, timestamptz) TO dunning_app;
