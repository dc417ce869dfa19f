"""The checker finds what is wrong: a ledger and lines that agree, then each broken in one way."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import checker

SCHEMA = """
CREATE TABLE wallets (id, owner_sub, kind, balance_minor, held_minor);
CREATE TABLE wallet_entries (id, kind);
CREATE TABLE wallet_postings (id INTEGER PRIMARY KEY, entry_id, wallet_id, amount_minor);
CREATE TABLE bank_idempotency_keys (key, person, status, answer);
CREATE TABLE bank_records (event, subject);
CREATE TABLE bank_notices (notice);
INSERT INTO wallets VALUES ('f', NULL, 'funding', -200, 0),
  ('a', 'ana', 'person', 70, 0), ('b', 'bia', 'person', 130, 0);
INSERT INTO wallet_entries VALUES ('in', 'funding'), ('e1', 'transfer');
INSERT INTO wallet_postings (entry_id, wallet_id, amount_minor) VALUES
  ('in', 'f', -200), ('in', 'a', 100), ('in', 'b', 100), ('e1', 'a', -30), ('e1', 'b', 30);
INSERT INTO bank_idempotency_keys VALUES ('k1', 'ana', 201, '{"transferId": "e1"}');
INSERT INTO bank_records VALUES ('wallet:transfer:made', 'e1');
INSERT INTO bank_notices VALUES ('payment_done'), ('payment_received');
"""
LINES = [
    {"key": "k1", "from": "ana", "to": "bia", "amount": 30},
    {"key": "k1", "status": None, "transfer": None},
    {"key": "k1", "status": 201, "transfer": "e1"},
    {"key": "k2", "from": "bia", "to": "ana", "amount": 900},
    {"key": "k2", "status": 422, "transfer": None},
]
ANOTHER = {"key": "k3", "from": "ana", "to": "bia", "amount": 1}


def judged(folder, lines=LINES, sql=""):
    """Return what the checker prints and its exit status, run as the program it is."""
    database = folder / "bank.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.executescript(SCHEMA + sql)
    connection.close()
    (folder / "1.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, Path(checker.__file__), folder, database]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_ledger_that_agrees_with_its_clients_passes(tmp_path):
    status, told = judged(tmp_path)

    assert (status, json.loads(told)["violations"]) == (0, 0)
    assert json.loads(told)["unanswered_at_first"] == 1


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM wallet_postings WHERE id > 3; DELETE FROM wallet_entries WHERE id = 'e1'",
         "has None"),
        ("UPDATE wallet_postings SET amount_minor = 31 WHERE id = 5", "adds up to 1"),
        ("UPDATE wallet_postings SET amount_minor = -31 WHERE id = 4", "is not what was sent"),
        ("UPDATE wallets SET balance_minor = 71 WHERE id = 'a'", "its postings 70"),
        ("UPDATE wallets SET held_minor = 1 WHERE id = 'a'", "held 1"),
        ("UPDATE wallet_postings SET amount_minor = -130 WHERE id = 4", "is at -30"),
        ("UPDATE bank_idempotency_keys SET key = 'strange'", "was never sent"),
        ("INSERT INTO bank_idempotency_keys VALUES ('k9', 'ana', 201, '{\"transferId\": \"e1\"}')",
         "has 2 keys"),
        ("DELETE FROM bank_records", "records are not one"),
        ("DELETE FROM bank_notices WHERE notice = 'payment_done'", "notices are not two"),
    ],
)  # fmt: skip
def test_a_ledger_that_is_wrong_is_found_out(tmp_path, sql, told):
    status, sentences = judged(tmp_path, sql=sql)

    assert status == 1
    assert told in sentences


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (LINES[:2] + LINES[3:], "nobody was told"),
        ([*LINES, ANOTHER], "never had an answer"),
        ([*LINES, ANOTHER, {"key": "k3", "status": 201, "transfer": "e9"}], "acknowledged ['e9']"),
        ([*LINES, {"key": "k1", "status": 201, "transfer": "e9"}], "['e1', 'e9']"),
    ],
)
def test_clients_who_were_told_otherwise_are_believed(tmp_path, lines, told):
    status, sentences = judged(tmp_path, lines)

    assert status == 1
    assert told in sentences
