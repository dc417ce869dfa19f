"""Browsers that a person asked us to remember: no second factor from there, for 30 days.

Signing in from one is one factor, so whatever needs more asks again (`decisions.md` §15). It ends
by itself when the password changes, by whatever way, and when a factor is added or removed.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select

from app.auth.database import db
from app.auth.factors.models import RememberedBrowser
from app.auth.sessions import browser
from app.foundation import clock, database, digests


def is_remembered(user):
    """Need this person show no second factor from this browser?"""
    here = RememberedBrowser.browser_digest == _digest(user.id)
    found = db.session.scalar(select(RememberedBrowser).where(here))
    if found is None or found.expires_at <= clock.now():
        return False
    changed = user.password_changed_at
    return changed is None or changed <= found.created_at


def remember(user_id):
    """Remember this browser for ``SECOND_FACTOR_REMEMBER_DAYS``, counted from now."""
    database.write(
        db, delete(RememberedBrowser).where(RememberedBrowser.browser_digest == _digest(user_id))
    )
    now = clock.now()
    until = now + timedelta(days=current_app.config["SECOND_FACTOR_REMEMBER_DAYS"])
    db.session.add(
        RememberedBrowser(
            user_id=user_id, browser_digest=_digest(user_id), created_at=now, expires_at=until
        )
    )
    db.session.flush()


def forget(user_id):
    """No browser is remembered for the person any more."""
    database.write(db, delete(RememberedBrowser).where(RememberedBrowser.user_id == user_id))


def _digest(user_id):
    return digests.of(f"{browser.id()} {user_id}")
