"""Taking a consent back; what was issued under it is `tokens.ending`'s to end."""

from sqlalchemy import delete, select

from app.auth.audit import events, trail
from app.auth.consents.models import Consent
from app.auth.database import db
from app.foundation import database
from app.foundation.problems import NotFound


def given(user_id):
    """Return the ids of the clients that the person allowed something, in one order always."""
    mine = select(Consent.client_id).where(Consent.user_id == user_id)
    return list(db.session.scalars(mine.order_by(Consent.client_id)))


def take_back(user_id, sub, client_id, *, by=None):
    """Forget what the person allowed this client: next time it has to ask for all of it.

    by: who of ours does so in the person's stead.

    Raises NotFound: when nothing was allowed, or no longer.
    """
    mine = delete(Consent).where(Consent.user_id == user_id, Consent.client_id == client_id)
    if not database.write(db, mine).rowcount:
        raise NotFound
    if by is None:
        trail.record(events.CONSENT_WITHDRAWN, actor=sub, subject=client_id)
    else:
        data = {"client": client_id}
        trail.record(events.CONSENT_WITHDRAWN, actor=by, subject=sub, data=data)
