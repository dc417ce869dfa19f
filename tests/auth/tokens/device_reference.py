"""Device codes written once more: plain steps with the ORM, one after another.

The rules are those of RFC 8628 §3.5 and of `codes`, in no hurry and with nobody else around.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.accounts.models import User
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens.models import DeviceCode, RefreshToken, RevokedToken
from app.foundation import clock, digests, ids
from app.foundation.database import kept


class Reference:
    """The verbs of both rooms, as plain steps."""

    def ask(self, client_id, scope, audience):
        """Return a device code and what names its row."""
        code = ids.secret()
        row = DeviceCode(
            device_code_digest=digests.of(code),
            user_code_digest=digests.of(ids.secret()),
            client_id=client_id,
            scope=" ".join(scope),
            audience=audience,
            wait_seconds=5,
            expires_at=clock.now() + timedelta(seconds=600),
        )
        with kept(db):
            db.session.add(row)
        return code, row.device_code_digest

    def approve(self, device, presence):
        """Let the device have it; return whether it waited."""
        with kept(db):
            row = db.session.get(DeviceCode, device)
            if not _waits(row):
                return False
            row.state = "approved"
            row.user_id, row.subject = presence.user_id, presence.sub
            row.session_id, row.auth_time = presence.session_id, presence.auth_time
            row.acr, row.amr = presence.acr, presence.amr
            return True

    def deny(self, device, _presence):
        """Refuse it; return whether it waited."""
        with kept(db):
            row = db.session.get(DeviceCode, device)
            waits = _waits(row)
            if waits:
                row.state = "denied"
            return waits

    def collect(self, code, client):
        """Return what who asks for tokens gets: a word, or the scope and whether it may refresh."""
        now = clock.now()
        with kept(db):
            row = db.session.get(DeviceCode, digests.of(code))
            if row is None or row.client_id != client.client_id:
                return None
            if row.state == "denied":
                return "denied"
            if row.state == "redeemed":
                self._end(row.grant_id)
                return None
            if now >= row.expires_at:
                return "expired"
            if row.state == "pending":
                return _polled(row, now)
            return self._begin(row, client) if _stands(row, now) else None

    def _begin(self, row, client):
        row.state = "redeemed"
        if "refresh_token" not in client.grant_types:
            return row.scope, False
        carried = ("grant_id", "client_id", "user_id", "subject", "session_id", "scope")
        carried += ("audience", "auth_time", "acr", "amr")
        begun = RefreshToken(
            id=ids.new("rft"),
            offline="offline_access" in row.scope.split(),
            generation=1,
            value_digest=digests.of(ids.secret()),
            expires_at=clock.now() + timedelta(seconds=current_app.config["REFRESH_TOKEN_SECONDS"]),
            **{name: getattr(row, name) for name in carried},
        )
        db.session.add(begun)
        return row.scope, True

    def _end(self, grant_id):
        family = db.session.scalar(select(RefreshToken).where(RefreshToken.grant_id == grant_id))
        if family and not family.ended_at:
            family.ended_at = clock.now()
        name = f"grant:{grant_id}"
        if not db.session.get(RevokedToken, name):
            until = clock.now() + timedelta(days=1)
            db.session.add(RevokedToken(name=name, expires_at=until))


def _waits(row):
    return row.state == "pending" and clock.now() < row.expires_at


def _polled(row, now):
    wait = timedelta(seconds=row.wait_seconds - 0.5)
    soon = row.polled_at is not None and now - row.polled_at < wait
    row.polled_at = now
    row.wait_seconds += 5 * soon
    return "too_soon" if soon else "pending"


def _stands(row, now):
    """Are the person, the session and the app still welcome?"""
    user, client = db.session.get(User, row.user_id), db.session.get(Client, row.client_id)
    session = db.session.get(Session, row.session_id)
    here = session.ended_at is None and now < session.expires_at
    return here and user.status == "active" and client.disabled_at is None
