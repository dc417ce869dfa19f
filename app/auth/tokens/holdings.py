"""What an application holds now: what would end with it."""

from typing import NamedTuple

from sqlalchemy import func, select

from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.tokens.models import RefreshToken
from app.foundation import clock


class Holdings(NamedTuple):
    """people: who allowed it something; families: refresh tokens that still turn over."""

    people: int
    families: int


def of_client(client_id):
    """Return the :class:`Holdings` of a client; one that is unknown holds nothing."""
    allowed = select(func.count()).where(Consent.client_id == client_id)
    live = select(func.count()).where(
        RefreshToken.client_id == client_id,
        RefreshToken.ended_at.is_(None),
        RefreshToken.expires_at > clock.now(),
    )
    return Holdings(db.session.scalar(allowed), db.session.scalar(live))
