"""What an application holds: told before it is switched off or removed."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens.models import RefreshToken
from app.foundation import clock


class Holdings(NamedTuple):
    """people: how many have allowed it something; families: its refresh tokens that still live."""

    people: int
    families: int


def of_client(client_id):
    """Return the :class:`Holdings` of a client; one that is unknown holds nothing."""
    people = select(func.count()).where(Consent.client_id == client_id)
    families = select(func.count()).where(RefreshToken.client_id == client_id, _lives(clock.now()))
    return Holdings(db.session.scalar(people), db.session.scalar(families))


def _lives(now):
    opened = select(Session.id).where(
        Session.id == RefreshToken.session_id, Session.ended_at.is_(None), Session.expires_at > now
    )
    lasts = RefreshToken.offline | opened.exists()
    return RefreshToken.ended_at.is_(None) & (RefreshToken.expires_at > now) & lasts
