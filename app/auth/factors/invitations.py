"""Inviting people to a passkey: who has none, and has not said "not now" lately (UX A08)."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import bindparam, text

from app.auth.database import db
from app.auth.factors import passkeys
from app.auth.factors.models import PasskeyInvitation
from app.foundation import clock
from app.foundation.database import UtcDateTime

# Written so, because two tabs may say it at once.
_DECLINE = text(
    """
    INSERT INTO passkey_invitations (user_id, declined_at) VALUES (:user_id, :now)
    ON CONFLICT (user_id) DO UPDATE SET declined_at = excluded.declined_at
    """
).bindparams(bindparam("now", type_=UtcDateTime))


def are_open(user_id, now):
    """May the person be invited at ``now``? Whatever browser they declined in, it holds in all."""
    if current_app.config["PASSKEY_INVITATION"] == "off" or passkeys.is_enrolled(user_id):
        return False
    answered = db.session.get(PasskeyInvitation, user_id)
    return answered is None or answered.declined_at <= now - rest()


def decline(user_id):
    """The person says "not now": they are left in peace for a while."""
    db.session.execute(_DECLINE, {"user_id": user_id, "now": clock.now()})


def rest():
    """Return for how long who has declined is not asked again."""
    return timedelta(days=current_app.config["PASSKEY_INVITATION_DAYS"])
