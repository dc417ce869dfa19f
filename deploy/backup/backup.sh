#!/bin/sh
# Back up both houses into a new folder under TO, and say which:  backup.sh TO
#
# AUTH_DATABASE_URL and BANK_DATABASE_URL are read from the environment, as the servers do. Each
# house is one moment of its own, taken while everybody goes on. The sealing keys are not in it, and
# must not lie beside it: whoever has both can read what is sealed.
set -eu
umask 077
to=${1:?usage: backup.sh TO}
folder=$to/$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$folder.part"

save() { # save HOUSE URL
    case $2 in
    sqlite:///*)
        # SQLite's own copy: whole, though somebody writes meanwhile. Python has it, so no program
        # more is needed.
        ${PYTHON:-python3} -c 'import sqlite3, sys
with sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True) as here, sqlite3.connect(sys.argv[2]) as there:
    here.backup(there)' "${2#sqlite:///}" "$folder.part/$1.sqlite3"
        ;;
    postgresql*://*)
        # A custom archive restores in parallel and by table; owners and grants are those of the new place.
        pg_dump --format=custom --no-owner --no-privileges --file="$folder.part/$1.dump" \
            "postgresql://${2#*://}"
        ;;
    *)
        echo "$1: neither sqlite:/// nor postgresql://" >&2
        exit 2
        ;;
    esac
}

# The bank first: what it approved is proved by the other house, which then knows no less.
save bank "${BANK_DATABASE_URL:?}"
save auth "${AUTH_DATABASE_URL:?}"
(cd "$folder.part" && sha256sum -- * >SHA256SUMS)
mv "$folder.part" "$folder" # a folder without .part is whole
echo "$folder"
