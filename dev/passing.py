"""Let time pass for one person: what is kept of them happened so much longer ago.

What anybody tried before, and every code that was sent, is over with it.
"""

from datetime import timedelta

from sqlalchemy import select, update

from app.auth.accounts import lookup
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.auth.recoveries.models import FactorRecovery
from app.foundation import clock
from app.foundation.database import kept

OF_A_PERSON = ("email_verified_at", "phone_verified_at", "password_changed_at")
OF_A_RECOVERY = ("begun_at", "opens_at", "closes_at", "told_at")


def hours(server, email, many):
    """Let ``many`` hours pass at ``server`` for who has the address ``email``: none are waited."""
    with server.inside("auth") as app, app.app_context(), kept(db):
        user = lookup.by_email(email)
        waits = select(FactorRecovery).where(FactorRecovery.user_id == user.id)
        db.session.execute(update(LoginTries).values(ends_at=clock.now()))
        _move(user, OF_A_PERSON, many)
        for recovery in db.session.scalars(waits):
            _move(recovery, OF_A_RECOVERY, many)


def _move(row, names, many):
    for name in names:
        if getattr(row, name):
            setattr(row, name, getattr(row, name) - timedelta(hours=many))
