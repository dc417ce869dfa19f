"""A bank with every kind of deed in it adds up; each thing changed by hand is found and named."""

import json
import re
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.bank.database import db
from app.bank.reconciling import checking
from app.foundation import snapshot
from tests.bank.atm.cash import Cash
from tests.bank.payments import conftest as paying
from tests.support.marks import mission

open_till, supplier, till = paying.open_till, paying.supplier, paying.till
TOPUP = {"phone": "(11) 98765-4321", "carrier": "vivo", "amount": 2_000}


@pytest.fixture
def story(till, supplier):
    """A bank in which something of every kind has happened; ``story.rows`` asks its database."""
    bank, cash = till.bank, Cash(till.bank)
    ana, bia = bank.person(money=100_000), bank.person(money=5_000)
    for terminal in ("ATM-1", "ATM-2"):
        cash.terminal(terminal)
    assert bank.transfer(ana, bia, 700).status_code == 201
    assert till.pay(ana, "topup", TOPUP).status_code == 201
    for word in ("refuse", "reverse", "lose_answer"):
        supplier.book.behave([word])
        assert till.pay(ana, "topup", TOPUP).status_code == 201
        while word == "reverse" and "reversed" not in till.work():
            time.sleep(0.1)
    for outcome in ("dispensed", "failed", None):
        paid = cash.validate(cash.voucher(ana)["code"]).json
        if outcome:
            assert cash.dispense(paid["dispenseId"], outcome).status_code == 200
    cash.cancel(ana, cash.voucher(ana)["withdrawalId"])
    cash.voucher(ana)
    return bank


def reconcile(bank):
    """Run the command; return its exit status and the difference it names, or None."""
    done = bank.app.test_cli_runner().invoke(args=["reconcile", "--json"])
    told = json.loads(done.stdout)
    return done.exit_code, told["difference"]


@contextmanager
def by_hand(bank, *, keep=False):
    """A connection to change what nothing else can: no trigger and no foreign key in its way.

    keep: for good; else it is all undone.
    """
    with bank.app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in connection.execute(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield connection
        connection.commit() if keep else connection.rollback()
        connection.invalidate()


TRANSFER = "(SELECT id FROM wallet_entries WHERE kind = 'transfer')"
FUNDING = "(SELECT min(id) FROM wallet_entries WHERE kind = 'funding')"
SENT = "event = 'wallet:transfer:made'"
ASKED = "event = 'atm:withdrawal:requested'"
BROKEN = {
    "a posting": (
        [f"UPDATE wallet_postings SET amount_minor = 701 WHERE entry_id = {TRANSFER}"
         " AND amount_minor = 700"],
        ("wallet_postings", "sum of all"),
    ),
    "a balance": (
        ["UPDATE wallets SET balance_minor = balance_minor + 1 WHERE kind = 'funding'"],
        ("wallets", "sum of all"),
    ),
    "two postings": (
        [f"UPDATE wallet_postings SET amount_minor = 701 WHERE entry_id = {TRANSFER}"
         " AND amount_minor = 700",
         f"UPDATE wallet_postings SET amount_minor = amount_minor - 1 WHERE entry_id = {FUNDING}"
         " AND amount_minor > 0"],
        ("wallet_entries", "sum of its postings"),
    ),
    "an entry without postings": (
        [f"DELETE FROM wallet_postings WHERE entry_id = {TRANSFER}"],
        ("wallet_entries", "postings"),
    ),
    "postings without an entry": (
        ["DELETE FROM wallet_entries WHERE kind = 'transfer'"],
        ("wallet_postings", "currency of its entry"),
    ),
    "the time of a posting": (
        [f"UPDATE wallet_postings SET made_at = '2020-01-01 00:00:00' WHERE entry_id = {TRANSFER}"],
        ("wallet_postings", "made_at of its entry"),
    ),
    "two balances": (
        ["UPDATE wallets SET balance_minor = balance_minor + 1 WHERE kind = 'funding'",
         "UPDATE wallets SET balance_minor = balance_minor - 1 WHERE id = 'wal_provider_brl'"],
        ("wallets", "balance_minor"),
    ),
    "what is held": (
        ["UPDATE wallets SET held_minor = held_minor + 1 WHERE held_minor > 0"],
        ("wallets", "held_minor"),
    ),
    "how a hold ended": (
        ["UPDATE wallet_holds SET state = 'captured' WHERE state = 'released'"],
        ("wallet_holds", "state"),
    ),
    "a hold of nothing": (
        ["INSERT INTO wallet_holds (id, wallet_id, amount_minor, purpose, state, made_at, ended_at)"
         " SELECT 'hld_x', wallet_id, 5, 'bill', 'released', made_at, made_at FROM wallet_holds"
         " LIMIT 1"],
        ("wallet_holds", "deeds that it is of"),
    ),
    "a hold that is gone": (
        ["DELETE FROM wallet_holds WHERE state = 'released' AND purpose = 'topup'"],
        ("payments", "held_for"),
    ),
    "a voucher's hold that is gone": (
        ["DELETE FROM wallet_holds WHERE state = 'released' AND purpose = 'withdrawal'"],
        ("atm_withdrawals", "held_for"),
    ),
    "the amount of a payment": (
        ["UPDATE payments SET amount_minor = 1999 WHERE state = 'refused'"],
        ("wallet_holds", "amount_minor"),
    ),
    "the entry of a payment": (
        [f"UPDATE payments SET entry_id = {TRANSFER} WHERE state = 'completed'"],
        ("payments", "taken_kind"),
    ),
    "a reversal forgotten": (
        ["UPDATE payments SET state = 'completed', reversal_id = NULL WHERE state = 'reversed'"],
        ("wallets", "owed to providers"),
    ),
    "cash without its record": (
        ["DELETE FROM bank_records WHERE event = 'atm:withdrawal:validated' AND seq ="
         " (SELECT min(seq) FROM bank_records WHERE event = 'atm:withdrawal:validated')"],
        ("atm_withdrawals", "taken_records"),
    ),
    "cash given back and dispensed": (
        ["UPDATE atm_withdrawals SET state = 'dispensed' WHERE state = 'reversed'"],
        ("atm_withdrawals", "back_records"),
    ),
    "where cash was paid out": (
        ["UPDATE atm_withdrawals SET terminal_id = 'ATM-2' WHERE state = 'dispensed'"],
        ("atm_terminals", "balance of its cash"),
    ),
    "a deed without its approval": (
        [f"UPDATE bank_records SET data = replace(data, 'approval', 'approbation') WHERE {ASKED}"],
        ("bank_records", "approval"),
    ),
    "a large deed without approval": (
        [f"UPDATE bank_records SET data = replace(data, '700', '10000000000000') WHERE {SENT}"],
        ("bank_records", "approval"),
    ),
    "slices that passed the sum": (
        ["UPDATE bank_records SET data = replace(data, '\"minor\":700', '\"minor\":10000000000001')"
         f" WHERE {SENT}"],
        ("bank_records", "unapproved minor"),
    ),
    "an approval that is gone": (
        ["DELETE FROM bank_spent_approvals"],
        ("bank_records", "approval's kind"),
    ),
    "an approval of another": (
        ["UPDATE bank_spent_approvals SET owner_sub = 'x'"],
        ("bank_records", "approval's owner_sub"),
    ),
    "an approval spent on nothing": (
        ["INSERT INTO bank_spent_approvals SELECT 'dee_x', kind, owner_sub, client_id, digest,"
         " approved_by, spent_at FROM bank_spent_approvals LIMIT 1"],
        ("bank_spent_approvals", "deeds in the record"),
    ),
    "a deed recorded twice": (
        ["INSERT INTO bank_records (at, event, actor, subject, data) SELECT at, event, actor,"
         f" subject, data FROM bank_records WHERE {SENT}"],
        ("wallet_entries", "deeds in the record"),
    ),
    "an entry of no deed": (
        ["INSERT INTO wallet_entries (id, kind, currency, description, made_at) SELECT 'ent_x',"
         f" 'deposit', currency, '', made_at FROM wallet_entries WHERE id = {TRANSFER}",
         "INSERT INTO wallet_postings (entry_id, wallet_id, amount_minor, made_at) SELECT 'ent_x',"
         f" wallet_id, amount_minor, made_at FROM wallet_postings WHERE entry_id = {TRANSFER}",
         "UPDATE wallets SET balance_minor = balance_minor + (SELECT amount_minor FROM"
         " wallet_postings WHERE entry_id = 'ent_x' AND wallet_id = wallets.id)"
         " WHERE id IN (SELECT wallet_id FROM wallet_postings WHERE entry_id = 'ent_x')"],
        ("wallet_entries", "deeds in the record"),
    ),
    "a record of no entry": (
        ["UPDATE bank_records SET data = replace(data, 'ent_', 'ont_')"
         " WHERE event = 'wallet:account:funded'"],
        ("bank_records", "entry"),
    ),
    "a sealed answer": (
        ["UPDATE bank_idempotency_keys SET answer = 'AAAA'"
         " WHERE route = 'POST /atm/withdrawal-request'"],
        ("bank_idempotency_keys", "answer"),
    ),
    "an answer of no deed": (
        ["UPDATE bank_idempotency_keys SET answer = replace(answer, 'ent_', 'ont_')"],
        ("bank_idempotency_keys", "transferId"),
    ),
}  # fmt: skip


@mission("S98")
def test_what_happened_by_the_rules_adds_up(story):
    done = story.app.test_cli_runner().invoke(args=["reconcile"])

    assert (done.exit_code, done.stdout) == (0, "No difference.\n"), done.output
    assert "postings: " in done.stderr
    told = json.loads(story.app.test_cli_runner().invoke(args=["reconcile", "--json"]).stdout)
    assert told["difference"] is None
    assert all(told["looked_at"].values())


def test_a_new_bank_adds_up(bank):
    assert reconcile(bank) == (0, None)


@mission("S98")
@pytest.mark.parametrize("kept", [True, False], ids=["one by one", "in batches of one"])
def test_each_thing_changed_by_hand_is_found_and_named(story, kept, monkeypatch):
    monkeypatch.setattr(snapshot, "BATCH", 1000 if kept else 1)
    for what, (statements, expected) in BROKEN.items():
        with by_hand(story) as connection:
            changed = [connection.exec_driver_sql(each).rowcount for each in statements]
            difference = checking.compare(connection, lambda *_: None).difference
        assert all(changed), what
        assert difference, what
        assert (difference.table, difference.what) == expected, what


STRICTER = {"FROM_MINOR": 1, "CUMULATIVE_MINOR": 1, "CUMULATIVE_COUNT": 0}


@mission("S98")
def test_a_deed_is_judged_by_the_limits_that_it_was_done_under(story):
    story.app.config.update({f"STEP_UP_{name}": value for name, value in STRICTER.items()})

    assert reconcile(story) == (0, None)


@mission("S98")
def test_of_a_deed_from_before_its_limits_were_kept_no_amount_is_judged(story):
    with by_hand(story, keep=True) as connection:
        found = connection.exec_driver_sql(f"SELECT data FROM bank_records WHERE {SENT}")
        data = json.loads(found.scalar_one())
        del data["unapproved"]["limits"]
        change = text(f"UPDATE bank_records SET data = :data WHERE {SENT}")
        connection.execute(change, {"data": json.dumps(data)})
    story.app.config.update({f"STEP_UP_{name}": value for name, value in STRICTER.items()})

    assert reconcile(story) == (0, None)


def test_the_command_names_the_first_difference_and_exits_1(story):
    with by_hand(story, keep=True) as connection:
        connection.exec_driver_sql(BROKEN["what is held"][0][0])

    done = story.app.test_cli_runner().invoke(args=["reconcile"])

    assert done.exit_code == 1
    assert re.fullmatch(r"wallets wal_\w+: held_minor: expected 12000, found 12001\n", done.stdout)
    assert reconcile(story)[1]["what"] == "held_minor"
