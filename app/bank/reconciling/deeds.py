"""Deeds and the record: each entry has its deed, each deed the approval that it needed."""

import json

from sqlalchemy import func, select

from app.bank import records
from app.bank.deeds.models import SpentApproval
from app.bank.ledger.models import Entry
from app.bank.payments.making import DETAILS
from app.bank.reconciling.snapshot import Difference, rows, told

_entries, _spent = Entry.__table__, SpentApproval.__table__
_records = records.BankRecord.__table__
ORDERED = (records.TRANSFER_MADE, records.PAYMENT_ORDERED, records.WITHDRAWAL_REQUESTED)
MOVED = (
    *(records.WALLET_FUNDED, records.DEPOSIT_MADE),
    *(records.PAYMENT_COMPLETED, records.PAYMENT_REVERSED),
    *(records.WITHDRAWAL_VALIDATED, records.WITHDRAWAL_REVERSED),
)


def orders(connection):
    """Every deed that a person ordered has its approval, or was such that it needed none."""
    approval = told(connection, _records.c.data, "approval")
    spent = [_spent.c[name].label(f"spent_{name}") for name in ("kind", "owner_sub", "client_id")]
    query = select(*_records.c, *spent, _entries.c.kind.label("entry_kind"))
    query = query.join(_spent, _spent.c.transaction_id == approval, isouter=True)
    query = query.join(_entries, _entries.c.id == _records.c.subject, isouter=True)
    for row in rows(connection, query.where(_records.c.event.in_(ORDERED)), _records.c.seq):
        data = json.loads(row.data)
        if row.event == records.TRANSFER_MADE and row.entry_kind != "transfer":
            yield _of(row, "entry", "transfer", row.entry_kind)
        yield from _approved(row, data) if "approval" in data else _needed_none(row, data)
        yield None


def movements(connection):
    """Every entry that the record names is there."""
    named = told(connection, _records.c.data, "entry")
    query = select(_records.c.seq, named.label("named"), _entries.c.id.label("entry_id"))
    query = query.join(_entries, _entries.c.id == named, isouter=True)
    for row in rows(connection, query.where(_records.c.event.in_(MOVED)), _records.c.seq):
        if row.entry_id is None:
            yield _of(row, "entry", row.named, None)
        yield None


def entries(connection):
    """Every entry is of one deed that the record tells of."""
    named = told(connection, _records.c.data, "entry").label("entry_id")
    moved = select(named).where(_records.c.event.in_(MOVED))
    sent = select(_records.c.subject).where(_records.c.event == records.TRANSFER_MADE)
    yield from _each_once(connection, _entries, _entries.c.id, moved.union_all(sent))


def approvals(connection):
    """Every approval that was spent is of one deed that the record tells of."""
    approval = told(connection, _records.c.data, "approval").label("approval")
    shown = select(approval).where(_records.c.event.in_(ORDERED), approval.is_not(None))
    yield from _each_once(connection, _spent, _spent.c.transaction_id, shown)


def _each_once(connection, table, key, recorded):
    """Is every row of ``table`` named once by ``recorded``? The database compares them as a whole.

    Of those that are not, the first few are told.
    """
    told_of = recorded.subquery("told_of")
    [name] = told_of.c
    lines = select(key, name).join(told_of, name == key, isouter=True).where(name.is_(None))
    for row in connection.execute(lines.order_by(key).limit(1)):
        yield Difference(table.name, row[0], "deeds in the record", 1, 0)
    several = select(name).group_by(name).having(func.count() > 1).order_by(name).limit(1)
    for row in connection.execute(several):
        yield Difference(table.name, row[0], "deeds in the record", 1, "several")
    yield None


def _approved(row, data):
    expected = {"kind": _kind(row, data), "owner_sub": row.actor, "client_id": data["client"]}
    for name, value in expected.items():
        found = row._mapping[f"spent_{name}"]
        if found != value:
            yield _of(row, f"approval's {name}", value, found)


def _needed_none(row, data):
    """By the limits of then; where none were kept with it, its amounts are not judged."""
    if row.event == records.WITHDRAWAL_REQUESTED or "unapproved" not in data:
        yield _of(row, "approval", "one", None)
        return
    since = data["unapproved"]
    limits = since.get("limits")
    if limits is None:
        return
    if data["amount"] >= limits["from_minor"]:
        yield _of(row, "approval", f"one from {limits['from_minor']} on", None)
    for name in ("minor", "count"):
        most = limits[f"cumulative_{name}"]
        if since[name] > most:
            yield _of(row, f"unapproved {name}", f"at most {most}", since[name])


def _kind(row, data):
    if row.event == records.PAYMENT_ORDERED:
        return DETAILS[data["kind"]]
    return "wallet_transfer" if row.event == records.TRANSFER_MADE else "atm_withdrawal"


def _of(row, what, expected, found):
    return Difference(_records.name, str(row.seq), what, expected, found)
