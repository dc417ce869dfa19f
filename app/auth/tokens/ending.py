"""End a session, a grant or a client everywhere: refresh tokens, access tokens, record.

What is ended is ended at once here, and within the seconds of its cache at every resource server
(`decisions.md` §15).
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import bindparam, select, text, update

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens import access
from app.auth.tokens.models import RefreshToken
from app.foundation import clock
from app.foundation.database import UtcDateTime

_INSERT = "INSERT INTO revoked_tokens (name, expires_at) VALUES (:name, :expires_at)"
_UNTIL = bindparam("expires_at", type_=UtcDateTime)
_LISTED = text(f"{_INSERT} ON CONFLICT (name) DO NOTHING").bindparams(_UNTIL)
_LISTED_ANEW = text(
    f"{_INSERT} ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at"
).bindparams(_UNTIL)


def session(session_id, reason, *, actor=events.SYSTEM, offline=False):
    """End one browser session; return whether it was still open.

    offline: also what was granted to outlive it (``offline_access``). True for every ending that
    a person chose from a list, a password change, or a lock; False for signing out.
    """
    now = clock.now()
    open_one = update(Session).where(Session.id == session_id, Session.ended_at.is_(None))
    done = db.session.execute(open_one.values(ended_at=now, end_reason=reason)).rowcount == 1
    families = RefreshToken.session_id == session_id
    _end_families(families if offline else families & RefreshToken.offline.is_(False), reason)
    if offline:
        mine = select(RefreshToken.grant_id).where(families)
        for grant_id in db.session.scalars(mine).all():
            _list(f"grant:{grant_id}")
    _list(f"sid:{session_id}")
    if done:
        trail.record(
            events.SESSION_ENDED,
            actor=actor,
            subject=session_id,
            data={"reason": reason},
        )
    return done


def sessions_of(user_id, reason, *, actor=events.SYSTEM, but=None):
    """End every open session of a person, ``but`` one, and all that was granted under them."""
    mine = select(Session.id).where(Session.user_id == user_id)
    families = select(RefreshToken.session_id).where(
        RefreshToken.user_id == user_id, RefreshToken.ended_at.is_(None)
    )
    opened = set(db.session.scalars(mine.where(Session.ended_at.is_(None))).all())
    for session_id in sorted(opened | set(db.session.scalars(families).all())):
        if session_id != but:
            session(session_id, reason, actor=actor, offline=True)


def grant(grant_id, event, *, actor):
    """End a grant: its refresh family and every access token of it. Keeps ``event``."""
    _end_families(RefreshToken.grant_id == grant_id, event)
    _list(f"grant:{grant_id}")
    trail.record(event, actor=actor, subject=grant_id)


def client(client_id, reason):
    """End every token that a client has now, its own and those people granted it."""
    _end_families(RefreshToken.client_id == client_id, reason)
    until = clock.now() + access.CLIENT_LISTED
    db.session.execute(_LISTED_ANEW, {"name": f"client:{client_id}", "expires_at": until})


def token(jti, *, actor):
    """End one access token alone (RFC 7009 §2.1)."""
    _list(f"jti:{jti}")
    trail.record(events.TOKEN_REVOKED, actor=actor, subject=jti)


def _end_families(which, reason):
    live = update(RefreshToken).where(which, RefreshToken.ended_at.is_(None))
    values = {"ended_at": clock.now(), "end_reason": reason, "successor_sealed": None}
    db.session.execute(live.values(values).execution_options(synchronize_session=False))


def _list(name):
    """List ``name`` until the last access token it speaks of has expired."""
    longest = timedelta(seconds=current_app.config["ACCESS_TOKEN_SECONDS"])
    db.session.execute(_LISTED, {"name": name, "expires_at": clock.now() + 2 * longest})
