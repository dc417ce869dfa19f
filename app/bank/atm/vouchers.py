"""Vouchers: eight digits to type or a code to scan, of which digests alone are kept.

The digits are few, so the tries at them are counted and they live for minutes; what the QR code
says is a secret of 128 bits of its own, and does not tell the digits.
"""

import re
import string
from datetime import datetime, timedelta
from typing import NamedTuple

import segno
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.bank.atm.models import WAITING, Withdrawal
from app.bank.database import db, hot
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement
from app.foundation.problems import Unavailable

_PREFIX = "portaria:atm:1:"
_DIGITS = 8
_CODE = re.compile(rf"[0-9]{{{_DIGITS}}}")
_PAYLOAD = re.compile(re.escape(_PREFIX) + r"[A-Za-z0-9_-]{22}")
_DRAWS = 20  # of codes that somebody else's voucher has at this moment
_KNOWN = timedelta(days=1)  # for so long a used voucher is told from a wrong one
_PURPOSE = "atm_vouchers"
_rows = Withdrawal.__table__


class Voucher(NamedTuple):
    """What its owner shows: the digits, or what the QR code says."""

    code: str
    payload: str


class Found(NamedTuple):
    """The withdrawal of a voucher. alive: can it be paid out?"""

    id: str
    wallet_id: str
    hold_id: str
    client_id: str
    channel: str
    amount_minor: int
    currency: str
    made_at: datetime
    alive: bool


_FIND = Statement(
    """SELECT id, wallet_id, hold_id, client_id, channel, amount_minor, currency, made_at,
    state = 'requested' AND expires_at > :now AS alive FROM atm_withdrawals
    WHERE (code_digest = :code OR qr_digest = :qr) AND made_at > :since
    ORDER BY alive DESC, made_at DESC LIMIT 1""",
    Found,
)


def issue(values):
    """Keep a withdrawal of ``values`` (dict) with a new voucher; return the :class:`Voucher`.

    Raises Unavailable: when no code is free, of a hundred million.
    """
    for _ in range(_DRAWS):
        voucher = Voucher(ids.letters(string.digits, _DIGITS), _PREFIX + ids.secret(128))
        kept = values | {"code_digest": _first(voucher.code), "qr_digest": _first(voucher.payload)}
        if db.session.execute(_insert().values(kept).returning(_rows.c.id)).first():
            return voucher
    raise Unavailable(detail="no voucher is free")


def find(shown):
    """Return the withdrawal (:class:`Found`) whose voucher is ``shown`` (text), or None.

    Of several that had the same digits the one that can be paid out; else the latest.
    """
    typed = "".join(shown.split())
    if not (_CODE.fullmatch(typed) or _PAYLOAD.fullmatch(typed)):
        return None
    shown_as, other = ("code", "qr") if len(typed) == _DIGITS else ("qr", "code")
    now = clock.now()
    asked = {"now": now, "since": now - _KNOWN, other: None}
    found = [hot.first_within(_FIND, **asked, **{shown_as: digest}) for digest in _each(typed)]
    return max(filter(None, found), key=lambda row: (row.alive, row.made_at), default=None)


def picture(payload):
    """Return ``payload`` as a QR code: SVG, to stand in a page as it is."""
    code = segno.make(payload, error="m", micro=False)
    return code.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", omitsize=True)


def _insert():
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return dialect.insert(_rows).on_conflict_do_nothing(
        index_elements=["code_digest"], index_where=WAITING
    )


def _first(secret):
    return digests.keyed(current_app.extensions["sealing"].derive(_PURPOSE), secret)


def _each(secret):
    keys = current_app.extensions["sealing"].derive_each(_PURPOSE)
    return [digests.keyed(key, secret) for key in keys]
