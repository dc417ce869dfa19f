"""A bank whose reports are asked, and ways to give a wallet a past."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.bank.ledger.models import Entry, Posting
from app.foundation import clock, ids

SCOPE = "reports:read"


class Reports:
    """The reports of a bank, as an app asks for them."""

    def __init__(self, bank):
        self.bank = bank

    def ask(self, sub, what="transactions", path="me", more="", claims=None, **query):
        """Ask for a report of ``sub``; ``from_`` stands for ``from``."""
        query = {name.rstrip("_"): value for name, value in query.items()}
        token = self.bank.token(sub, **({"scope": SCOPE} | (claims or {})))
        return self.bank.app.test_client().get(
            f"/reports/{what}/{path}{more}",
            query_string=query,
            headers={"Authorization": f"Bearer {token}"},
        )

    def all_of(self, sub, **query):
        """Return every item, page by page."""
        found, cursor = [], {}
        while cursor is not None:
            told = self.ask(sub, **query, **cursor).json
            found += told["items"]
            cursor = {"cursor": told["next"]} if told["next"] else None
        return found

    def wallet(self, sub):
        """Return the id of the wallet of ``sub``."""
        return self.bank.rows("SELECT id FROM wallets WHERE owner_sub = :sub", sub=sub)[0][0]

    def past(self, sub, count, *, kind="transfer", amount=1, since=timedelta(days=1)):
        """Give ``sub`` ``count`` movements (an even number), evenly from ``since`` ago on.

        Straight into the ledger's tables: every second one goes out, so balances still add up.
        Returns their names, the oldest first.
        """
        wallet, other = self.wallet(sub), self.wallet(self.bank.person(money=1))
        start, step = clock.now() - since, since / (count + 1)
        names = [ids.new("ent") for _ in range(count)]
        lines = [
            {"id": name, "kind": kind, "currency": "BRL", "description": "Pão de queijo",
             "client_id": None, "made_at": start + step * (n + 1)}
            for n, name in enumerate(names)
        ]  # fmt: skip
        postings = [
            {"entry_id": line["id"], "wallet_id": whose, "made_at": line["made_at"],
             "amount_minor": sign * amount * (1 if n % 2 == 0 else -1)}
            for n, line in enumerate(lines)
            for whose, sign in ((wallet, 1), (other, -1))
        ]  # fmt: skip
        with self.bank.connection() as connection:
            connection.execute(insert(Entry.__table__), lines)
            connection.execute(insert(Posting.__table__), postings)
        return names


@pytest.fixture
def reports(generous):
    """The reports of a bank that asks for no approval."""
    return Reports(generous)
