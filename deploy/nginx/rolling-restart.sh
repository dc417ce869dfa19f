#!/bin/sh
# Restart hosts one after another, with no failed request:
#   rolling-restart.sh UPSTREAM RELOAD RESTART ADDRESS…
# UPSTREAM: the file that lists the hosts; RELOAD: the command that makes nginx read it again;
# RESTART: a command that restarts one host, {} being its address, and returns when it has begun;
# ADDRESS: host:port, as it stands in the file. Stops at the first host that is not ready in a minute.
set -eu
upstream=$1 reload=$2 restart=$3
shift 3

mark() { # mark ADDRESS " down" or nothing
    sed -E "s/^(server $(printf %s "$1" | sed 's/\./\\./g')\b[^;]*)( down);/\1;/; s/^(server $(printf %s "$1" | sed 's/\./\\./g')\b[^;]*);/\1$2;/" "$upstream" >"$upstream.new"
    cat "$upstream.new" >"$upstream"
    rm "$upstream.new"
    sh -c "$reload"
}

for address; do
    grep -q "^server $address\b" "$upstream" || { echo "$address is not in $upstream" >&2; exit 1; }
    mark "$address" " down"
    sleep 1 # until the nginx processes before have passed on what they had
    sh -c "$(printf %s "$restart" | sed "s/{}/$address/g")"
    tries=0
    until curl -fsS -m 2 -o /dev/null "http://$address/health/ready" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 120 ] || { echo "$address is not ready; it is still marked down" >&2; exit 1; }
        sleep 0.5
    done
    mark "$address" ""
    echo "$address restarted"
done
