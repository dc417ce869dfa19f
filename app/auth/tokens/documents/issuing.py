"""Tokens of a document: begun where a person signed in, with no code between (C27).

The session is the one just opened, or the one the family belongs to: ending it ends all of this.
"""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.database import db
from app.auth.tokens import access, refresh
from app.auth.tokens.documents import envelopes, profiles
from app.auth.tokens.models import Grant, RefreshToken
from app.foundation import clock, digests, ids, metrics


class Tokens(NamedTuple):
    """What a document's app is given. refresh_token: None where the document has none."""

    access_token: str
    refresh_token: str | None
    expires_in: int
    scope: str


def begin(document, user, session, scope):
    """Return the first :class:`Tokens` of ``document`` for ``user`` in ``session``.

    scope: what they are to allow (names).
    """
    grant = Grant(
        grant_id=ids.new("grt"),
        user_id=user.id,
        subject=user.sub,
        session_id=session.id,
        scope=" ".join(scope),
        audience=access.audience_for(document.scope.split()),  # so the bank says what is missing
        nonce=None,
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        claims=None,
    )
    trail.record(events.GRANT_ISSUED, actor=document.client_id, subject=grant.grant_id)
    told = profiles.of(document.profile, user.id)
    value = _family(document, grant, told.refresh) if document.refresh else None
    return _tokens(document, grant, told, value)


def go_on(document, token, value):
    """Return the next :class:`Tokens` for the refresh ``token``, or None when it is refused.

    value: its envelope, which an app of a document whose tokens last goes on using. Where they
    turn over, an old one ends its family (`refresh.rotate`): the refusal is to be kept.
    """
    if document.refresh == "lasting":
        grant = refresh.find(token) and refresh.peek(token, document.client_id)
        if grant:
            trail.record(events.GRANT_REFRESHED, actor=document.client_id, subject=grant.grant_id)
    else:
        turned = refresh.rotate(token, document.client_id)
        grant = turned and turned[0]
    if not grant:
        return None
    told = profiles.of(document.profile, grant.user_id)
    if document.refresh == "rotating":
        value = _enveloped(document, grant, told.refresh, refresh.parse(turned[1]))
    return _tokens(document, grant, told, value)


def _family(document, grant, told):
    token, now = refresh.draw(), clock.now()
    until = now + timedelta(seconds=current_app.config["REFRESH_TOKEN_SECONDS"])
    kept = grant._asdict() | {"client_id": document.client_id}
    del kept["nonce"]
    row = RefreshToken(
        **kept,
        id=token.family,
        offline=False,
        generation=token.generation,
        value_digest=digests.of(token.value),
        created_at=now,
        rotated_at=now,
        expires_at=until,
    )
    db.session.add(row)
    who = (document.client_id, grant.subject)
    return envelopes.seal(token, *who, told, since=now, until=until)


def _enveloped(document, grant, told, token):
    """The current token of its family in its envelope; it lived a moment ago."""
    now = clock.now()
    current = refresh.find(token)
    since, until = (current.rotated_at, current.expires_at) if current else (now, now)
    who = (document.client_id, grant.subject)
    return envelopes.seal(token, *who, told, since=since, until=until)


def _tokens(document, grant, told, refresh_token):
    metrics.count("tokens_issued")
    seconds = current_app.config[document.lifetime]
    client = registry.find(document.client_id)
    token = access.for_grant(grant, client, grant.scope, seconds=seconds, more=told.access)
    return Tokens(token, refresh_token, seconds, grant.scope)
