#!/bin/sh
# Restore both houses from the folder FROM into empty databases:  restore.sh FROM
#
# AUTH_DATABASE_URL and BANK_DATABASE_URL say where, which must hold no table yet. Stop every server
# and worker first. Then: `db upgrade` of both, `flask --app wsgi:auth after-restore`, `audit verify`
# with the anchors kept elsewhere, `flask --app wsgi:bank reconcile`; and only then serve.
set -eu
from=${1:?usage: restore.sh FROM}
(cd "$from" && sha256sum --check --quiet SHA256SUMS)

bring() { # bring HOUSE URL
    case $2 in
    sqlite:///*)
        file=${2#sqlite:///}
        [ ! -s "$file" ] || { echo "$file is there already" >&2; exit 1; }
        cp "$from/$1.sqlite3" "$file"
        ;;
    postgresql*://*)
        url=postgresql://${2#*://}
        tables=$(psql -XAtc "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'alembic_version_$1'" "$url")
        [ "$tables" = 0 ] || { echo "the database of $1 is not empty" >&2; exit 1; }
        pg_restore --no-owner --no-privileges --single-transaction --exit-on-error \
            --dbname="$url" "$from/$1.dump"
        ;;
    *)
        echo "$1: neither sqlite:/// nor postgresql://" >&2
        exit 2
        ;;
    esac
}

bring bank "${BANK_DATABASE_URL:?}"
bring auth "${AUTH_DATABASE_URL:?}"
