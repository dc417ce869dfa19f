"""Judge a fault run from outside: what the clients wrote against what the ledger holds.

A program of its own, which shares no code with the server: it reads the clients' lines and the
tables with the plain driver. ``python tests/faults/checker.py FOLDER DATABASE``: FOLDER holds the
clients' ``*.jsonl``; DATABASE is a SQLite file or a libpq address. Prints the figures as JSON, and
each violation; exit 1 when there is one.

A line before a transfer is sent: ``{"key", "from", "to", "amount"}``. One after its answer:
``{"key", "status", "transfer"}``, status null when there was none.
"""

import json
import sqlite3
import sys
from collections import Counter, defaultdict
from pathlib import Path

import psycopg

_TABLES = {
    "wallets": "SELECT id, owner_sub, kind, balance_minor, held_minor FROM wallets",
    "entries": "SELECT id FROM wallet_entries WHERE kind = 'transfer'",
    "postings": "SELECT entry_id, wallet_id, amount_minor FROM wallet_postings ORDER BY id",
    "keys": "SELECT key, person, status, answer FROM bank_idempotency_keys",
    "records": "SELECT subject FROM bank_records WHERE event = 'wallet:transfer:made'",
    "notices": "SELECT notice FROM bank_notices WHERE notice LIKE 'payment_%'",
}


def history(folder):
    """Return what was sent (key → line) and what was answered (key → lines)."""
    sent, answered = {}, defaultdict(list)
    for file in sorted(Path(folder).glob("*.jsonl")):
        for line in file.read_text().splitlines():
            told = json.loads(line)
            if "from" in told:
                sent[told["key"]] = told
            else:
                answered[told["key"]].append(told)
    return sent, answered


def tables(database):
    """Return every table of the ledger as lists of rows, read at one moment."""
    if "=" in database or "://" in database:
        with psycopg.connect(database) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return {name: connection.execute(sql).fetchall() for name, sql in _TABLES.items()}
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("BEGIN")
        return {name: connection.execute(sql).fetchall() for name, sql in _TABLES.items()}


def violations(sent, answered, rows):
    """Yield a sentence for each promise that was broken."""
    yield from _money(rows)
    made = _made(rows)
    yield from _once(made, rows)
    yield from _as_answered(sent, answered, made)
    yield from _told(rows)


def _money(rows):
    """Entries balance, balances are their postings, and nobody is ever below nothing."""
    kinds = {wallet: kind for wallet, _, kind, _, _ in rows["wallets"]}
    entries, balances = Counter(), Counter()
    for entry, wallet, amount in rows["postings"]:
        entries[entry] += amount
        balances[wallet] += amount
        if balances[wallet] < 0 and kinds[wallet] == "person":
            yield f"wallet {wallet} is at {balances[wallet]} after {entry}"
    for entry, total in entries.items():
        if total:
            yield f"entry {entry} adds up to {total}"
    for wallet, _, _, balance, held in rows["wallets"]:
        if balances[wallet] != balance or held:
            yield f"wallet {wallet} says {balance}, held {held}: its postings {balances[wallet]}"
    if sum(balance for *_, balance, _ in rows["wallets"]):
        yield "all wallets together do not hold nothing"


def _made(rows):
    """Return the transfers of the ledger: entry → (key, payer's sub, payee's sub, amount)."""
    owners = {wallet: sub for wallet, sub, *_ in rows["wallets"]}
    sides = defaultdict(list)
    for entry, wallet, amount in rows["postings"]:
        sides[entry].append((amount, owners[wallet]))
    keys = defaultdict(list)
    for key, person, status, answer in rows["keys"]:
        entry = json.loads(answer)["transferId"] if status == 201 else None
        keys[entry].append((key, person))
    return {
        entry: (keys[entry], sorted(sides[entry], key=lambda side: side[0]))
        for (entry,) in rows["entries"]
    }


def _once(made, rows):
    """Every transfer of the ledger has one key, every key one transfer, of two sides."""
    for entry, (keys, sides) in made.items():
        if len(keys) != 1 or len(sides) != 2:
            yield f"transfer {entry} has {len(keys)} keys and {len(sides)} postings"
    if len(rows["keys"]) != len(made):
        yield f"{len(rows['keys'])} keys for {len(made)} transfers"


def _as_answered(sent, answered, made):
    """What was acknowledged is there as it was sent; what is there was sent; the rest is not."""
    by_key = {keys[0][0]: entry for entry, (keys, _) in made.items() if len(keys) == 1}
    for key in by_key.keys() - sent.keys():
        yield f"transfer {by_key[key]} was never sent (key {key})"
    for key, asked in sent.items():
        told = {(line["status"], line.get("transfer")) for line in answered[key]}
        acknowledged = {transfer for status, transfer in told if status == 201}
        entry = by_key.get(key)
        if acknowledged - {entry}:
            yield f"acknowledged {sorted(acknowledged)}, the ledger has {entry} (key {key})"
        if entry and not acknowledged:
            yield f"the ledger has {entry}, nobody was told (key {key})"
        if not {status for status, _ in told} & {201, 422}:
            yield f"key {key} never had an answer"
        if entry and made[entry][1] != [(-asked["amount"], asked["from"]),
                                        (asked["amount"], asked["to"])]:  # fmt: skip
            yield f"transfer {entry} is not what was sent: {asked}"


def _told(rows):
    """Each transfer has its record, and two notices on their way."""
    entries = Counter(entry for (entry,) in rows["entries"])
    if Counter(subject for (subject,) in rows["records"]) != entries:
        yield "the records are not one for each transfer"
    notices = Counter(notice for (notice,) in rows["notices"])
    if notices != Counter(payment_done=len(entries), payment_received=len(entries)) - Counter():
        yield f"the notices are not two for each of {len(entries)} transfers: {dict(notices)}"


def main(folder, database):
    """Judge, print, and return the exit status."""
    sent, answered = history(folder)
    rows = tables(database)
    broken = list(violations(sent, answered, rows))
    acknowledged = [key for key in sent if any(a["status"] == 201 for a in answered[key])]
    unanswered = [key for key in sent if any(a["status"] is None for a in answered[key])]
    figures = {
        "sent": len(sent),
        "acknowledged": len(acknowledged),
        "unanswered_at_first": len(unanswered),
        "in_ledger": len(rows["entries"]),
        "wallets": len(rows["wallets"]),
        "violations": len(broken),
    }
    print(json.dumps(figures))
    for sentence in broken[:50]:
        print(sentence)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
