"""Where a page of history ended, in a form to come back with.

A place is a posting's moment and number, so what is posted meanwhile moves nothing about. The
text is signed under a key of the bank's, for one wallet: one that was made elsewhere, was altered,
or came with another wallet's history, is none.
"""

import base64
import re
import struct
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask import current_app

from app.foundation import digests

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PLACE = struct.Struct(">qQ")
_PURPOSE = "history cursors"
_SIGNED = 8  # bytes: a guess is right once in 2⁶⁴, and then shows one's own history
_TEXT = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


class Place(NamedTuple):
    """Between two postings: after the one of that moment and number."""

    made_at: datetime
    posting_id: int


def write(wallet_id, place):
    """Return ``place`` as text for the history of ``wallet_id``."""
    packed = _PLACE.pack((place.made_at - _EPOCH) // _MICROSECOND, place.posting_id)
    [signature, *_older] = _signatures(wallet_id, packed)
    return base64.urlsafe_b64encode(packed + signature).decode()


def read(wallet_id, text):
    """Return the :class:`Place` in ``text``. Raises ValueError: when it is none of this wallet."""
    if not _TEXT.fullmatch(text):
        raise ValueError("not a cursor")
    raw = base64.urlsafe_b64decode(text)
    packed, signature = raw[: _PLACE.size], raw[_PLACE.size :]
    if not any(digests.same(signature, each) for each in _signatures(wallet_id, packed)):
        raise ValueError("not a cursor of this wallet")
    microseconds, posting_id = _PLACE.unpack(packed)
    return Place(_EPOCH + microseconds * _MICROSECOND, posting_id)


def _signatures(wallet_id, packed):
    """Under each sealing key, the first first."""
    keys = current_app.extensions["sealing"].derive_each(_PURPOSE)
    return [digests.keyed(key, f"{wallet_id} {packed.hex()}")[:_SIGNED] for key in keys]
