"""``private_key_jwt``: a client signs that it is itself (RFC 7523 §2.2, §3, OIDC Core §9).

The library's own is not used: it takes an assertion that ends in years, one shown before, and one
that speaks of another client than the form does.
"""

from datetime import UTC, datetime

from flask import current_app

from app.auth.clients import keys, members, registry
from app.auth.keys import jose
from app.auth.oauth import errors
from app.auth.replays import marks
from app.foundation import clock
from app.foundation.logs import log

NAME = "private_key_jwt"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MEDIA_TYPES = {"jwt", "client-authentication+jwt"}  # none is good too (RFC 7519 §5.1)
TOKEN_ENDPOINT = "/oauth/token"
STRICT = ("PS256", "ES256", "EdDSA")
LONGEST_SECONDS = 3600  # that an assertion may still live
AHEAD_SECONDS = 60  # that its clock may be before ours
LEEWAY_SECONDS = 10  # that it may be behind


class _Refused(errors.InvalidClient):
    """As every failure of authentication to whoever asks (T-18); why is for the log alone."""

    def __init__(self, reason):
        super().__init__()
        self.detail = reason


def assertion(request):
    """Return the client whose key signed the assertion in the body; None: there is none.

    It speaks of one client alone, is meant for this server, ends within the hour, and is good once
    (RFC 7523 §3): marked in the database, after everything else about it was found right.

    Raises InvalidClient.
    """
    value = request.form.get("client_assertion")
    if not value:
        return None
    try:
        return _proved(value, request)
    except _Refused as refused:
        log.info("client not authenticated", method=NAME, detail=refused.detail)
        raise


def accepted_audiences(client, issuer, endpoint):
    """Return every value of ``aud`` that is good from ``client`` at the path ``endpoint``. Pure.

    By default the issuer, the token endpoint, and the endpoint that is asked (RFC 9126 §2), each as
    a text or as the one member of a list (OIDC Core §9). Strict, the issuer as a text alone (FAPI
    2.0 §5.3.2.1): for a client in the shape that profile asks, which has registered that it pushes
    its requests and with which of its algorithms it signs.
    """
    pushes = client.require_pushed_authorization_requests
    if pushes and client.token_endpoint_auth_signing_alg in STRICT:
        return [issuer]
    texts = [issuer, f"{issuer}{TOKEN_ENDPOINT}", f"{issuer}{endpoint}"]
    return [*texts, *([text] for text in texts)]


def _proved(value, request):
    if request.form.get("client_assertion_type") != TYPE:
        raise _Refused("client_assertion_type")
    client = _claimed(value, request)
    registered = client.token_endpoint_auth_signing_alg
    algorithms = (registered,) if registered else members.SIGNING
    verified = keys.verify(client, value, algorithms)
    if verified is None:
        raise _Refused("signature, algorithm or key")
    header, claims = verified
    if str(header.get("typ", "JWT")).lower() not in MEDIA_TYPES:
        raise _Refused("typ")
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise _Refused("iss or sub")
    good = accepted_audiences(client, current_app.config["ISSUER"], request.uri)
    if claims.get("aud") not in good:
        raise _Refused("aud")
    _check_once(client, claims, _until(claims))
    return client


def _claimed(value, request):
    """The client that the assertion and the form say they are; nothing of it is proved yet."""
    try:
        _header, message, _signature = jose.split(value)
        client_id = jose.claims_of(message).get("sub")
    except jose.Malformed:
        raise _Refused("not a JWS") from None
    if not isinstance(client_id, str) or (request.form.get("client_id") or client_id) != client_id:
        raise _Refused("sub or client_id")
    client = registry.find(client_id)
    if client is None or client.disabled or not client.check_endpoint_auth_method(NAME, None):
        raise _Refused("client or its method")
    return client


def _until(claims):
    """When the assertion has ended for certain. Written so that NaN is refused, too."""
    now = clock.now().timestamp()
    exp = _seconds(claims.get("exp"))
    if not now - LEEWAY_SECONDS < exp <= now + LONGEST_SECONDS:
        raise _Refused("exp")
    for name in ("iat", "nbf"):
        if name in claims and not _seconds(claims[name]) <= now + AHEAD_SECONDS:
            raise _Refused(name)
    return datetime.fromtimestamp(exp + LEEWAY_SECONDS, UTC)


def _seconds(value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Refused("a moment that is no number")
    return value


def _check_once(client, claims, until):
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti or not jti.isprintable():
        raise _Refused("jti")
    if not marks.first_use(f"{NAME} {client.client_id}\n{jti}", until):
        raise _Refused("shown before")
