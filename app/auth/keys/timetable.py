"""When each key turns by itself: next, active, retired, gone."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from app.auth.database import db
from app.auth.keys import jose, ring, rotation, succession
from app.auth.keys.models import SigningKey
from app.auth.keys.rotation import OURS
from app.foundation import clock


def keep():
    """Rotate keys that are old enough, withdraw those nobody needs; return what was done.

    What is missing on the way is made, unless this house has no key at all yet: its first ones
    are made where its settings are at hand.
    """
    now = clock.now()
    _complete()
    rotated = rotation.rotate(activated_before=now - _active())
    due = [SigningKey.state == "retired", SigningKey.retired_at < now - _retired()]
    withdrawn = succession.rows(*due)
    if withdrawn:
        succession.alone()
        withdrawn = succession.rows(*due)
    for row in withdrawn:
        succession.withdraw(row)
    ring.current().forget()
    return {"rotated": [row.kid for row in rotated], "withdrawn": [row.kid for row in withdrawn]}


def listed():
    """Return every key, those of an algorithm together, the newest first."""
    newest = SigningKey.created_at.desc(), SigningKey.state.desc(), SigningKey.kid
    return db.session.scalars(select(SigningKey).order_by(SigningKey.alg, *newest)).all()


def turns(rows):
    """Return by ``kid`` when each of ``rows`` (all keys) leaves its state, as the worker will do.

    A key that is gone leaves no more, and a next key without an active one waits for no moment.
    """
    ends = {row.alg: row.activated_at + _active() for row in rows if row.state == "active"}
    moments = {}
    for row in rows:
        if row.state in {"next", "active"}:
            moments[row.kid] = ends.get(row.alg)
        elif row.state == "retired":
            moments[row.kid] = row.retired_at + _retired()
    return moments


def _active():
    return timedelta(days=current_app.config["SIGNING_KEY_DAYS"])


def _retired():
    """How long what a key signed may be shown after it, and its key set be in use.

    An ID token is a good hint while its session may last, expired or not.
    """
    config = current_app.config
    longest = max(config[f"{what}_SECONDS"] for what in ("ACCESS_TOKEN", "ID_TOKEN", "SESSION"))
    return timedelta(seconds=longest) + succession.lead()


def _complete():
    """Make the keys that are missing of the algorithms we know."""
    whole = select(func.count()).where(SigningKey.state.in_(("next", "active")), OURS)
    if 0 < db.session.scalar(whole) < 2 * len(jose.ALGORITHMS):
        rotation.ensure()
