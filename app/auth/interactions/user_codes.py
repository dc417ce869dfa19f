"""The code that a device shows (RFC 8628): the person who typed it approves the device, or not.

How safe it is: there are 20⁸ codes. One address may be wrong ``LOGIN_ADDRESS_ATTEMPTS`` times in
``LOGIN_WINDOW_SECONDS`` (100 in 15 minutes), and two such windows at most begin in the life of a
code (10 minutes): it hits a given one with a chance of 200 to 2.56·10¹⁰, below one in a hundred
million; a thousand addresses together, any of a hundred waiting devices, below one in a thousand.
And who hits one wins a device that acts for *them*: never anybody else's account.
"""

import base64
from typing import NamedTuple

from flask import current_app

from app.auth.accounts import subject
from app.auth.audit import events, trail
from app.auth.clients import registry
from app.auth.database import hot
from app.auth.tokens import codes, device_codes
from app.foundation import clock
from app.foundation.hot import Chain, Statement


class Waiting(NamedTuple):
    """A device that waits for a person, as far as they are asked about it."""

    device: bytes  # the digest of its device code: names it, and is good for nothing else
    client_id: str
    scope: str
    audience: str


class Answered(NamedTuple):
    """The grant that a device was given, or refused."""

    grant_id: str


FIND = Statement(
    """SELECT device_code_digest, client_id, scope, audience FROM device_codes
       WHERE user_code_digest = :user_code AND state = 'pending' AND expires_at > :now""",
    Waiting,
)
APPROVE = codes.ways(
    """UPDATE device_codes SET state = 'approved', user_id = :user_id, subject = :subject,
         session_id = :session_id, auth_time = :auth_time, acr = :acr, amr = :amr
       WHERE device_code_digest = :device AND state = 'pending' AND expires_at > :now
       RETURNING grant_id""",
    Answered,
    trail.link("won.grant_id"),
)
DENY = Chain(
    """UPDATE device_codes SET state = 'denied'
       WHERE device_code_digest = :device AND state = 'pending' AND expires_at > :now
       RETURNING grant_id""",
    Answered,
    trail.link("won.grant_id"),
)


def find(user_code):
    """Return the :class:`Waiting` device that shows ``user_code``, or None."""
    return hot.first(FIND, user_code=device_codes.indexed(user_code), now=clock.now())


def approve(asked, presence):
    """Let the device have what its journey ``asked`` for; return whether it still waited.

    presence: who is here and has consented. Of several who typed the same code one decides. A
    client that wants to hear of the session's end is noted to take part in it.
    """
    client = registry.find(asked.client_id)
    values = {
        "client_id": client.client_id,
        "user_id": presence.user_id,
        "subject": subject.of(presence, client.sector),
        "session_id": presence.session_id,
        "auth_time": presence.auth_time,
        "acr": presence.acr,
        "amr": presence.amr,
    }
    values |= trail.values(events.DEVICE_APPROVED, actor=presence.sub, data=_told(asked))
    return _answer(APPROVE.noted if client.hears_of_logout else APPROVE.plain, asked, **values)


def deny(asked, actor):
    """Refuse the device what its journey ``asked`` for; return whether it still waited."""
    return _answer(
        DENY, asked, **trail.values(events.DEVICE_DENIED, actor=actor, data=_told(asked))
    )


def sealed(user_code, device):
    """Return ``user_code`` sealed (text) for the journey it begins, which shows it again.

    device: the digest of the device's code, hexadecimal.
    """
    envelope = current_app.extensions["sealing"].seal(user_code.encode(), _place(device))
    return base64.b64encode(envelope).decode()


def of(asked):
    """Return the user code of the journey that ``asked``, or None when it is no device's."""
    if asked.device is None:
        return None
    envelope = base64.b64decode(asked.user_code_sealed)
    return current_app.extensions["sealing"].open(envelope, _place(asked.device)).decode()


def _answer(statement, asked, **values):
    device = bytes.fromhex(asked.device)
    return hot.first(statement, device=device, now=clock.now(), **values) is not None


def _told(asked):
    return {"client": asked.client_id, "scope": " ".join(asked.scope)}


def _place(device):
    return f"interactions/{device}/user_code"
