"""What apps were told: an answer that was kept names a deed that there is."""

import json

from sqlalchemy import select

from app.bank import idempotency
from app.bank.atm.models import Withdrawal
from app.bank.idempotency import IdempotencyKey
from app.bank.ledger.models import Entry
from app.bank.payments.models import Payment
from app.bank.reconciling.snapshot import Difference, rows
from app.foundation.sealing import CannotOpen

_keys = IdempotencyKey.__table__
_NAMED = {  # what an answer calls it, and where it stands
    "transferId": Entry.__table__,
    "depositId": Entry.__table__,
    "paymentId": Payment.__table__,
    "withdrawalId": Withdrawal.__table__,
}
_DONE = range(200, 300)


def answers(connection):
    """Every answer that tells of a deed names one that was done; a sealed one is opened for it."""
    for row in rows(connection, select(_keys), *_keys.primary_key.columns):
        where = f"{row.route} {row.key}"
        try:
            body = idempotency.answered(row)
        except (CannotOpen, ValueError):
            yield Difference(_keys.name, where, "answer", "one that opens", "sealed")
            continue
        for name, identifier in _deeds(row.status, body):
            table = _NAMED[name]
            there = select(table.c.id).where(table.c.id == identifier)
            if connection.execute(there).first() is None:
                yield Difference(_keys.name, where, name, f"a row of {table.name}", identifier)
        yield None


def _deeds(status, body):
    told = json.loads(body) if status in _DONE and body else {}
    return [(name, told[name]) for name in _NAMED if isinstance(told, dict) and name in told]
