"""Device codes (RFC 8628): asked for, polled, redeemed once when a person has approved.

The device asks again and again with its device code, while a person types the user code elsewhere
(`interactions.user_codes`). One statement redeems what was approved and starts the refresh family,
as for an authorization code.
"""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.auth.audit import events, trail
from app.auth.database import db, hot
from app.auth.tokens import ending, refresh
from app.auth.tokens.models import DeviceCode, Grant
from app.foundation import clock, database, digests, ids, legible
from app.foundation.hot import Chain, Statement
from app.foundation.problems import Unavailable

SLIP_SECONDS = 5  # longer between two polls, each time one comes too soon (RFC 8628 §3.5)
EARLY = timedelta(milliseconds=500)  # on its way, a poll may gain so much on the one before
DRAWS = 5  # user codes drawn before giving up: with a million waiting, one in 25,000 is taken


class Begun(NamedTuple):
    """The grant a device code will stand for."""

    grant_id: str


class Found(NamedTuple):
    """A device code, and how it stands."""

    grant_id: str
    client_id: str
    state: str
    scope: str
    audience: str


ASK = Chain(
    """INSERT INTO device_codes (device_code_digest, user_code_digest, state, grant_id, client_id,
         scope, audience, wait_seconds, created_at, expires_at)
       VALUES (:device, :user_code, 'pending', :grant_id, :client_id, :scope, :audience,
         :wait_seconds, :now, :expires_at)
       ON CONFLICT (user_code_digest) DO NOTHING RETURNING grant_id""",
    Begun,
    trail.link("won.grant_id"),
)

_REDEEM = """UPDATE device_codes SET state = 'redeemed'
    WHERE device_code_digest = :device AND client_id = :client_id AND state = 'approved'
      AND expires_at > :now
      AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.status = 'active')
      AND EXISTS (SELECT 1 FROM clients c WHERE c.id = :client_id AND c.disabled_at IS NULL)
      AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = session_id AND s.ended_at IS NULL
        AND s.expires_at > :now FOR SHARE)
    RETURNING grant_id, user_id, subject, session_id, scope, audience, NULL AS nonce, auth_time,
      acr, amr, NULL AS claims, NULL AS details"""
REDEEM = Chain(_REDEEM, Grant, trail.link("won.grant_id"))
REDEEM_AND_BEGIN = Chain(_REDEEM, Grant, refresh.BEGIN, trail.link("won.grant_id"))

FIND = Statement(
    """SELECT grant_id, client_id, state, scope, audience FROM device_codes
       WHERE device_code_digest = :device""",
    Found,
)


def ask(client_id, scope, audience):
    """Return a new device code and its user code, for a device that waits (RFC 8628 §3.2).

    scope: checked names. A user code that is taken is drawn again. Raises Unavailable: when
    that did not help.
    """
    code, now, settings = ids.secret(), clock.now(), current_app.config
    values = {
        "device": digests.of(code),
        "client_id": client_id,
        "scope": " ".join(scope),
        "audience": audience,
        "wait_seconds": settings["DEVICE_POLL_SECONDS"],
        "now": now,
        "expires_at": now + timedelta(seconds=settings["DEVICE_CODE_SECONDS"]),
    }
    values |= trail.values(
        events.DEVICE_ASKED, actor=client_id, data={"client": client_id, "scope": values["scope"]}
    )
    for _ in range(DRAWS):
        user_code = legible.draw()
        drawn = {"user_code": indexed(user_code), "grant_id": ids.new("grt")}
        if hot.first(ASK, **values, **drawn):
            return code, user_code
    raise Unavailable(detail="no free user code")


def poll(code, client_id):
    """Return how ``code`` stands for its client, or None when it has no such code.

    ``pending``, ``too_soon`` (and from now on the client must wait longer), ``denied``,
    ``expired``; ``approved`` or ``redeemed``: see :func:`redeem`. Judged and noted under the row's
    lock, so that of many polls at once one is in time.
    """
    mine = select(DeviceCode).where(
        DeviceCode.device_code_digest == digests.of(code), DeviceCode.client_id == client_id
    )
    row = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if row is None:
        return None
    now = clock.now()
    if row.state == "pending" and now < row.expires_at:
        return _note(row, now)
    database.let_go(db)
    over = row.state in {"pending", "approved"} and row.expires_at <= now
    return "expired" if over else row.state


def asked_with(code):
    """Return what the device asked for (:class:`Found`), or None for no code of ours."""
    return hot.first(FIND, device=digests.of(code))


def redeem(code, client):
    """Return the :class:`Grant` of ``code`` and a first refresh token or None; None when refused.

    A code that this client has redeemed before ends its grant, as an authorization code's does.
    """
    device = digests.of(code)
    token = refresh.draw() if client.check_grant_type("refresh_token") else None
    now = clock.now()
    values = trail.values(events.GRANT_ISSUED, actor=client.client_id)
    if token:
        values |= refresh.beginning(token, now)
    statement = REDEEM_AND_BEGIN if token else REDEEM
    grant = hot.first(statement, device=device, client_id=client.client_id, now=now, **values)
    if grant:
        return grant, token and token.value
    found = hot.first(FIND, device=device)
    if found and found.state == "redeemed" and found.client_id == client.client_id:
        ending.grant(found.grant_id, events.CODE_REPLAYED, actor=client.client_id)
    return None


def indexed(user_code):
    """Return what ``user_code`` is found by: it has too few bits for a bare digest."""
    return digests.keyed(current_app.extensions["sealing"].derive("user_codes"), user_code)


def _note(row, now):
    """Note a poll of a row that waits, and say whether it came in time."""
    wait = timedelta(seconds=row.wait_seconds) - EARLY
    soon = row.polled_at is not None and now - row.polled_at < wait
    row.polled_at = now
    if soon:
        row.wait_seconds += SLIP_SECONDS
    return "too_soon" if soon else "pending"
