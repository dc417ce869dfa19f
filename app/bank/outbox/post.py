"""Put notices to people in the outbox, in the transaction of the deed they tell of (S112).

Nobody waits for them: the worker hands them over. People are named by their ``sub`` alone, never
by what they are called: that the other house knows.
"""

import json
from datetime import datetime
from functools import lru_cache
from string import ascii_lowercase

from app.bank.database import hot
from app.foundation import clock, ids
from app.foundation.hot import Statement

_MONEY = frozenset({"amount", "currency", "at"})
CATALOGUE = {  # each notice, and what it is told by
    "payment_done": _MONEY | {"payee"},
    "payment_pending": _MONEY | {"payee"},
    "payment_refused": _MONEY | {"payee"},
    "payment_reversed": _MONEY | {"payee"},
    "bill_paid": _MONEY | {"payee"},
    "topup_done": _MONEY | {"payee"},
    "payment_received": _MONEY | {"payer"},
    "deposit_received": _MONEY,
    "withdrawal_ready": _MONEY | {"ends_at"},
    "withdrawal_done": _MONEY,
    "withdrawal_released": _MONEY,
    "limit_changed": _MONEY | {"limit"},
    "limit_rising": _MONEY | {"limit", "ends_at"},
    "payee_trusted": frozenset({"payee", "at"}),
}
_INTO = "INSERT INTO bank_notices (id, sub, notice, data, created_at, due_at, tries) VALUES "
_OF_PEOPLE = {"payee_sub": "payee", "payer_sub": "payer"}


def put(sub, notice, **data):
    """Tell the person ``sub`` the ``notice`` (a name in :data:`CATALOGUE`).

    data: what the catalogue says of it, amounts in whole minor units, moments aware; instead of
    ``payee`` or ``payer`` (what to call them) there may be ``payee_sub`` or ``payer_sub`` (who).

    Raises ValueError: when it is another, which is a mistake of our own.
    """
    put_each([(sub, notice, data)])


def put_each(told):
    """Put up to 26, ``(sub, notice, data)`` each, as :func:`put` does, in one statement."""
    values = {"now": clock.now()}
    for letter, (sub, notice, data) in zip(ascii_lowercase, told, strict=False):
        row = {"id": ids.new("ntc"), "sub": sub, "notice": notice, "data": _written(notice, data)}
        values |= {f"{name}_{letter}": value for name, value in row.items()}
    hot.within(_put(len(told)), **values)


@lru_cache
def _put(count):
    """The statement that puts so many."""
    rows = (
        f"(:id_{letter}, :sub_{letter}, :notice_{letter}, :data_{letter}, :now, :now, 0)"
        for letter in ascii_lowercase[:count]
    )
    return Statement(_INTO + ", ".join(rows))


def _written(notice, data):
    names = {_OF_PEOPLE.get(name, name) for name in data}
    if names != CATALOGUE.get(notice) or len(names) != len(data):
        raise ValueError(f"{notice} is told otherwise")
    return json.dumps(data, sort_keys=True, default=_moment)


def _moment(value):
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("neither JSON nor an aware moment")
    return value.isoformat()
