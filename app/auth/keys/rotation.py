"""A key's way: next → active → retired → gone, on a timetable.

A next key is published before it signs, and a retired one after, so a client with a cached key
set never meets a signature it cannot verify. Two rotations at once: the second waits for the row
lock and finds the work done.
"""

import json
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.keys import jose, ring
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.problems import NotFound

FIRST = ("ES256", "RS256")  # access tokens, ID tokens


def ensure(pem=""):
    """Make the first keys where there are none: one active and one next for each algorithm.

    pem: an RSA private key (PEM, with real or escaped line ends, or a path) that becomes the
    first active RS256 key (document 004, ``JWT_PRIVATE_KEY``).

    Raises ValueError: when ``pem`` is no RSA key of at least 2048 bits.
    """
    for alg in FIRST:
        states = set(db.session.scalars(select(SigningKey.state).where(SigningKey.alg == alg)))
        if "active" not in states:
            imported = _imported(pem) if pem and alg == "RS256" else None
            _add(alg, "active", imported)
        if "next" not in states:
            _add(alg, "next")
    ring.current().forget()


def rotate(alg=None):
    """Make the next key active and publish a fresh next one; return the new active kids.

    alg: only this algorithm; else every one that has an active key.
    """
    query = select(SigningKey).where(SigningKey.state.in_(("next", "active"))).with_for_update()
    if alg:
        query = query.where(SigningKey.alg == alg)
    rows = db.session.scalars(query.order_by(SigningKey.kid)).all()
    now = clock.now()
    activated = []
    for row in sorted(rows, key=lambda row: row.state):  # the active one steps down first
        if row.state == "active":
            row.state, row.retired_at = "retired", now
            trail.record(events.KEY_RETIRED, actor=events.SYSTEM, subject=row.kid)
        else:
            row.state, row.activated_at = "active", now
            activated.append(row)
            trail.record(events.KEY_ACTIVATED, actor=events.SYSTEM, subject=row.kid)
        db.session.flush()
    for row in activated:
        _add(row.alg, "next")
    ring.current().forget()
    return [row.kid for row in activated]


def retire(kid):
    """Withdraw a key from the key set at once: what it signed is no longer verified.

    An active key is first followed by the next one. Raises NotFound.
    """
    row = db.session.get(SigningKey, kid)
    if row is None or row.state == "gone":
        raise NotFound("There is no such key.")
    if row.state == "active":
        rotate(row.alg)
    _withdraw(row)
    if not db.session.scalar(
        select(SigningKey.kid).where(SigningKey.alg == row.alg, SigningKey.state == "next")
    ):
        _add(row.alg, "next")
    ring.current().forget()


def keep_timetable():
    """Rotate keys that are old enough, withdraw those nobody needs; return what was done."""
    config = current_app.config
    now = clock.now()
    old = now - timedelta(days=config["SIGNING_KEY_DAYS"])
    overdue = select(SigningKey.alg).where(
        SigningKey.state == "active", SigningKey.activated_at < old
    )
    rotated = [kid for alg in db.session.scalars(overdue).all() for kid in rotate(alg)]
    # An ID token is a good hint while its session may last, expired or not.
    longest = max(config[f"{what}_SECONDS"] for what in ("ACCESS_TOKEN", "ID_TOKEN", "SESSION"))
    unused = now - timedelta(seconds=longest + config["JWKS_MAX_AGE_SECONDS"])
    gone = select(SigningKey).where(SigningKey.state == "retired", SigningKey.retired_at < unused)
    withdrawn = db.session.scalars(gone.with_for_update()).all()
    for row in withdrawn:
        _withdraw(row)
    ring.current().forget()
    return {"rotated": rotated, "withdrawn": [row.kid for row in withdrawn]}


def listed():
    """Return every key, newest first."""
    newest = select(SigningKey).order_by(SigningKey.created_at.desc(), SigningKey.kid)
    return db.session.scalars(newest).all()


def _withdraw(row):
    row.state, row.private_sealed = "gone", None
    row.retired_at = row.retired_at or clock.now()
    trail.record(events.KEY_WITHDRAWN, actor=events.SYSTEM, subject=row.kid)


def _add(alg, state, key=None):
    key = key or jose.generate(alg)
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
    if "-----BEGIN" not in text:
        text = Path(text).read_text()
    key = jose.import_key("RS256", text.encode())
    if not key.is_private or key.raw_value.key_size < 2048:
        raise ValueError("JWT_PRIVATE_KEY: an RSA private key of 2048 bits or more is needed")
    return key
