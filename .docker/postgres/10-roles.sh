#!/bin/bash
# Runs once, in the empty data directory of the postgres container: the roles and databases of the agency and of Temporal.
# dunning_owner owns the schema and only migrates it; dunning_app, which the worker uses, owns nothing, so that row-level
# security holds for it; temporal has databases of its own and can see nothing of ours.
set -euo pipefail

psql -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
	-v owner_password="$OWNER_DB_PASSWORD" -v app_password="$APP_DB_PASSWORD" -v temporal_password="$TEMPORAL_DB_PASSWORD" <<'SQL'
CREATE ROLE dunning_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE dunning_app LOGIN PASSWORD :'app_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';

CREATE DATABASE dunning OWNER dunning_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;

-- By default everybody may connect to every database, and make temporary tables there.
REVOKE ALL ON DATABASE dunning, temporal, temporal_visibility, postgres FROM PUBLIC;
GRANT CONNECT ON DATABASE dunning TO dunning_app;
SQL
