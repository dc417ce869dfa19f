"""Payments as their owner is shown them; nobody else is shown any."""

from typing import NamedTuple

from sqlalchemy import and_, or_, select

from app.bank.database import db
from app.bank.payments import phones, sealed
from app.bank.payments.models import TOPUP, Payment
from app.bank.payments.providers.interface import COMPLETED, PENDING, REVERSED
from app.foundation import clock, ids
from app.foundation.problems import NotFound

WAITS = "The provider has not confirmed it yet. The money is held until it does."

_payments = Payment.__table__


class Page(NamedTuple):
    """Some payments, newest first; cursor: what to go on from, or None."""

    rows: list
    cursor: str | None


def of(owner_sub, payment_id):
    """Return the row of a payment of ``owner_sub``. Raises NotFound: also for another's."""
    return _found(payment_id, _payments.c.owner_sub == owner_sub)


def named(payment_id):
    """Return the row of a payment, whoever's: for the operator. Raises NotFound."""
    return _found(payment_id)


def page(owner_sub, limit, cursor=None):
    """Return the :class:`Page` after ``cursor`` (a payment's id); new ones never shift it.

    Raises NotFound: when it names none of theirs.
    """
    order = _payments.c.made_at, _payments.c.id
    query = select(_payments).where(_payments.c.owner_sub == owner_sub)
    if cursor is not None:
        last = of(owner_sub, cursor)
        same = and_(_payments.c.made_at == last.made_at, _payments.c.id < last.id)
        query = query.where(or_(_payments.c.made_at < last.made_at, same))
    query = query.order_by(*(column.desc() for column in order)).limit(limit + 1)
    rows = db.session.execute(query).all()
    return Page(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def _found(payment_id, *more):
    if ids.is_one(payment_id, "pay"):
        mine = select(_payments).where(_payments.c.id == payment_id, *more)
        row = db.session.execute(mine).first()
        if row is not None:
            return row
    raise NotFound


def as_json(row, *, masked=False):
    """Return a payment's row as JSON. masked: show the phone's ends alone."""
    to = sealed.opened(row)
    told = {
        "paymentId": row.id,
        "kind": row.kind,
        "status": row.state,
        "amount": row.amount_minor,
        "currency": row.currency,
        "payee": {"name": to.name, "document": to.document, "institution": to.institution},
        "description": row.description,
        "createdAt": clock.iso(row.made_at),
        "settledAt": row.settled_at and clock.iso(row.settled_at),
        "reversedAt": row.reversed_at and clock.iso(row.reversed_at),
        "reason": None if row.state in {PENDING, COMPLETED} else row.problem,
        "receipt": f"/payments/{row.id}/receipt" if row.state in {COMPLETED, REVERSED} else None,
    }
    if row.state == PENDING:
        told["detail"] = WAITS
    if row.kind == TOPUP:
        return told | {"phone": phones.masked(to.to) if masked else to.to, "carrier": to.carrier}
    due = row.due_date and row.due_date.isoformat()
    return told | {"barcode": to.to, "line": to.line, "dueDate": due}
