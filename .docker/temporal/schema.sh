#!/bin/sh
# Brings the two databases of Temporal to the schema of this server version. Safe to run again: setup-schema only makes
# its version tables when they are missing, update-schema applies what is not there yet.
# SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD and SQL_PLUGIN are read by the tool itself.
set -eu

for part in temporal visibility; do
	database=temporal
	[ "$part" = visibility ] && database=temporal_visibility
	temporal-sql-tool --database "$database" setup-schema --version 0.0
	temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/$part"
done
