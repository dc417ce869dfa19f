"""Every check in its order, until the first difference."""

from types import MappingProxyType
from typing import NamedTuple

from app.bank.database import db
from app.bank.reconciling import answers, cash, deeds, holds, ledger, suppliers
from app.bank.reconciling.snapshot import Difference
from app.foundation import snapshot

CHECKS = {
    "sums": ledger.whole,
    "entries": ledger.entries,
    "postings": ledger.postings,
    "wallets": ledger.wallets,
    "holds": holds.holds,
    "payments": suppliers.payments,
    "providers": suppliers.settlement,
    "withdrawals": cash.withdrawals,
    "terminals": cash.tills,
    "orders": deeds.orders,
    "movements": deeds.movements,
    "deeds": deeds.entries,
    "approvals": deeds.approvals,
    "answers": answers.answers,
}

_NO_MORE = MappingProxyType({})


class Found(NamedTuple):
    """How many rows were looked at, by check; and the first difference, or None."""

    looked_at: dict
    difference: Difference | None


def run(progress, more=_NO_MORE):
    """Do every check on one moment of the database; return what was :class:`Found`.

    progress: called with the check's name and how many rows it has looked at, now and then; more:
    further checks (:func:`outside.checks`).
    """
    with snapshot.taken(db) as connection:
        return compare(connection, progress, more)


def compare(connection, progress, more=_NO_MORE):
    """Do every check on what ``connection`` sees; as :func:`run`."""
    looked_at = {}
    for name, check in (CHECKS | more).items():
        looked_at[name] = 0
        for difference in check(connection):
            if difference is not None:
                return Found(looked_at, difference)
            looked_at[name] += 1
            if looked_at[name] % snapshot.BATCH == 0:
                progress(name, looked_at[name])
        progress(name, looked_at[name])
    return Found(looked_at, None)
