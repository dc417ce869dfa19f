"""A request object is opened, and what it says wins (RFC 9101, OIDC Core §6.1).

By value, as a compact JWS that the client signed. One may come again while it lives: a browser
that reloads or goes back sends the same address, so no ``jti`` is used up. Each coming is only a
question; the sign-in, the consent and the code it leads to are good once, as any other's.
"""

import json

from flask import current_app

from app.auth.clients import keys
from app.auth.clients.members import MEMBERS
from app.auth.keys import jose
from app.auth.oauth import errors
from app.auth.oauth.checks import redirect_uri
from app.auth.oauth.draft import PARAMETERS
from app.foundation import clock, intake

ALGORITHMS = MEMBERS["request_object_signing_alg"].choices  # never none, never HS
TYPES = ("jwt", "oauth-authz-req+jwt")
JSON_IN = {"claims": dict, "authorization_details": list}  # a text in a form, JSON in here
LIFE = 3600  # seconds
AHEAD = 60  # seconds that a client's clock may be fast


def check(asked):
    """Go on with what is inside and, unless its client must sign all, what is only outside.

    The error of one that cannot be opened goes to the address outside, if that one is good.
    Raises InvalidRequestObject, InvalidRequest.
    """
    token = asked.get("request")
    if token is None:
        return
    try:
        if "request" in asked.repeated:
            raise errors.InvalidRequest("The request is repeated.")
        inside = _opened(token, asked.client)
    except errors.Refused:
        redirect_uri.trust_outside(asked)
        raise
    if asked.client.require_signed_request_object:  # RFC 9101 §6.3
        asked.replace(inside)
        asked.repeated = frozenset()
    else:
        asked.replace(asked.parameters | inside)
    asked.signed = True


def _opened(token, client):
    """Return the parameters inside (name → text)."""
    only = client.request_object_signing_alg
    verified = keys.verify(client, token, (only,) if only else ALGORITHMS)
    if verified is None:
        raise errors.InvalidRequestObject("The request object is not a JWS signed by the client.")
    typ = verified[0].get("typ", TYPES[0])
    if not isinstance(typ, str) or typ.lower() not in TYPES:
        raise errors.InvalidRequestObject("The typ of the request object is not one of its kind.")
    claims = _strictly(token)
    for fault in _faults(claims, client.client_id):
        raise errors.InvalidRequestObject(f"In the request object, {fault}.")
    return {name: _text(name, claims[name]) for name in PARAMETERS if name in claims}


def _strictly(token):
    """The claims once more, as strictly as a form: no name twice, no control character."""
    try:
        return intake.json_object(jose.unb64(token.split(".")[1]))
    except intake.Malformed:
        raise errors.InvalidRequestObject("The request object is not strict JSON.") from None


def _faults(claims, client_id):
    """Yield what is wrong, one claim after the other (RFC 9101 §6.3, §10.8)."""
    now, issuer = clock.now().timestamp(), current_app.config["ISSUER"]
    aud = claims.get("aud")
    if claims.get("iss") != client_id:
        yield "iss must be the client_id"
    if issuer not in (aud if isinstance(aud, list) else [aud]):
        yield "aud must be the issuer"
    if claims.get("client_id", client_id) != client_id:
        yield "client_id must be the one outside"
    if claims.get("sub") == client_id:  # else it could pass for a client assertion
        yield "sub must not be the client_id"
    if "request" in claims or "request_uri" in claims:
        yield "request and request_uri must not be"
    begins = claims.get("nbf", now)
    if not _is_time(begins) or not now - LIFE <= begins <= now + AHEAD:
        yield "nbf must be at most 60 minutes past or 60 seconds ahead"
    if not _is_time(claims.get("exp")) or not now < claims["exp"] <= begins + LIFE:
        yield "exp must be ahead, and at most 60 minutes after nbf"
    if not _is_time(claims.get("iat", now)) or claims.get("iat", now) > now + AHEAD:
        yield "iat must not be more than 60 seconds ahead"


def _is_time(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(name, value):
    """Return a parameter as :class:`Draft` would hold it (RFC 9101 §4)."""
    if isinstance(value, JSON_IN.get(name, ())):
        return json.dumps(value, ensure_ascii=False)
    if name == "resource":  # the one that may be repeated (RFC 8707 §2)
        named = [value] if isinstance(value, str) else value
        if isinstance(named, list) and named and all(isinstance(each, str) for each in named):
            return named
    if name == "max_age" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise errors.InvalidRequestObject(f"In the request object, {name} is of a wrong type.")
    return value
