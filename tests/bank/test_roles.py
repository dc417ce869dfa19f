"""Each service under its own role of PostgreSQL: it does its work, and reaches nothing else."""

import uuid

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import make_url

from app.bank import roles
from tests.bank.atm.cash import Cash
from tests.bank.payments import conftest as paying
from tests.support.marks import abuse, asvs, mission

supplier = paying.supplier
ROOMS = ("wallet", "payments", "atm", "reports")
EASY = {"STEP_UP_FROM_MINOR": 10**13, "STEP_UP_CUMULATIVE_MINOR": 10**13}
TOPUP = {"phone": "(11) 98765-4321", "carrier": "vivo", "amount": 2_000}
REFUSED = {
    "payments": [
        *("SELECT * FROM atm_withdrawals", "SELECT * FROM atm_terminals"),
        *("UPDATE atm_voucher_tries SET tries = 0", "SELECT * FROM wallet_keys"),
        "INSERT INTO wallet_known_payees VALUES ('a', 'b', now())",
        "UPDATE wallet_limits SET day_minor = 1",
    ],
    "atm": ["SELECT * FROM payments", "SELECT * FROM wallet_keys"],
    "wallet": ["SELECT * FROM payments", "SELECT code_digest FROM atm_withdrawals"],
    "reports": [
        *("SELECT * FROM payments", "INSERT INTO wallets (id) VALUES ('x')"),
        *("UPDATE wallets SET balance_minor = 0", "SELECT * FROM bank_idempotency_keys"),
        "INSERT INTO wallet_entries (id) VALUES ('x')",
    ],
    "notices": ["SELECT * FROM wallets", "SELECT * FROM bank_idempotency_keys"],
    "auditor": [
        "UPDATE wallets SET held_minor = 0",
        "INSERT INTO wallet_entries (id) VALUES ('x')",
    ],
}
NOBODY = [  # may do
    *(
        f"{deed} {table} {rest}"
        for table, column in (
            ("wallet_entries", "currency"),
            ("wallet_postings", "amount_minor"),
            ("bank_records", "data"),
            ("bank_spent_approvals", "digest"),
        )
        for deed, rest in (
            ("UPDATE", f"SET {column} = NULL"),
            ("DELETE FROM", ""),
            ("TRUNCATE", ""),
        )
    ),
    "ALTER TABLE wallet_entries DISABLE TRIGGER ALL",
    "DROP TABLE wallets",
    "CREATE TABLE mine (id int)",
    "SET session_replication_role = replica",
]


@pytest.fixture
def database_kind():
    return "postgresql"


@pytest.fixture
def role_of(new_database, open_bank):
    """Make the roles in a database; return a function from a role to the address it comes by."""
    owner, prefix = new_database("bank", "postgresql"), f"p{uuid.uuid4().hex[:12]}"
    printed = open_bank(BANK_DATABASE_URL=owner).app.test_cli_runner()
    statements = printed.invoke(args=["roles", "print", "--prefix", prefix]).stdout
    with psycopg.connect(_libpq(owner), autocommit=True) as there:
        for _twice in range(2):
            there.execute(statements)
    yield lambda role: _as(owner, f"{prefix}_{role}" if role else None)
    with psycopg.connect(_libpq(owner), autocommit=True) as there:
        for role in roles.rights():
            name = sql.Identifier(f"{prefix}_{role}")
            there.execute(sql.SQL("DROP OWNED BY {0} CASCADE").format(name))
            there.execute(sql.SQL("DROP ROLE {0}").format(name))


@pytest.fixture
def apart(role_of, open_bank, supplier):
    """Return a bank of each room alone under its own role, by name; and one of its owner."""
    paid = {"PROVIDER_URL": supplier.url, "PROVIDER_TOKEN": paying.TOKEN}
    opened = {
        room: open_bank(BANK_DATABASE_URL=role_of(room), BANK_ROOMS=room, **EASY, **paid)
        for room in ROOMS
    }
    return opened | {None: open_bank(BANK_DATABASE_URL=role_of(None), **EASY, **paid)}


def _as(url, role):
    return make_url(url).set(username=role or "portaria").render_as_string(hide_password=False)


def _libpq(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@asvs("13.2.1")
@mission("S4", "S11", "S116")
def test_each_room_does_its_work_with_the_rights_it_has(apart, supplier):
    ana, bia = apart[None].person(money=100_000), apart[None].person(money=5)
    Cash(apart[None]).terminal()
    till, cash = paying.Till(apart["payments"]), Cash(apart["atm"])

    assert apart["wallet"].transfer(ana, bia, 700).status_code == 201
    assert till.pay(ana, "topup", TOPUP).json["status"] == "completed"
    supplier.book.behave(["refuse"])
    assert till.pay(ana, "topup", TOPUP).status_code == 201
    paid = cash.validate(cash.voucher(ana)["code"])
    assert paid.status_code == 200, paid.json
    assert cash.dispense(paid.json["dispenseId"], "failed").json["state"] == "reversed"
    cash.cancel(ana, cash.voucher(ana)["withdrawalId"])
    told = {"scope": "reports:read"}
    history = apart["reports"].ask("GET", "/reports/transactions/me", ana, **told)
    told = {"scope": "wallet:limits"}
    limits = apart["wallet"].ask("PUT", "/wallet/me/limits", ana, {"deed": 5_000}, **told)

    assert (history.status_code, history.json is not None) == (200, True)
    assert limits.status_code == 200, limits.json
    assert apart["wallet"].available(ana) == 100_000 - 700 - 2_000
    assert apart["wallet"].adds_up()


@asvs("13.2.2")
@mission("S11", "S116")
@abuse("F-16")
@pytest.mark.parametrize("role", list(REFUSED))
def test_a_role_reaches_its_own_tables_and_the_ledger_alone(role_of, role):
    with psycopg.connect(_libpq(role_of(role)), autocommit=True) as there:
        for statement in [*REFUSED[role], *NOBODY]:
            with pytest.raises(InsufficientPrivilege):
                there.execute(statement)


def test_the_workers_duties_need_no_more_than_the_role_of_each(role_of, open_bank, supplier):
    duties = {"payments": "payments", "atm": "vouchers", "wallet": "owners", "keys": "keys"}
    duties |= {"notices": "notices"}  # the last one: it keeps house as well
    for role, duty in duties.items():
        house = open_bank(BANK_DATABASE_URL=role_of(role), PROVIDER_URL=supplier.url)
        done = house.app.test_cli_runner().invoke(args=["worker", "--once", "--duty", duty])
        assert (done.exit_code, "duty failed" in done.output) == (0, False), done.output
    done = house.app.test_cli_runner().invoke(args=["worker", "--once", "--duty", "house"])
    assert (done.exit_code, "duty failed" in done.output) == (0, False), done.output


def test_the_auditor_reconciles(role_of, open_bank):
    house = open_bank(BANK_DATABASE_URL=role_of("auditor"))

    done = house.app.test_cli_runner().invoke(args=["reconcile"])

    assert (done.exit_code, done.stdout) == (0, "No difference.\n"), done.output


def test_every_table_belongs_to_somebody(bank):
    named = {table for tables in roles.rights().values() for table in tables}
    rooms = {room: tables for room, tables in roles.rights().items() if room in ROOMS}

    assert named - {"alembic_version_bank"} == set(roles.Base.metadata.tables)
    assert {t for tables in rooms.values() for t in tables} == named


@pytest.mark.parametrize("prefix", ["", "x; DROP", "Á", "a" * 41, '"', "1a"])
def test_a_prefix_that_is_no_name_is_refused(bank, prefix):
    done = bank.app.test_cli_runner().invoke(args=["roles", "print", "--prefix", prefix])

    assert (done.exit_code, "A prefix is" in done.output) == (1, True)
