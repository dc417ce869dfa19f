"""For how long who gave a reason may look."""

from datetime import timedelta

from sqlalchemy import bindparam, exists, select, text

from app.auth.database import db
from app.auth.support.models import Look
from app.foundation import clock
from app.foundation.database import UtcDateTime

LASTS = timedelta(minutes=15)

_OPEN = text(
    "INSERT INTO looks (session_id, user_id, until) VALUES (:session_id, :user_id, :until)"
    " ON CONFLICT (session_id, user_id) DO UPDATE SET until = excluded.until"
).bindparams(bindparam("until", type_=UtcDateTime))


def begin(session_id, user_id):
    """Let this browser session see the person for :data:`LASTS`."""
    until = clock.now() + LASTS
    db.session.execute(_OPEN, {"session_id": session_id, "user_id": user_id, "until": until})


def is_open(session_id, user_id):
    """May this browser session see the person?"""
    mine = (Look.session_id == session_id) & (Look.user_id == user_id)
    return db.session.scalar(select(exists().where(mine, Look.until > clock.now())))
