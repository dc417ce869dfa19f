"""CPF and phone: sealed, and found again by a blind index (decisions §9).

The index is an HMAC under a key derived from the sealing ring. What was written before another
key became the ring's first is found too, as long as the older key is in the ring.
"""

from flask import current_app

from app.foundation import digests

KINDS = ("cpf", "phone")


def keep(user, kind, clear):
    """Seal ``clear`` (as :mod:`identifiers` writes it) as the person's ``kind`` of paper."""
    sealed = _ring().seal(clear.encode(), user.place(f"{kind}_sealed"))
    setattr(user, f"{kind}_sealed", sealed)
    setattr(user, f"{kind}_index", indexes(kind, clear)[0])


def read(user, kind):
    """Return the person's ``kind`` of paper in clear, or None when there is none."""
    sealed = getattr(user, f"{kind}_sealed")
    return sealed and _ring().open(sealed, user.place(f"{kind}_sealed")).decode()


def drop(user, kind):
    """Forget the person's ``kind`` of paper."""
    setattr(user, f"{kind}_sealed", None)
    setattr(user, f"{kind}_index", None)


def indexes(kind, clear):
    """Return every index ``clear`` may be kept under; a new one is written under the first."""
    return [digests.keyed(key, clear) for key in _ring().derive_each(f"{kind}_index")]


def _ring():
    return current_app.extensions["sealing"]
