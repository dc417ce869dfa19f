"""A key per person: what the law makes us keep of them ends, everywhere, when it is destroyed.

What is kept for years may be append-only and in backups: nothing of it need be found and removed.
The key itself is sealed by the ring, so that sealing keys turn without touching what it seals.
"""

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.auth.database import db
from app.auth.retention.models import PersonKey
from app.foundation import clock, database, ids, sealing
from app.foundation.problems import Problem


class Erased(Problem):
    """The time to keep it is over, and its key was destroyed."""

    code = "erased"
    status = 410
    description = "What was kept of that person was erased."


def seal(sub, clear, place):
    """Return ``clear`` (bytes) sealed for ``place`` under the key of ``sub``, made if need be."""
    return sealing.seal_under(_find(sub) or _make(sub), clear, place)


def open_(sub, sealed, place):
    """Return what was sealed for ``place``. Raises Erased: when the key is no more."""
    key = _find(sub)
    if key is None:
        raise Erased
    try:
        return sealing.open_under(key, sealed, place)
    except sealing.CannotOpen as error:
        raise Erased(detail="changed or moved") from error


def destroy(sub):
    """Destroy the key of ``sub``, for good; whether there was one."""
    return bool(database.write(db, delete(PersonKey).where(PersonKey.sub == sub)).rowcount)


def _find(sub):
    sealed = db.session.scalar(select(PersonKey.key_sealed).where(PersonKey.sub == sub))
    return sealed and _ring().open(bytes(sealed), _place(sub)).decode()


def _make(sub):
    """Make the key of ``sub``; of many at once, all get the one that was first."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    sealed = _ring().seal(ids.secret().encode(), _place(sub))
    row = {"sub": sub, "key_sealed": sealed, "made_at": clock.now()}
    db.session.execute(dialect.insert(PersonKey).values(row).on_conflict_do_nothing())
    return _find(sub)


def _place(sub):
    return f"person_keys/{sub}/key_sealed"


def _ring():
    return current_app.extensions["sealing"]
