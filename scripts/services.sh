#!/usr/bin/env bash
# Installs PostgreSQL and Redis from Debian's packages, starts them on loopback, and makes the role
# and database the tests use. Safe to run again. Prints the two variables to export.
set -euo pipefail

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else sudo -u postgres "$@"; fi; }

if ! command -v redis-server >/dev/null || ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql redis-server
fi

redis-cli -h 127.0.0.1 ping >/dev/null 2>&1 ||
    as_root redis-server --bind 127.0.0.1 --daemonize yes --save '' --appendonly no >/dev/null

version=$(ls /usr/lib/postgresql | sort -n | tail -1)
as_root pg_lsclusters -h | grep -q "^$version *main" || as_root pg_createcluster "$version" main
as_root pg_ctlcluster "$version" main start 2>/dev/null || true
for _ in $(seq 60); do
    pg_isready -q -h 127.0.0.1 && break
    sleep 0.5
done
pg_isready -h 127.0.0.1 >&2

as_postgres psql -qc "DO \$\$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'findmyvibe') THEN
        CREATE ROLE findmyvibe LOGIN CREATEDB PASSWORD 'findmyvibe';
    END IF; END \$\$"
as_postgres psql -Atqc "SELECT 1 FROM pg_database WHERE datname = 'findmyvibe'" | grep -q 1 ||
    as_postgres createdb -O findmyvibe findmyvibe

echo "DATABASE_URL=postgres://findmyvibe:findmyvibe@127.0.0.1:5432/findmyvibe"
echo "REDIS_URL=redis://127.0.0.1:6379/0"
