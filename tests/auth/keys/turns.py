"""The verbs of rotation as a command uses them, each kept; and what can be seen of the keys."""

import json
from collections import Counter
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.database import db
from app.auth.keys import jose, ring, rotation, timetable
from app.auth.keys.models import SigningKey
from app.foundation.database import kept

FIRST = {f"{alg} {state}": 1 for alg in jose.ALGORITHMS for state in ("active", "next")}


def ensure():
    """Make the keys that are missing."""
    with kept(db):
        rotation.ensure()


def rotate(alg=None):
    """Turn the keys over; return the ids of the new active ones."""
    with kept(db):
        return [row.kid for row in rotation.rotate(alg)]


def retire(kid):
    """Withdraw a key."""
    with kept(db):
        rotation.retire(kid)


def keep_timetable():
    """Do what the worker does."""
    with kept(db):
        return timetable.keep()


def states():
    """Return how many keys are in each state of each algorithm."""
    db.session.rollback()
    rows = db.session.execute(select(SigningKey.alg, SigningKey.state))
    return Counter(f"{alg} {state}" for alg, state in rows)


def kids(state, alg="ES256"):
    """Return the ids of the keys of ``alg`` in ``state``."""
    db.session.rollback()
    mine = select(SigningKey.kid).where(SigningKey.state == state, SigningKey.alg == alg)
    return set(db.session.scalars(mine))


def row(kid):
    """Return a key as it is now."""
    db.session.rollback()
    return db.session.get(SigningKey, kid, populate_existing=True)


def published():
    """Return the ids in the key set, as another process reads it."""
    ring.current().forget()
    return {key["kid"] for key in json.loads(ring.current().jwks())["keys"]}


def signing(alg="ES256"):
    """Return the id of the key that signs, as another process sees it."""
    ring.current().forget()
    return ring.current().signer(alg).kid


def lead():
    """How long a key is published before it signs, from the settings."""
    config = current_app.config
    longest = max(60, config["JWKS_MAX_AGE_SECONDS"])
    return timedelta(seconds=longest + config["CACHE_SECONDS"] + 10)
