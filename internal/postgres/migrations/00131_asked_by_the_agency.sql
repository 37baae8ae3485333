-- What tells of single bank lines and of journals of no client answers the agency only. No row is changed.

-- +goose Up
-- It reads bank lines and nothing else: the policy of those judges who asks, and the triggers of the owner, which ask it whatever client is set, see them still.
ALTER FUNCTION left_of(text) SECURITY INVOKER;
-- The others read what is of clients too. The guard is put around the body that each has, whatever that is by now, so that none is said twice: in a client's session it gives nothing.
-- +goose StatementBegin
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT pg_get_functiondef(oid) AS def, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc NOT LIKE '%tenant() IS NULL%'
        AND proname IN ('credits_of_others', 'journals_of_nothing', 'payouts_back', 'told_lines', 'typed_lines', 'typed_receipts') LOOP
        EXECUTE replace(f.def, f.prosrc, format(E' SELECT * FROM (%s\n) answer WHERE tenant() IS NULL ', f.prosrc));
    END LOOP;
END $$;
-- +goose StatementEnd
