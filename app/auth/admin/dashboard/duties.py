"""What needs somebody: what is wrong now, and what a new house has still to do."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from app.auth.audit import events
from app.auth.audit.chain import standing
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.institutions.models import UserRole
from app.auth.keys.models import SigningKey
from app.auth.notifications.models import OutboxMessage
from app.auth.notifications.queue import STATES
from app.foundation import clock

LATE = timedelta(minutes=5)  # a message that waits longer tells of a worker that is away


class Finding(NamedTuple):
    """state: ``good``, ``bad`` or ``todo``; name: of its sentence; n: how many, where it counts."""

    state: str
    name: str
    n: int = 0


def warnings():
    """Return the :class:`Finding` list of what is wrong now; none: all is well."""
    chain, dead = standing.now(), _count(OutboxMessage, STATES["dead"])
    late = _count(OutboxMessage, OutboxMessage.due_at < clock.now() - LATE)
    found = [
        Finding("bad", "chain") if not chain.whole else None,
        Finding("bad", "unsealed") if _is_unsealed(chain) else None,
        Finding("bad", "dead", dead) if dead else None,
        Finding("bad", "late", late) if late else None,
        Finding("todo", "unverified", unverified) if (unverified := _unverified()) else None,
        Finding("bad", "no_next_key") if not _has_next() else None,
    ]
    return [each for each in found if each]


def first_steps():
    """Return the :class:`Finding` list of a new house; none once all is done."""
    settings = current_app.config
    anchors = settings["AUDIT_ANCHOR_FILE"]
    done = {
        "second_admin": _count(UserRole, UserRole.role == "admin") > 1,
        "first_app": bool(_count(Client, Client.registered_by != events.SYSTEM)),
        "mail": bool(settings["MAIL_SERVER"]),
        "anchor": bool(anchors) and Path(anchors).exists(),
    }
    if all(done.values()):
        return []
    return [Finding("good" if is_done else "todo", name) for name, is_done in done.items()]


def _is_unsealed(chain):
    """Does the worker sign no heads, though there is something to sign?"""
    if not chain.size and not chain.waiting:
        return False
    seconds = 4 * current_app.config["AUDIT_HEAD_SECONDS"] + 60
    late = chain.head_at is None or chain.head_at < clock.now() - timedelta(seconds=seconds)
    return late and (chain.waiting > 0 or chain.head_size < chain.size)


def _has_next():
    return bool(_count(SigningKey, SigningKey.state == "next"))


def _unverified():
    return _count(Client, Client.verified_at.is_(None), Client.disabled_at.is_(None))


def _count(model, *fitting):
    return db.session.scalar(select(func.count()).select_from(model).where(*fitting))
