"""The table: which checks an authorization request passes, in which order.

What fails above :data:`ADDRESS` is answered on our own page, because no address is sure yet; what
fails below it may be sent to the client (RFC 6749 §4.1.2.1).
"""

from app.auth.oauth.checks import (
    assurance,
    claims,
    client,
    id_token_hint,
    login_hint,
    nonce,
    pkce,
    prompt,
    redirect_uri,
    repeated,
    request_object,
    resource,
    response,
    scope,
)

ADDRESS = (client, redirect_uri)
REQUEST = (
    repeated,
    request_object,
    response,
    scope,
    resource,
    pkce,
    nonce,
    prompt,
    assurance,
    id_token_hint,
    claims,
    login_hint,
)


def check_address(asked):
    """Settle who asks and where the answer goes. Raises UnknownClient, InvalidRedirectUri."""
    for module in ADDRESS:
        module.check(asked)


def check_request(asked):
    """Return the checked request, frozen. Raises Refused: to be sent to the client."""
    for module in REQUEST:
        module.check(asked)
    return asked.freeze()
