"""After a backup was restored: whatever may have been used since it was made is good no more.

What is in the backup is what was good then. A refresh token turned over since would be taken
again, and by whom nobody could tell; so would a code, a link in a mail, a session that was ended.
"""

from flask import current_app
from sqlalchemy import select, union

from app.auth.accounts import lookup
from app.auth.accounts.models import ContactChange
from app.auth.accounts.proofs.models import PasswordReset, VerificationToken
from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.factors.models import RememberedBrowser
from app.auth.flows.four_eyes import acts
from app.auth.institutions import invitations
from app.auth.interactions.models import Interaction, PushedRequest
from app.auth.recoveries import waiting
from app.auth.recoveries.models import FactorRecovery
from app.auth.sessions.models import Session
from app.auth.staff import pending
from app.auth.tokens import ending
from app.auth.tokens.models import AuthorizationCode, DeviceCode, RefreshToken
from app.foundation import database
from app.foundation.database import kept

REASON = "restored"
BATCH = 100  # people a transaction
ONCE = {  # what is good once, or until it is withdrawn
    "authorization_codes": AuthorizationCode,
    "device_codes": DeviceCode,
    "interactions": Interaction,
    "pushed_requests": PushedRequest,
    "verification_tokens": VerificationToken,
    "password_resets": PasswordReset,
    "contact_changes": ContactChange,
    "remembered_browsers": RememberedBrowser,
}


def end_all():
    """End every session, grant and code there is, and what waits; return what, with counts.

    Keeps each batch by itself, so it may be done again after it was broken off: run it before
    anybody is served, outside of a request. People sign in again, apps ask again.
    """
    counts = {"people": _end_people(), "factor_recoveries": _stop_recoveries()}
    counts["invitations"] = _each(invitations.all_waiting, invitations.withdraw)
    counts["pending_acts"] = _each(pending.all_waiting, acts.refuse)
    for name, model in ONCE.items():
        counts[name] = database.clear(
            db, model, model.__table__.primary_key.columns[0].is_not(None), 1000
        )
    with kept(db):
        trail.record(events.BACKUP_RESTORED, actor=events.OPERATOR, subject=None, data=counts)
    current_app.extensions["clients"].clear()
    return counts


def _end_people():
    """End what people hold, a batch of them a transaction; return how many people."""
    here = union(
        select(Session.user_id).where(Session.ended_at.is_(None)),
        select(RefreshToken.user_id).where(RefreshToken.ended_at.is_(None)),
    ).subquery()
    ended, last = 0, 0
    while True:
        some = select(here.c.user_id).where(here.c.user_id > last)
        people = db.session.scalars(some.order_by(here.c.user_id).limit(BATCH)).all()
        if not people:
            return ended
        with kept(db):
            for user_id in people:
                ending.sessions_of(user_id, REASON, actor=events.OPERATOR)
        ended, last = ended + len(people), people[-1]


def _stop_recoveries():
    """Stop all who wait to come back without a factor: they may have stopped it since."""
    waits = select(FactorRecovery.user_id).where(FactorRecovery.ended_at.is_(None))
    with kept(db):
        people = db.session.scalars(waits.order_by(FactorRecovery.user_id)).all()
        return sum(waiting.stop(lookup.held(user_id), REASON) for user_id in people)


def _each(found, deed):
    """Do ``deed`` to each id that is ``found``, for it may have been answered since; count them."""
    with kept(db):
        waits = found()
        for one in waits:
            deed(one)
    return len(waits)
