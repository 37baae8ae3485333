-- What is the agency's alone is read with no client set. For a client there was nothing of it, and who asked in the wrong moment was told so, about money that a bank had taken back; now a row that is
-- there and would be hidden is an error.

-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION agencys_alone() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RAISE EXCEPTION 'this is the agency''s alone, and client % is set; right would be to ask with none', tenant() USING ERRCODE = 'insufficient_privilege';
END $$;
DO $$
DECLARE p record;
BEGIN
    FOR p IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND qual = '(tenant() IS NULL)' LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING (tenant() IS NULL OR agencys_alone())', p.policyname, p.tablename);
    END LOOP;
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION agencys_alone() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agencys_alone() TO dunning_app;
