"""Refresh tokens: begin a family, turn it over, end it on reuse (RFC 9700 §4.14.2).

Rotation is one conditional UPDATE. The token before the current one, shown again within
``REFRESH_RETRY_SECONDS`` while its successor is unused, is answered with the *same* successor: a
lost answer or a hundred parallel requests sign nobody out, and the family keeps one live leaf.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app

from app.auth.audit import events, trail
from app.auth.database import hot
from app.auth.tokens import ending
from app.auth.tokens.models import Grant
from app.foundation import clock, digests, ids, sealing
from app.foundation.hot import Chain, Statement

_SHAPE = re.compile(r"(rft_[0-9a-z]{25})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class Token:
    """A refresh token taken apart: family, generation, secret; ``value`` is the whole."""

    family: str
    generation: int
    secret: str

    @property
    def value(self):
        """The clear text the client holds."""
        return f"{self.family}.{self.generation}.{self.secret}"


# A family as far as judging a token of it needs.
Row = NamedTuple(
    "Row",
    [
        *Grant.__annotations__.items(),
        ("generation", int),
        ("client_id", str),
        ("previous_digest", bytes | None),
        ("successor_sealed", bytes | None),
        ("rotated_at", datetime),
        ("live", bool),
    ],
)


class Current(NamedTuple):
    """What its client may be told of a live family."""

    grant_id: str
    client_id: str
    subject: str
    scope: str
    rotated_at: datetime
    expires_at: datetime


BEGIN = """INSERT INTO refresh_tokens (id, grant_id, client_id, user_id, subject, session_id,
      offline, scope, audience, claims, details, auth_time, acr, amr, generation, value_digest,
      created_at, rotated_at, expires_at)
    SELECT :family, won.grant_id, :client_id, won.user_id, won.subject, won.session_id,
      (' ' || won.scope || ' ') LIKE '% offline_access %', won.scope, won.audience,
      won.claims, won.details, won.auth_time, won.acr, won.amr, 1, :value_digest, :now, :now,
      :refresh_until
    FROM won"""

_LIVE = """ended_at IS NULL AND expires_at > :now
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.status = 'active')
    AND EXISTS (SELECT 1 FROM clients c WHERE c.id = client_id AND c.disabled_at IS NULL)
    AND (offline OR EXISTS (SELECT 1 FROM sessions s
         WHERE s.id = session_id AND s.ended_at IS NULL AND s.expires_at > :now))"""
_SESSION = """(SELECT s.id FROM sessions s
    WHERE s.id = refresh_tokens.session_id AND s.ended_at IS NULL) AS session_id"""
_GRANT = f"""grant_id, user_id, subject, {_SESSION}, scope, audience, NULL AS nonce, auth_time,
    acr, amr, claims, details"""

ROTATE = Chain(
    f"""UPDATE refresh_tokens SET generation = generation + 1, previous_digest = value_digest,
          value_digest = :successor_digest, successor_sealed = :successor_sealed,
          rotated_at = :now
        WHERE id = :family AND generation = :generation AND value_digest = :value_digest
          AND client_id = :client_id AND {_LIVE}
        RETURNING {_GRANT}""",
    Grant,
    trail.link("won.grant_id"),
)
FIND = Statement(
    f"""SELECT {_GRANT}, generation, client_id, previous_digest, successor_sealed, rotated_at,
          CASE WHEN {_LIVE} THEN true ELSE false END AS live
        FROM refresh_tokens WHERE id = :family""",
    Row,
)
CURRENT = Statement(
    f"""SELECT grant_id, client_id, subject, scope, rotated_at, expires_at FROM refresh_tokens
        WHERE id = :family AND generation = :generation AND value_digest = :value_digest
          AND {_LIVE}""",
    Current,
)


def draw():
    """Return the first :class:`Token` of a new family; kept by :data:`BEGIN`."""
    return Token(ids.new("rft"), 1, ids.secret())


def beginning(token, now):
    """Return the values that :data:`BEGIN` needs for ``token``."""
    seconds = current_app.config["REFRESH_TOKEN_SECONDS"]
    return {
        "family": token.family,
        "value_digest": digests.of(token.value),
        "refresh_until": now + timedelta(seconds=seconds),
    }


def parse(value):
    """Return the :class:`Token` that ``value`` spells, or None. Asked before any look-up."""
    shape = _SHAPE.fullmatch(value)
    return Token(shape[1], int(shape[2]), shape[3]) if shape else None


def peek(token, client_id):
    """Return the :class:`Grant` of the family, live or retried, without turning it; else None."""
    row = hot.first(FIND, family=token.family, now=clock.now())
    return (
        Grant(*row[: len(Grant._fields)])
        if row and row.live and row.client_id == client_id
        else None
    )


def find(token):
    """Return what there is to tell of a live and current ``token`` (:class:`Current`), or None."""
    return hot.first(
        CURRENT,
        family=token.family,
        generation=token.generation,
        value_digest=digests.of(token.value),
        now=clock.now(),
    )


def rotate(token, client_id):
    """Return the :class:`Grant` and the clear successor of ``token``, or None when refused.

    A wrong secret, or another client's, is only refused; any other old generation ends its
    family, and with it everything issued under its grant.
    """
    successor = Token(token.family, token.generation + 1, ids.secret())
    now = clock.now()
    grant = hot.first(
        ROTATE,
        family=token.family,
        generation=token.generation,
        value_digest=digests.of(token.value),
        client_id=client_id,
        successor_digest=digests.of(successor.value),
        successor_sealed=_seal(token, successor),
        now=now,
        **trail.values(events.GRANT_REFRESHED, actor=client_id),
    )
    return (grant, successor.value) if grant else _judge(token, client_id, now)


def _judge(token, client_id, now):
    """A token that is not the current one: a retry, a reuse, or nothing of ours."""
    row = hot.first(FIND, family=token.family, now=now)
    if row is None or row.client_id != client_id or token.generation >= row.generation:
        return None
    before = token.generation + 1 == row.generation
    if before and not digests.same(digests.of(token.value), row.previous_digest):
        return None
    window = timedelta(seconds=current_app.config["REFRESH_RETRY_SECONDS"])
    if before and row.successor_sealed and now - row.rotated_at < window:
        if not row.live:
            return None
        secret = sealing.open_under(token.value, row.successor_sealed, _place(token.family))
        return Grant(*row[: len(Grant._fields)]), Token(
            token.family, row.generation, secret.decode()
        ).value
    ending.grant(row.grant_id, events.REFRESH_TOKEN_REUSED, actor=client_id)
    return None


def _seal(token, successor):
    return sealing.seal_under(token.value, successor.secret.encode(), _place(token.family))


def _place(family):
    return f"refresh_tokens/{family}/successor_sealed"
