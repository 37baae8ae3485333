-- A refund that no bank takes, since the bank told who paid without a name or as our own account, goes where two persons say.

-- +goose Up
-- +goose StatementBegin
-- Whether an account is the trust foundation's: banks send statements of it. No refund goes there.
CREATE FUNCTION account_is_ours(of_iban text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM statement WHERE account = upper(replace(of_iban, ' ', ''))) $$;
-- As before; and in place of a refund that no payout ever had another one is paid. That no bank takes the former, two persons and the program see: what banks write, no SQL knows.
CREATE OR REPLACE FUNCTION refunds_fit(of_payout text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM payout_line l WHERE l.payout = of_payout AND l.kind = 'refund' AND NOT EXISTS
         (SELECT FROM refund f JOIN receipt r ON r.key = f.receipt WHERE f.key = l.refund AND f.approved AND f.amount = l.cents AND f.client_id IS NOT DISTINCT FROM l.client_id
            AND r.amount >= l.cents AND upper(replace(f.iban, ' ', '')) = l.iban AND (f.replaces IS NOT NULL OR upper(replace(r.iban, ' ', '')) = l.iban))) THEN
        RAISE EXCEPTION 'payout % has a refund that was not approved, or goes to another account than the money came from', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN payout_line o ON o.refund = l.refund AND o.end_to_end_id <> l.end_to_end_id
         WHERE l.payout = of_payout AND payout_status(o.end_to_end_id) NOT IN ('rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another payout pays, or that came back', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.key = l.refund JOIN refund b ON b.key = f.replaces WHERE l.payout = of_payout AND (
            (b.receipt, b.claim_id, b.amount) IS DISTINCT FROM (f.receipt, f.claim_id, f.amount)
            OR EXISTS (SELECT FROM payout_line o WHERE o.refund = b.key) AND NOT EXISTS (SELECT FROM payout_line o WHERE o.refund = b.key AND payout_status(o.end_to_end_id) IN ('returned', 'rejected'))
            OR EXISTS (SELECT FROM payout_line o WHERE o.refund = b.key AND payout_status(o.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost')))) THEN
        RAISE EXCEPTION 'payout % has a refund in place of one that did not come back', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.replaces = l.refund AND f.approved WHERE l.payout = of_payout AND payout_status(l.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost')) THEN
        RAISE EXCEPTION 'payout % has a refund that another one replaces', of_payout USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM payout_line l JOIN refund f ON f.key = l.refund JOIN receipt r ON r.key = f.receipt WHERE l.payout = of_payout AND r.amount <
         (SELECT sum(o.cents) FROM payout_line o JOIN refund g ON g.key = o.refund WHERE g.receipt = f.receipt AND payout_status(o.end_to_end_id) NOT IN ('returned', 'rejected', 'withdrawn', 'lost'))) THEN
        RAISE EXCEPTION 'payout % gives more back than a receipt brought', of_payout USING ERRCODE = 'check_violation';
    END IF;
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_is_ours(text) TO dunning_app;
