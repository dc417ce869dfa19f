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
    """The withdrawal of a voucher, as a terminal finds it. alive: can it be paid out?

    unsettled: was it paid out, and nobody has told yet what became of the cash? cash_wallet_id: of
    that terminal. The last three: where it was paid out, or None.
    """

    id: str
    wallet_id: str
    hold_id: str
    client_id: str
    channel: str
    amount_minor: int
    currency: str
    made_at: datetime
    alive: bool
    unsettled: bool
    cash_wallet_id: str
    terminal_id: str | None
    dispense_id: str | None
    key_digest: bytes | None


def _find(column):
    return Statement(
        f"""SELECT shown.id, wallet_id, hold_id, shown.client_id, channel, amount_minor, currency,
        made_at, state = 'requested' AND expires_at > :now AS alive, state = 'validated',
        cash_wallet_id, shown.terminal_id, dispense_id, key_digest FROM atm_withdrawals AS shown
        JOIN atm_terminals AS here ON here.id = :terminal_id AND here.kind = channel
        WHERE {column} = :digest AND made_at > :since
        ORDER BY alive DESC, made_at DESC LIMIT 1""",
        Found,
    )


_FIND = {column: _find(column) for column in ("code_digest", "qr_digest")}


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
    """Return the withdrawal (:class:`Found`) whose voucher is ``shown`` (:class:`orders.Shown`).

    Of several that had the same digits the one that can be paid out; else the latest. None where
    there is none for this kind of terminal.
    """
    now = clock.now()
    asked = {"now": now, "since": now - _KNOWN, "terminal_id": shown.terminal_id}
    each = _digests(shown.token)
    found = [hot.first(_FIND[column], digest=digest, **asked) for column, digest in each]
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


def _digests(shown):
    """Return ``(column, digest)`` under each sealing key; none of what can be no voucher."""
    typed = "".join(shown.split())
    if not (_CODE.fullmatch(typed) or _PAYLOAD.fullmatch(typed)):
        return []
    column = "code_digest" if len(typed) == _DIGITS else "qr_digest"
    keys = current_app.extensions["sealing"].derive_each(_PURPOSE)
    return [(column, digests.keyed(key, typed)) for key in keys]
