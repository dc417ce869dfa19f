"""The signing keys as administrators see and turn them."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.keys import jose, rotation
from app.auth.keys.models import SigningKey
from app.foundation import paging
from app.foundation.problems import NotFound

STATES = ("next", "active", "retired", "gone")
ALGORITHMS = tuple(jose.ALGORITHMS)
ORDERS = {
    "newest": (SigningKey.created_at.desc(), SigningKey.kid),
    "oldest": (SigningKey.created_at, SigningKey.kid),
}


def look(*, state=None, alg=None, order="newest", page=1):
    """Return the :class:`~app.foundation.paging.Found` page of keys that fit.

    state: one of :data:`STATES`; alg: one of :data:`ALGORITHMS`; order: a name in :data:`ORDERS`.
    """
    query = _fitting(state, alg)
    return paging.paged(db.session, query, ORDERS.get(order, ORDERS["newest"]), page)


def batches(*, state=None, alg=None, order="newest"):
    """Yield lists of every key that fits, as :func:`look` would show them on all pages."""
    order = ORDERS.get(order, ORDERS["newest"])
    return paging.batches(db.session, _fitting(state, alg), order, SigningKey.kid)


def get(kid):
    """Return the key. Raises NotFound."""
    row = db.session.get(SigningKey, kid)
    if row is None:
        raise NotFound("There is no such key.")
    return row


def turns_at(row):
    """Return when an active key is turned over by itself; None for any other."""
    days = timedelta(days=current_app.config["SIGNING_KEY_DAYS"])
    return row.activated_at + days if row.state == "active" else None


def rotate(alg=None, *, by):
    """Turn keys over as `rotation.rotate` does, for the record of who asked; return the active."""
    turned = rotation.rotate(alg)
    for row in turned:
        trail.record(events.KEY_ORDERED, actor=by, subject=row.kid, data={"deed": "rotate"})
    return turned


def retire(kid, *, by):
    """Withdraw a key at once, as `rotation.retire` does, for the record of who asked.

    Raises NotFound; raises Problem: when the active key has no next one.
    """
    rotation.retire(kid)
    trail.record(events.KEY_ORDERED, actor=by, subject=kid, data={"deed": "retire"})


def _fitting(state, alg):
    fitting = [SigningKey.state == state] if state in STATES else []
    if alg in ALGORITHMS:
        fitting.append(SigningKey.alg == alg)
    return select(SigningKey).where(*fitting)
