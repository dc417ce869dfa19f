"""Codes and refresh tokens written once more: plain steps with the ORM, one after another.

The rules are those of `decisions.md` §4 and §15, in no hurry and with nobody else around. The
hot statements must answer as this does, whatever is asked of them.
"""

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.auth.accounts.models import User
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens.models import AuthorizationCode, RefreshToken, RevokedToken
from app.auth.tokens.refresh import parse
from app.foundation import clock, digests, ids
from app.foundation.database import kept


class Reference:
    """Remembers the clear successors it handed out, instead of sealing them."""

    def __init__(self):
        self._successors = {}

    def issue(self, presence, asked):
        """Return a code."""
        code, now = ids.secret(), clock.now()
        row = AuthorizationCode(
            code_digest=digests.of(code),
            grant_id=ids.new("grt"),
            client_id=asked.client_id,
            user_id=presence.user_id,
            subject=presence.sub,
            session_id=presence.session_id,
            redirect_uri=asked.redirect_uri,
            redirect_uri_sent=asked.redirect_uri_sent,
            scope=" ".join(asked.scope),
            audience=asked.audience,
            nonce=asked.nonce,
            challenge=asked.code_challenge,
            auth_time=presence.auth_time,
            acr=presence.acr,
            amr=presence.amr,
            expires_at=now + timedelta(seconds=60),
        )
        with kept(db):
            db.session.add(row)
        return code

    def redeem(self, code, client, *, redirect_uri, challenge):
        """Return the scope and a refresh token, or None."""
        with kept(db):
            row = db.session.get(AuthorizationCode, digests.of(code))
            if row is None or row.client_id != client.client_id:
                return None
            if row.used_at:
                self._end(row.grant_id)
                return None
            if not self._fits(row, redirect_uri, challenge):
                return None
            row.used_at = clock.now()
            if "refresh_token" not in client.grant_types:
                return row.scope, None
            return row.scope, self._begin(row)

    def rotate(self, value, client_id):
        """Return the scope and the successor of ``value``, or None."""
        token, now = parse(value), clock.now()
        with kept(db):
            row = db.session.get(RefreshToken, token.family)
            if row is None or row.client_id != client_id:
                return None
            if token.generation == row.generation:
                return self._turn(row, value) if self._current(row, value) else None
            if token.generation > row.generation:
                return None
            if token.generation + 1 == row.generation:
                if digests.of(value) != row.previous_digest:
                    return None
                window = timedelta(seconds=current_app.config["REFRESH_RETRY_SECONDS"])
                if row.ended_at is None and now - row.rotated_at < window:
                    return (row.scope, self._successors[value]) if self._live(row) else None
            self._end(row.grant_id)
            return None

    def _current(self, row, value):
        return digests.of(value) == row.value_digest and self._live(row)

    def _turn(self, row, value):
        successor = f"{row.id}.{row.generation + 1}.{ids.secret()}"
        row.generation += 1
        row.previous_digest, row.value_digest = row.value_digest, digests.of(successor)
        row.rotated_at = clock.now()
        self._successors[value] = successor
        return row.scope, successor

    def _begin(self, row):
        now, family = clock.now(), ids.new("rft")
        value = f"{family}.1.{ids.secret()}"
        carried = ("grant_id", "client_id", "user_id", "subject", "session_id", "scope")
        carried += ("audience", "auth_time", "acr", "amr")
        begun = RefreshToken(
            id=family,
            offline="offline_access" in row.scope.split(),
            generation=1,
            value_digest=digests.of(value),
            expires_at=now + timedelta(seconds=current_app.config["REFRESH_TOKEN_SECONDS"]),
            **{name: getattr(row, name) for name in carried},
        )
        db.session.add(begun)
        return value

    def _fits(self, row, redirect_uri, challenge):
        address = redirect_uri == row.redirect_uri or (
            not row.redirect_uri_sent and redirect_uri == ""
        )
        ended = db.session.get(Session, row.session_id).ended_at
        young = clock.now() < row.expires_at
        return address and young and not ended and challenge == row.challenge and _stand(row)

    def _live(self, row):
        if row.ended_at or row.expires_at <= clock.now() or not _stand(row):
            return False
        session = db.session.get(Session, row.session_id)
        return row.offline or (not session.ended_at and session.expires_at > clock.now())

    def _end(self, grant_id):
        family = db.session.scalar(select(RefreshToken).where(RefreshToken.grant_id == grant_id))
        if family and not family.ended_at:
            family.ended_at = clock.now()
        name = f"grant:{grant_id}"
        if not db.session.get(RevokedToken, name):
            until = clock.now() + timedelta(days=1)
            db.session.add(RevokedToken(name=name, expires_at=until))


def _stand(row):
    """Are the person and the app still welcome?"""
    user, client = db.session.get(User, row.user_id), db.session.get(Client, row.client_id)
    return user.status == "active" and client.disabled_at is None
