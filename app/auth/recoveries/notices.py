"""What a person is told of a recovery: at once, then every day, each time with a way to stop it.

The link's secret is an HMAC of the row's id, so every message has the same, nothing of it is kept,
and it dies with the recovery.
"""

from datetime import timedelta

from flask import current_app

from app.auth.database import db
from app.auth.notifications import post
from app.auth.recoveries.models import FactorRecovery
from app.foundation import clock, digests, ids

EVERY = timedelta(days=1)
PATH = "/recovery/stop"


def tell(user, recovery):
    """Tell ``user`` by every contact they have proved that ``recovery`` waits, or is open."""
    is_open = recovery.is_open(clock.now())
    post.notice(
        _message(recovery, is_open),
        user,
        at=recovery.begun_at,
        ends_at=recovery.closes_at if is_open else recovery.opens_at,
        stop_link=f"{current_app.config['ISSUER']}{PATH}?token={token(recovery)}",
    )


def _message(recovery, is_open):
    if recovery.asked_by:
        return "factor_reset_asked"
    return "recovery_open" if is_open else "recovery_begun"


def token(recovery):
    """Return what stops ``recovery``, and is good for nothing else."""
    return f"{recovery.id}.{_proofs(recovery.id)[0].hex()}"


def find(shown):
    """Return the :class:`FactorRecovery` that the token ``shown`` stops while it lives, or None.

    Looking changes nothing (V-07).
    """
    recovery_id, _, proof = shown.partition(".")
    if not ids.is_one(recovery_id, "rcv"):
        return None
    given = proof.encode()
    if not any(digests.same(given, each.hex().encode()) for each in _proofs(recovery_id)):
        return None
    recovery = db.session.get(FactorRecovery, recovery_id)
    alive = recovery and recovery.ended_at is None and clock.now() < recovery.closes_at
    return recovery if alive else None


def _proofs(recovery_id):
    keys = current_app.extensions["sealing"].derive_each("stop_recovery")
    return [digests.keyed(key, recovery_id) for key in keys]
