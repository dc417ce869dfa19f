"""Authorization requests pushed beforehand (RFC 9126): keep one, open it, use it up.

Opening uses nothing up: a person may reload, go back, or have two tabs before the sign-in is done,
and a journey begun in time goes on past the request's own end. What uses it up is the answer that
a sign-in under it leads to: the code, in the transaction that writes it, or that the person said
no. Of answers given at once one wins. An error told before anybody was asked (``prompt=none``)
uses nothing up, so the client may send the person again.
"""

import json
import re
from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.database import hot
from app.auth.tokens import codes
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement

PREFIX = "urn:ietf:params:oauth:request_uri:"
_SHAPE = re.compile(re.escape(PREFIX) + "[A-Za-z0-9_-]{43}", re.ASCII)


class Kept(NamedTuple):
    """Whose request was kept or used up."""

    client_id: str


class Pushed(NamedTuple):
    """What was asked for, JSON."""

    parameters: str


KEEP = Statement(
    """INSERT INTO pushed_requests (uri_digest, client_id, parameters, created_at, expires_at)
       SELECT :uri_digest, c.id, :parameters, :now, :expires_at FROM clients c
       WHERE c.id = :client_id AND c.disabled_at IS NULL RETURNING client_id""",
    Kept,
)
FIND = Statement(
    """SELECT parameters FROM pushed_requests WHERE uri_digest = :uri_digest
       AND client_id = :client_id AND used_at IS NULL AND expires_at > :now""",
    Pushed,
)
_USE = """UPDATE pushed_requests SET used_at = :now
    WHERE uri_digest = :uri_digest AND client_id = :client_id AND used_at IS NULL
    RETURNING client_id"""
USE = Statement(_USE, Kept)
ANSWER = codes.once(_USE, Kept)


def keep(client_id, parameters):
    """Return a new ``request_uri``, good for ``PUSHED_REQUEST_SECONDS``, for ``parameters`` (dict).

    None when the client is gone or disabled by now.
    """
    request_uri = PREFIX + ids.secret()
    now = clock.now()
    kept = hot.first(
        KEEP,
        uri_digest=digests.of(request_uri),
        client_id=client_id,
        parameters=json.dumps(parameters),
        now=now,
        expires_at=now + timedelta(seconds=current_app.config["PUSHED_REQUEST_SECONDS"]),
    )
    return request_uri if kept else None


def find(request_uri, client_id):
    """Return the parameters (dict) that ``client_id`` pushed, or None.

    None for an unknown, expired or used ``request_uri`` and for another client's.
    """
    if not _SHAPE.fullmatch(request_uri):
        return None
    digest = digests.of(request_uri)
    found = hot.first(FIND, uri_digest=digest, client_id=client_id, now=clock.now())
    return found and json.loads(found.parameters)


def issue_code(presence, asked):
    """Use the request up with a code, as ``codes.issue`` does; None when it was used before."""
    return codes.issue(presence, asked, ANSWER, uri_digest=bytes.fromhex(asked.pushed))


def use_up(asked):
    """Use the request up without a code; True for exactly one caller."""
    digest = bytes.fromhex(asked.pushed)
    used = hot.first(USE, uri_digest=digest, client_id=asked.client_id, now=clock.now())
    return used is not None
