"""A key's way: next → active → retired → gone, on a timetable.

A next key is published before it signs, and a retired one after, so a client with a cached key
set never meets a signature it cannot verify. Two who turn the same key at once: the second waits
for the lock on the active key's row and finds the work done.
"""

import contextlib
import json
from datetime import timedelta
from pathlib import Path

from flask import current_app
from joserfc.errors import JoseError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.problems import NotFound, Problem

FIRST = ("ES256", "RS256")  # access tokens, ID tokens


class WrongKey(Problem):
    """``JWT_PRIVATE_KEY`` cannot sign for us."""

    code = "wrong_key"
    description = "JWT_PRIVATE_KEY: an RSA private key (PEM) of 2048 bits or more is needed."


def ensure(pem=""):
    """Make the first keys where there are none: one active and one next for each algorithm.

    Many may ask at once: the database keeps what the first of them made.

    pem: an RSA private key (PEM, with real or escaped line ends, or a path) that becomes the
    first active RS256 key (document 004, ``JWT_PRIVATE_KEY``).

    Raises WrongKey: when ``pem`` is no RSA private key of at least 2048 bits.
    """
    for alg in FIRST:
        states = set(db.session.scalars(select(SigningKey.state).where(SigningKey.alg == alg)))
        for state in ("active", "next"):
            if state not in states:
                imports = pem and alg == "RS256" and state == "active"
                _add_first(alg, state, _imported(pem) if imports else jose.generate(alg))
    ring.current().forget()


def rotate(alg=None, *, activated_before=None):
    """Make the next key active and publish a fresh next one; return the new active kids.

    alg: only this algorithm; else every one that has an active key. activated_before: leave
    alone a key that signs since that moment or later.
    """
    which = [SigningKey.alg == alg] if alg else []
    if activated_before:
        which.append(SigningKey.activated_at < activated_before)
    activated = []
    for active in _held(SigningKey.state == "active", *which):
        # Asked only with the active key held, or it could be what another rotation just replaced.
        for following in _held(SigningKey.state == "next", SigningKey.alg == active.alg):
            _follow(active, following)
            activated.append(following.kid)
    ring.current().forget()
    return activated


def retire(kid):
    """Withdraw a key from the key set at once: what it signed is no longer verified.

    An active key is first followed by the next one. Raises NotFound; raises Problem: when the
    active key has none to follow it.
    """
    row = next(iter(_held(SigningKey.kid == kid, SigningKey.state != "gone")), None)
    if row is None:
        raise NotFound("There is no such key.")
    if row.state == "active" and not rotate(row.alg):
        raise Problem("The active key has no next one to follow it.")
    was_next = row.state == "next"
    _withdraw(row)
    db.session.flush()
    if was_next:
        _add(row.alg, "next", jose.generate(row.alg))
    ring.current().forget()


def keep_timetable():
    """Rotate keys that are old enough, withdraw those nobody needs; return what was done."""
    config = current_app.config
    now = clock.now()
    rotated = rotate(activated_before=now - timedelta(days=config["SIGNING_KEY_DAYS"]))
    # An ID token is a good hint while its session may last, expired or not.
    longest = max(config[f"{what}_SECONDS"] for what in ("ACCESS_TOKEN", "ID_TOKEN", "SESSION"))
    unused = now - timedelta(seconds=longest + config["JWKS_MAX_AGE_SECONDS"])
    withdrawn = _held(SigningKey.state == "retired", SigningKey.retired_at < unused)
    for row in withdrawn:
        _withdraw(row)
    ring.current().forget()
    return {"rotated": rotated, "withdrawn": [row.kid for row in withdrawn]}


def listed():
    """Return every key, newest first."""
    newest = select(SigningKey).order_by(SigningKey.created_at.desc(), SigningKey.kid)
    return db.session.scalars(newest).all()


def _held(*which):
    """Return the rows of ``which``, locked in one order and as they are now."""
    query = select(SigningKey).where(*which).order_by(SigningKey.alg, SigningKey.kid)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def _follow(active, following):
    """Let ``following`` sign instead of ``active``; publish who follows next."""
    now = clock.now()
    active.state, active.retired_at = "retired", now
    trail.record(events.KEY_RETIRED, actor=events.SYSTEM, subject=active.kid)
    db.session.flush()  # one active key at a time: the database's own rule
    following.state, following.activated_at = "active", now
    trail.record(events.KEY_ACTIVATED, actor=events.SYSTEM, subject=following.kid)
    db.session.flush()
    _add(following.alg, "next", jose.generate(following.alg))


def _withdraw(row):
    row.state, row.private_sealed = "gone", None
    row.retired_at = row.retired_at or clock.now()
    trail.record(events.KEY_WITHDRAWN, actor=events.SYSTEM, subject=row.kid)


def _add_first(alg, state, key):
    """Add a key unless somebody else is doing so: whoever comes second waits, and keeps theirs."""
    with contextlib.suppress(IntegrityError), db.session.begin_nested():
        _add(alg, state, key)


def _add(alg, state, key):
    kid = key.thumbprint()
    described = {"kid": kid, "alg": alg, "use": "sig"}
    public = key.as_dict(private=False) | described
    private = json.dumps(key.as_dict(private=True)).encode()
    sealing = current_app.extensions["sealing"]
    row = SigningKey(
        kid=kid,
        alg=alg,
        state=state,
        public_jwk=json.dumps(public),
        private_sealed=sealing.seal(private, f"signing_keys/{kid}/private_sealed"),
        activated_at=clock.now() if state == "active" else None,
    )
    db.session.add(row)
    db.session.flush()
    trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject=kid)


def _imported(pem):
    text = pem.replace("\\n", "\n")
    try:
        if "-----BEGIN" not in text:
            text = Path(text).read_text()
        key = jose.import_key("RS256", text.encode())
    except (OSError, ValueError, TypeError, JoseError) as error:
        raise WrongKey(detail=type(error).__name__) from None
    if not key.is_private or key.raw_value.key_size < 2048:
        raise WrongKey
    return key
