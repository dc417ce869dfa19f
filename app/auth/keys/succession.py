"""Who signs when: one key after another, each published before its time and after it.

The verbs here change rows; whoever calls them holds :func:`alone`.
"""

import json
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.keys.models import SigningKey, has_begun
from app.foundation import clock

UNKNOWN_SECONDS = 60  # APIs look for a key they do not know once a minute (docs/api-developers.md)
APART_SECONDS = 10  # between the clocks of two machines, and between a key's making and its commit


def lead():
    """Return how long a key is published before it signs: as long as a key set may be in use.

    Others cache the key set, and had it from one of our processes, which had cached it too.
    """
    config = current_app.config
    cached = max(config["JWKS_MAX_AGE_SECONDS"], UNKNOWN_SECONDS)
    return timedelta(seconds=cached + config["CACHE_SECONDS"] + APART_SECONDS)


def alone():
    """Wait until nobody else turns keys: we all hold the oldest key's row, which stays for good."""
    oldest = select(SigningKey.kid).order_by(SigningKey.created_at, SigningKey.kid).limit(1)
    db.session.execute(oldest.with_for_update())


def rows(*which):
    """Return the keys of ``which`` as they are now."""
    query = select(SigningKey).where(*which).order_by(SigningKey.alg, SigningKey.kid)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def follow(active, pair):
    """Let the next key follow ``active`` and publish ``pair`` as the next one after it.

    It signs as soon as every key set in use holds it; until then ``active`` does. Returns the key
    that follows, or None when there is no next one.
    """
    waiting = rows(SigningKey.state == "next", SigningKey.alg == active.alg)
    if not waiting:
        return None
    [following] = waiting
    known = following.activated_at or following.created_at + lead()
    signs_from = max(clock.now(), known, active.activated_at)
    active.state, active.retired_at = "retired", signs_from
    _note(events.KEY_RETIRED, active, signs_until=signs_from)
    db.session.flush()  # one active key at a time: the database's own rule
    following.state, following.activated_at = "active", signs_from
    _note(events.KEY_ACTIVATED, following, signs_from=signs_from)
    db.session.flush()
    add_next(following.alg, pair)
    return following


def hand_over(row):
    """Give what is left of ``row``'s time to its neighbours, with which it shares its moments.

    What it would sign now, the one after it signs; what it would sign later, the one before.
    """
    now = clock.now()
    others = [SigningKey.alg == row.alg, SigningKey.state.in_(("active", "retired"))]
    others.append(SigningKey.kid != row.kid)
    if not has_begun(row, now):
        for before in rows(*others, SigningKey.retired_at == row.activated_at):
            before.retired_at = row.retired_at
            _note(events.KEY_RETIRED, before, signs_until=row.retired_at)
    elif row.retired_at > now:
        for after in rows(*others, SigningKey.activated_at == row.retired_at):
            after.activated_at = now
            _note(events.KEY_ACTIVATED, after, signs_from=now)


def lengthen(row, since, until):
    """Let the key that was to sign until ``row`` began (``since``) do so for longer."""
    others = [SigningKey.alg == row.alg, SigningKey.state.in_(("active", "retired"))]
    others += [SigningKey.kid != row.kid, SigningKey.retired_at == since]
    for before in rows(*others):
        before.retired_at = until
        _note(events.KEY_RETIRED, before, signs_until=until)


def withdraw(row, event=events.KEY_WITHDRAWN):
    """Take ``row`` out of the key set and wipe its private part.

    event: what is recorded; a compromised key is known as such ever after.
    """
    now = clock.now()
    if event == events.KEY_COMPROMISED:
        row.compromised_at = now
    if row.state == "next" or not has_begun(row, now):
        row.activated_at = None  # it never signed
    row.state, row.private_sealed = "gone", None
    row.retired_at = min(row.retired_at or now, now)
    row.gone_at = now
    _note(event, row)
    db.session.flush()


def add_next(alg, pair):
    """Publish ``pair`` as the next key of ``alg``; return its row."""
    now = clock.now()
    return add(alg, "next", pair, created_at=now, signs_from=now + lead())


def add(alg, state, pair, *, created_at, signs_from, signs_until=None):
    """Keep ``pair`` (a joserfc key) as a key of ``alg``, its private part sealed; return its row.

    signs_from: when it begins to sign; for a next key, when it may at the earliest.
    """
    kid = pair.thumbprint()
    public = pair.as_dict(private=False) | {"kid": kid, "alg": alg, "use": "sig"}
    private = json.dumps(pair.as_dict(private=True)).encode()
    sealing = current_app.extensions["sealing"]
    row = SigningKey(
        kid=kid,
        alg=alg,
        state=state,
        public_jwk=json.dumps(public),
        private_sealed=sealing.seal(private, f"signing_keys/{kid}/private_sealed"),
        created_at=created_at,
        activated_at=signs_from,
        retired_at=signs_until,
    )
    db.session.add(row)
    db.session.flush()
    _note(events.KEY_CREATED, row)
    return row


def _note(event, row, **moments):
    said = {name: moment.isoformat() for name, moment in moments.items()}
    trail.record(event, actor=events.SYSTEM, subject=row.kid, data=said or None)
