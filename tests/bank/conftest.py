"""The bank on a database of its own, its issuer, and a person's way to use it."""

import uuid
from contextlib import contextmanager

import pytest
from sqlalchemy import text

import config
from app.bank import assembly
from app.bank.database import db
from tests.resource_server.issuer import CLIENT_ID, CLIENT_SECRET, Issuer
from tests.support import houses, told

SCOPE = "wallet:read wallet:transfer"


class Bank:
    """The bank as its users, its operator and its database see it."""

    def __init__(self, app, issuer):
        self.app = app
        self.issuer = issuer

    def person(self, money=0, user_id=None):
        """Return the ``sub`` of a new person whose wallet holds ``money``."""
        sub = str(uuid.uuid4())
        if money:
            self.fund(sub, money, user_id)
        return sub

    def fund(self, sub, amount, user_id=None):
        """Run the command that brings money into a wallet."""
        number = ["--user-id", str(user_id)] if user_id else []
        arguments = ["wallets", "fund", sub, str(amount), "--json", *number]
        done = self.app.test_cli_runner().invoke(args=arguments)
        assert done.exit_code == 0, done.output

    def token(self, sub, **claims):
        """Return a token of ``sub`` for the whole bank."""
        audience = self.app.config["BANK_AUDIENCE"]
        return self.issuer.token(**({"sub": sub, "aud": audience, "scope": SCOPE} | claims))

    def balance(self, sub, path="me", **claims):
        """Ask for the balance of ``sub``."""
        shown = {"Authorization": f"Bearer {self.token(sub, **claims)}"}
        return self.app.test_client().get(f"/wallet/{path}/balance", headers=shown)

    def available(self, sub):
        """Return what ``sub`` may spend."""
        return self.balance(sub).json["available"]

    def transfer(self, sub, to, amount, key=None, **more):
        """Order a transfer; ``more``: other fields of the body."""
        return self.order(sub, {"to": to, "amount": amount} | more, key)

    def order(self, sub, body, key=None, **claims):
        """Order whatever ``body`` (dict, or raw bytes) says."""
        shown = {"Authorization": f"Bearer {self.token(sub, **claims)}"}
        shown["Idempotency-Key"] = key or uuid.uuid4().hex
        sent = {"json": body} if isinstance(body, dict) else {"data": body}
        sent |= {} if isinstance(body, dict) else {"content_type": "application/json"}
        return self.app.test_client().post("/wallet/me/transfer", headers=shown, **sent)

    def ask(self, method, path, sub, body=None, **claims):
        """Ask anything as ``sub``."""
        shown = {"Authorization": f"Bearer {self.token(sub, **claims)}"}
        shown["Idempotency-Key"] = uuid.uuid4().hex
        return self.app.test_client().open(path, method=method, headers=shown, json=body)

    def rows(self, statement, **values):
        """Return what the database answers to ``statement``."""
        with self.connection() as connection:
            return connection.execute(text(statement), values).all()

    @contextmanager
    def connection(self):
        """Hold a connection whose work is kept at the end."""
        with self.app.app_context(), db.engine.begin() as connection:
            yield connection

    def adds_up(self):
        """Do all postings add up to nothing, and each balance to its own postings?"""
        whole = self.rows("SELECT coalesce(sum(amount_minor), 0) FROM wallet_postings")[0][0]
        astray = self.rows(
            "SELECT id FROM wallets WHERE balance_minor <> (SELECT coalesce(sum(amount_minor), 0)"
            " FROM wallet_postings WHERE wallet_id = wallets.id)"
        )
        return whole == 0 and not astray


@pytest.fixture
def issuer():
    return Issuer(houses.ISSUER)


@pytest.fixture
def open_bank(issuer, new_database, database_kind):
    """Return a function that opens a bank with settings of its own."""
    opened = []

    def open_bank(**settings):
        ours = houses.BANK | {"BANK_CLIENT_ID": CLIENT_ID, "BANK_CLIENT_SECRET": CLIENT_SECRET}
        ours["BANK_DATABASE_URL"] = new_database("bank", database_kind)
        settings = config.load(config.Bank, **(ours | settings))
        opened.append(assembly.create_app(settings, transport=issuer.wire))
        told.watch(opened[-1], "bank")
        return Bank(opened[-1], issuer)

    yield open_bank
    for app in opened:
        houses.close(app)


@pytest.fixture
def bank(open_bank):
    """A bank with the settings it comes with."""
    return open_bank()


@pytest.fixture
def generous(open_bank):
    """A bank that asks for no approval, and has connections for many at once."""
    return open_bank(
        STEP_UP_FROM_MINOR=10**13,
        STEP_UP_CUMULATIVE_MINOR=10**13,
        STEP_UP_CUMULATIVE_COUNT=10**6,
        DATABASE_POOL_SIZE=25,
    )
