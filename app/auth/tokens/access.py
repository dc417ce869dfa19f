"""Access tokens: mint an ``at+jwt`` (RFC 9068); is one still good?

There is no row for an access token. It dies with its session, its grant or its client, or when
its own ``jti`` is listed: one indexed look-up answers all of them.
"""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from flask import current_app

from app.auth.clients import documents
from app.auth.consents import named, scopes
from app.auth.consents.details import registry as details
from app.auth.database import hot
from app.auth.keys import ring
from app.foundation import clock, digests, ids
from app.foundation.hot import Statement

TYPE = "at+jwt"
REMEMBERED = 1024  # verified tokens kept in a process
CLIENT_LISTED = timedelta(hours=26)  # from a client's end; longer than any token lives
GRANT = "grant"  # a private claim: names the grant
NAMED = "claims"  # another, where userinfo was asked for claims by name: their names
GRANTEE = "grantee"  # another, of exchanged tokens: the client that has the grant
_NOTHING = MappingProxyType({})
CARRIED = ("sub", "auth_time", "acr", "amr", "sid", "user_id", GRANT)  # from token to token


class Dead(NamedTuple):
    """A name under which the token was ended."""

    name: str


# A client's end reaches what it was given before: it may be enabled again.
LISTED = """name IN (:jti, :grant_id, :sid, :client, :grantee)
    AND (name NOT IN (:client, :grantee) OR expires_at >= :client_until)"""
ENDED = Statement(f"SELECT name FROM revoked_tokens WHERE {LISTED} LIMIT 1", Dead)


def audience_for(granted):
    """Return the audience of a token for ``granted`` scopes when no resource was named.

    Any bank scope: the bank, whose every room accepts it; else this server (`decisions.md` §4).
    """
    return current_app.config["BANK_AUDIENCE" if scopes.for_bank(granted) else "ISSUER"]


def longest():
    """Return how long an access token may live here: a document's longer than the others'.

    Also where that document is off by now: what it gave before lives on.
    """
    lifetimes = {document.lifetime for document in documents.CATALOGUE.values()}
    return timedelta(seconds=max(current_app.config[name] for name in lifetimes))


def for_grant(grant, client, scope, *, seconds=None, more=_NOTHING):
    """Return an access token for ``scope`` (text) under ``grant`` (RFC 9068 §2.2).

    seconds: how long it lives, where that is not the setting's; more: claims beside ours.
    """
    claims = _claims(grant.subject, client, scope, grant.audience) | more
    if seconds:
        claims["exp"] = claims["iat"] + seconds
    claims["auth_time"] = int(grant.auth_time.timestamp())
    claims["acr"] = grant.acr
    claims["amr"] = grant.amr.split()
    if grant.session_id:
        claims["sid"] = grant.session_id
    claims[GRANT] = grant.grant_id
    if grant.claims and (names := named.read(grant.claims).userinfo):
        claims[NAMED] = names
    if grant.details:
        claims["authorization_details"] = details.entries_of(grant.details)  # RFC 9396 §9.1
    if grant.audience.startswith(current_app.config["BANK_AUDIENCE"]):
        claims["user_id"] = grant.user_id
    return ring.sign(claims, alg=client.access_token_signed_response_alg, typ=TYPE)


def for_client(client, scope, audience):
    """Return an access token for the client itself (RFC 6749 §4.4)."""
    claims = _claims(client.client_id, client, scope, audience)
    return ring.sign(claims, alg=client.access_token_signed_response_alg, typ=TYPE)


def onward(claims, client, scope, audience):
    """Return ``(seconds, token)``: by it ``client`` acts on for whom ``claims`` speak of.

    claims: of the live token that the client was called with (RFC 8693 §4.1). The new one lives
    no longer, and ends with what that one would have ended with, its own ``jti`` aside.
    """
    made = _claims(claims["sub"], client, scope, audience)
    made |= {name: claims[name] for name in CARRIED if name in claims}
    made["exp"] = min(made["exp"], claims["exp"])
    made[GRANTEE] = claims.get(GRANTEE, claims["client_id"])
    made["act"] = {"sub": client.client_id} | ({"act": claims["act"]} if "act" in claims else {})
    token = ring.sign(made, alg=client.access_token_signed_response_alg, typ=TYPE)
    return made["exp"] - made["iat"], token


def acting(who, client, scope, audience):
    """Return ``(seconds, token)``: by it a staff member reads as a person at ``client``.

    who: the open Delegation, which the token does not outlive; the person; and the claims of the
    staff member's own token, with whose session it ends. Its actor is a person of this issuer,
    which no API that acts onward is (RFC 8693 §4.1).
    """
    leave, person, actor = who
    made = _claims(person.sub, client, scope, audience)
    made["exp"] = min(made["exp"], int(leave.until.timestamp()))
    made |= {GRANT: leave.id, "user_id": person.id}
    made["act"] = {"iss": made["iss"], "sub": actor["sub"]}
    if "sid" in actor:
        made["sid"] = actor["sid"]
    token = ring.sign(made, alg=client.access_token_signed_response_alg, typ=TYPE)
    return made["exp"] - made["iat"], token


def actors(claims):
    """Return who has acted with the token of ``claims``, the last one first (RFC 8693 §4.1)."""
    found, act = [], claims.get("act")
    while act:
        found.append(act["sub"])
        act = act.get("act")
    return found


def read(value):
    """Return the claims of an unexpired access token of ours, or None. Asks nobody else.

    A verified token is remembered by its SHA-256 for ``CACHE_SECONDS``; whether it still lives
    is another question, see :func:`is_live`.
    """
    kept = current_app.extensions["verified_tokens"]
    key = digests.of(value) if value.isascii() else b""
    until, claims = kept.get(key, (0.0, None))
    now = clock.ticks()
    if now >= until:
        claims = ring.verify(value, typ=TYPE)
        if claims is None:
            return None
        if len(kept) >= REMEMBERED:
            kept.clear()
        kept[key] = (now + current_app.config["CACHE_SECONDS"], claims)
    return claims if claims["exp"] > clock.seconds() else None


def names(claims):
    """Return the values by which :data:`LISTED` looks for an ended token."""
    return {
        "jti": f"jti:{claims['jti']}",
        "grant_id": f"grant:{claims.get(GRANT)}",
        "sid": f"sid:{claims.get('sid')}",
        "client": f"client:{claims['client_id']}",
        "grantee": f"client:{claims.get(GRANTEE, claims['client_id'])}",
        "client_until": datetime.fromtimestamp(claims["iat"], UTC) + CLIENT_LISTED,
    }


def is_live(claims):
    """Has nothing ended the token that carries ``claims``?"""
    return hot.first(ENDED, **names(claims)) is None


def _claims(subject, client, scope, audience):
    config = current_app.config
    now = clock.seconds()
    claims = {
        "iss": config["ISSUER"],
        "sub": subject,
        "aud": audience,
        "exp": now + config["ACCESS_TOKEN_SECONDS"],
        "iat": now,
        "jti": ids.secret(128),
        "client_id": client.client_id,
    }
    if scope:
        claims["scope"] = scope
    return claims
