"""The table: which checks an authorization request passes, in which order.

The same at the authorization endpoint and where a request is pushed (RFC 9126 §2.1). What fails
above ``redirect_uri`` is answered on our own page, because no address is sure yet; what fails
below it may be sent to the client (RFC 6749 §4.1.2.1).
"""

from app.auth.oauth.checks import (
    assurance,
    authorization_details,
    claims,
    client,
    id_token_hint,
    login_hint,
    nonce,
    pkce,
    profile,
    prompt,
    pushed_request,
    redirect_uri,
    repeated,
    request_object,
    resource,
    response,
    scope,
)

CHECKS = (
    client,
    pushed_request,
    request_object,
    redirect_uri,
    repeated,
    profile,
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
    authorization_details,
)


def check(asked):
    """Return the checked request, frozen.

    Raises Refused: to be sent to the client when ``asked.address`` is settled, else to be told to
    the person; to who pushes, in the answer.
    """
    for module in CHECKS:
        module.check(asked)
    return asked.freeze()
