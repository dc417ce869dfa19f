"""Where a person is signed in."""

from sqlalchemy import select

from app.auth.database import db
from app.auth.sessions.models import Session
from app.foundation import clock


def in_use(user_id):
    """Return the person's live sessions, the one seen last first."""
    live = select(Session).where(
        Session.user_id == user_id, Session.ended_at.is_(None), Session.expires_at > clock.now()
    )
    return list(db.session.scalars(live.order_by(Session.last_seen_at.desc(), Session.id)))
