"""Authorization codes: issue; redeem once, atomically; a second use ends what the first began.

One statement checks client, redirect URI, challenge, age, person and session, consumes the code
and starts the refresh family: no reading before writing, so a hundred at once have one winner.
The session is held meanwhile: whoever ends it waits for the family and ends it too, or is waited
for, and then nothing begins.
"""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.accounts import subject
from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.consents import named
from app.auth.database import hot
from app.auth.sessions import assurance
from app.auth.tokens import ending, refresh
from app.auth.tokens.models import Grant
from app.foundation import clock, digests, ids
from app.foundation.hot import Chain, Statement


class Issued(NamedTuple):
    """The grant a new code stands for."""

    grant_id: str


class Authorized(NamedTuple):
    """Whom the tokens of a code will be for, and what they will allow; space-separated."""

    audience: str
    scope: str
    details: str | None


class Found(NamedTuple):
    """A code that could not be redeemed, and whether it had been."""

    grant_id: str
    client_id: str
    used: bool


_COLUMNS = """code_digest, grant_id, client_id, user_id, subject, session_id, redirect_uri,
    redirect_uri_sent, scope, audience, nonce, challenge, claims, details, auth_time, acr, amr,
    created_at, expires_at"""
_VALUES = """:code_digest, :grant_id, :client_id, :user_id, :subject, :session_id, :redirect_uri,
    :redirect_uri_sent, :scope, :audience, :nonce, :challenge, :claims, :details, :auth_time, :acr,
    :amr, :now, :expires_at"""

_TAKE_PART = """INSERT INTO session_clients (session_id, client_id, subject)
    SELECT :session_id, :client_id, :subject FROM won WHERE true
    ON CONFLICT (session_id, client_id) DO NOTHING"""


class Ways(NamedTuple):
    """Two chains that grant; ``noted`` for a client that hears when the session ends."""

    plain: Chain
    noted: Chain


def ways(*statements):
    """Return the :class:`Ways` of a chain whose last link is the record.

    It has the parameters ``:session_id``, ``:client_id`` and ``:subject``.
    """
    *first, record = statements
    return Ways(Chain(*first, record), Chain(*first, _TAKE_PART, record))


ISSUE = ways(
    f"INSERT INTO authorization_codes ({_COLUMNS}) VALUES ({_VALUES}) RETURNING grant_id",
    Issued,
    trail.link("won.grant_id"),
)

_REDEEM = """UPDATE authorization_codes SET used_at = :now
    WHERE code_digest = :code_digest AND client_id = :client_id AND used_at IS NULL
      AND expires_at > :now AND challenge = :challenge
      AND (redirect_uri = :redirect_uri OR (redirect_uri_sent = false AND :redirect_uri = ''))
      AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.status = 'active')
      AND EXISTS (SELECT 1 FROM clients c WHERE c.id = :client_id AND c.disabled_at IS NULL)
      AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = session_id AND s.ended_at IS NULL FOR SHARE)
    RETURNING grant_id, user_id, subject, session_id, scope, audience, nonce, auth_time, acr, amr,
      claims, details"""

REDEEM = Chain(_REDEEM, Grant, trail.link("won.grant_id"))
REDEEM_AND_BEGIN = Chain(_REDEEM, Grant, refresh.BEGIN, trail.link("won.grant_id"))

FIND = Statement(
    """SELECT grant_id, client_id, used_at IS NOT NULL FROM authorization_codes
       WHERE code_digest = :code_digest""",
    Found,
)
AUTHORIZED = Statement(
    "SELECT audience, scope, details FROM authorization_codes WHERE code_digest = :code_digest",
    Authorized,
)


def once(first, record):
    """Return the :class:`Ways` to issue a code only if the statement ``first`` returns a row.

    For :func:`issue`; ``first`` may use the parameters ``:now`` and ``:client_id``.
    """
    insert = f"INSERT INTO authorization_codes ({_COLUMNS}) SELECT {_VALUES} FROM won"
    return ways(first, record, insert, trail.link(":grant_id"))


def issue(presence, asked, by=ISSUE, **values):
    """Return a new code, good once for ``AUTHORIZATION_CODE_SECONDS`` (RFC 6749 §4.1.2).

    presence: who is here; asked: the checked AuthorizationRequest; by: a way of :func:`once`, with
    the ``values`` of its own parameters: None is returned when it did not win. A client that wants
    to hear of the session's end is noted to take part in it.
    """
    code = ids.secret()
    now = clock.now()
    client = registry.find(asked.client_id)
    won = hot.first(
        by.noted if client.hears_of_logout else by.plain,
        code_digest=digests.of(code),
        grant_id=ids.new("grt"),
        client_id=asked.client_id,
        user_id=presence.user_id,
        subject=subject.of(presence, client.sector),
        session_id=presence.session_id,
        redirect_uri=asked.redirect_uri,
        redirect_uri_sent=asked.redirect_uri_sent,
        scope=" ".join(asked.scope),
        audience=asked.audience,
        nonce=asked.nonce,
        challenge=asked.code_challenge or "",
        claims=_by_name(presence, asked),
        details=asked.details,
        auth_time=presence.auth_time,
        acr=presence.acr,
        amr=presence.amr,
        now=now,
        expires_at=now + timedelta(seconds=current_app.config["AUTHORIZATION_CODE_SECONDS"]),
        **trail.values(
            events.GRANT_AUTHORIZED,
            actor=presence.sub,
            data={"client": asked.client_id, "scope": " ".join(asked.scope)},
        ),
        **values,
    )
    return code if won else None


def authorized_with(code):
    """Return what was :class:`Authorized` with ``code``, or None for no code of ours."""
    return hot.first(AUTHORIZED, code_digest=digests.of(code))


def redeem(code, client, *, redirect_uri, challenge):
    """Return the :class:`Grant` of ``code`` and a first refresh token or None; None when refused.

    redirect_uri: as sent, empty when left out; challenge: S256 of the verifier sent, empty when
    none was. A code that this client has redeemed before ends its grant (RFC 6749 §4.1.2).
    """
    digest = digests.of(code)
    token = refresh.draw() if client.check_grant_type("refresh_token") else None
    now = clock.now()
    values = trail.values(events.GRANT_ISSUED, actor=client.client_id)
    if token:
        values |= refresh.beginning(token, now)
    grant = hot.first(
        REDEEM_AND_BEGIN if token else REDEEM,
        code_digest=digest,
        client_id=client.client_id,
        redirect_uri=redirect_uri,
        challenge=challenge,
        now=now,
        **values,
    )
    if grant:
        return grant, token and token.value
    found = hot.first(FIND, code_digest=digest)
    if found and found.used and found.client_id == client.client_id:
        ending.grant(found.grant_id, events.CODE_REPLAYED, actor=client.client_id)
    return None


def _by_name(presence, asked):
    """What was asked for by name; with the level to tell of, where it is not the one reached."""
    level = assurance.told(presence.acr, asked.acr_values)
    if level == presence.acr:
        return asked.claims
    return named.write(named.read(asked.claims)._replace(acr=level))
