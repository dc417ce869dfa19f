"""End a session, consent, grant, leave or client everywhere: tokens, apps to be told, record.

What is ended is ended at once here, and within the seconds of its cache at every resource server
(`decisions.md` §15). An app that asked to hear of it gets a notice in the same transaction, which
:mod:`app.auth.tokens.logout_delivery` delivers.

Rows are held in one order by everybody, so that nobody waits in a circle: sessions, clients, then
what was issued under them.
"""

import json
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, text, union, update

from app.auth.audit import events, trail
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.notifications import subscriptions
from app.auth.sessions import devices
from app.auth.sessions.models import Session
from app.auth.support import acting
from app.auth.tokens import access
from app.auth.tokens.models import (
    AuthorizationCode,
    DeviceCode,
    LogoutNotice,
    RefreshToken,
    SessionClient,
)
from app.foundation import clock, database
from app.foundation.database import UtcDateTime

HEAD_START = timedelta(seconds=3)  # the page that ends a session tries first, then the worker
SLACK = timedelta(minutes=15)  # for what is being issued as it ends

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
    return bool(_sessions([session_id], reason, actor=actor, offline=offline))


def sessions_of(user_id, reason, *, actor=events.SYSTEM, but=None):
    """End every open session of a person, ``but`` one, and all that was granted under them.

    Notices are shown only there from then on: the sessions of other browsers may have run out, and
    their rows be gone, while they still took notices, and codes in them.
    """
    mine = select(Session.id).where(Session.user_id == user_id)
    families = select(RefreshToken.session_id).where(
        RefreshToken.user_id == user_id, RefreshToken.ended_at.is_(None)
    )
    opened = set(db.session.scalars(mine.where(Session.ended_at.is_(None))).all())
    named = (opened | set(db.session.scalars(families).all())) - {but}
    _sessions(sorted(named), reason, actor=actor, offline=True)
    subscriptions.end_of(user_id, devices.of_session(but))


def consent(user_id, client_id, reason, *, known_as):
    """End all that a person granted a client, and what is on its way to it.

    The client is told to forget whom it calls ``known_as``: every session of theirs, or each by
    name where it registered that it needs one (OIDC Back-Channel Logout §2.2).
    """
    sessions = select(Session.id).where(Session.user_id == user_id)
    there = (SessionClient.client_id == client_id) & SessionClient.session_id.in_(sessions)
    _notify_of_consent(client_id, known_as, there)
    database.write(db, delete(SessionClient).where(there))
    codes, devices, families = (
        (model.user_id == user_id) & (model.client_id == client_id)
        for model in (AuthorizationCode, DeviceCode, RefreshToken)
    )
    database.write(db, delete(AuthorizationCode).where(codes, AuthorizationCode.used_at.is_(None)))
    database.write(db, delete(DeviceCode).where(devices, DeviceCode.state == "approved"))
    _end_families(families, reason)
    since = clock.now() - access.longest()
    alive = union(
        select(RefreshToken.grant_id).where(families, RefreshToken.ended_at > since),
        select(AuthorizationCode.grant_id).where(codes, AuthorizationCode.expires_at > since),
        select(DeviceCode.grant_id).where(devices, DeviceCode.state == "redeemed"),
    )
    for grant_id in db.session.scalars(alive).all():
        _list(f"grant:{grant_id}")


def grant(grant_id, event, *, actor):
    """End a grant: its refresh family and every access token of it. Keeps ``event``."""
    _end_families(RefreshToken.grant_id == grant_id, event)
    _list(f"grant:{grant_id}")
    trail.record(event, actor=actor, subject=grant_id)


def client(client_id, reason):
    """End every token that a client has now, its own and those people granted it.

    It is told of no session's end any more.
    """
    _end_families(RefreshToken.client_id == client_id, reason)
    theirs = (LogoutNotice.client_id == client_id) & LogoutNotice.due_at.is_not(None)
    undelivered = update(LogoutNotice).where(theirs)
    database.write(db, undelivered.values(due_at=None, problem="client_ended"))
    until = clock.now() + access.CLIENT_LISTED
    db.session.execute(_LISTED_ANEW, {"name": f"client:{client_id}", "expires_at": until})


def token(jti, *, actor):
    """End one access token alone (RFC 7009 §2.1)."""
    _list(f"jti:{jti}")
    trail.record(events.TOKEN_REVOKED, actor=actor, subject=jti)


def leave(user, *, by):
    """End what staff asked of ``user`` (held by the caller) or were allowed: to read as them.

    Every token of it ends at once. Returns whether there was any.
    """
    ended = acting.end(user, by=by)
    if ended:
        _list(f"grant:{ended}")
    return ended is not None


def _sessions(named, reason, *, actor, offline):
    """End the sessions ``named``; return those that were open."""
    ended = [session_id for session_id in named if _close(session_id, reason)]
    if ended:
        _notify(SessionClient.session_id.in_(ended))
        subscriptions.end_on(select(Session.device_id).where(Session.id.in_(ended)))
    families = RefreshToken.session_id.in_(named)
    _end_families(families if offline else families & RefreshToken.offline.is_(False), reason)
    if offline:
        for grant_id in db.session.scalars(select(RefreshToken.grant_id).where(families)).all():
            _list(f"grant:{grant_id}")
    for session_id in named:
        _list(f"sid:{session_id}")
    for session_id in ended:
        trail.record(events.SESSION_ENDED, actor=actor, subject=session_id, data={"reason": reason})
    return ended


def _close(session_id, reason):
    open_one = update(Session).where(Session.id == session_id, Session.ended_at.is_(None))
    ended = open_one.values(ended_at=clock.now(), end_reason=reason)
    return database.write(db, ended).rowcount == 1


def _notify(which):
    """Put a notice for each sign-in (SessionClient) of ``which`` whose app wants to hear."""
    told = select(SessionClient, Client.described).join(Client)
    told = told.where(which, Client.disabled_at.is_(None)).order_by(Client.id)
    for there, described in db.session.execute(_held(told)).all():
        _put_notice(described, there.client_id, there.subject, there.session_id)


def _notify_of_consent(client_id, known_as, there):
    wanted = select(Client.described).where(Client.id == client_id, Client.disabled_at.is_(None))
    described = db.session.scalar(_held(wanted))
    if described and json.loads(described).get("backchannel_logout_session_required"):
        _notify(there)
    elif described:
        _put_notice(described, client_id, known_as, None)


def _put_notice(described, client_id, known_as, session_id):
    if json.loads(described).get("backchannel_logout_uri"):
        now = clock.now()
        due = {"created_at": now, "due_at": now + HEAD_START}
        notice = {"client_id": client_id, "session_id": session_id, "subject": known_as}
        db.session.add(LogoutNotice(**notice, **due))


def _held(clients):
    """Nobody removes these clients until this is done; everything else goes on."""
    return clients.with_for_update(read=True, key_share=True, of=Client)


def _end_families(which, reason):
    live = update(RefreshToken).where(which, RefreshToken.ended_at.is_(None))
    database.write(db, live.values(ended_at=clock.now(), end_reason=reason, successor_sealed=None))


def _list(name):
    """List ``name`` until the last access token it speaks of has expired."""
    until = clock.now() + access.longest() + SLACK
    db.session.execute(_LISTED, {"name": name, "expires_at": until})
