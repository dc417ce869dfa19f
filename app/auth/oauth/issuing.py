"""What every grant does last: mint, and answer (RFC 6749 §5.1)."""

from flask import current_app

from app.auth.consents.details import registry as details
from app.auth.keys import ring
from app.auth.tokens import access, id_tokens
from app.foundation import metrics


def make_sure(client):
    """See that what ``client``'s tokens need is there, before anything is used up for them.

    Raises Unavailable: when there is no active key for one of them.
    """
    for alg in (client.access_token_signed_response_alg, client.id_token_signed_response_alg):
        ring.current().signer(alg)


def for_person(grant, client, scope, refresh_token):
    """Return the token answer (dict) under ``grant`` for ``scope`` (text)."""
    access_token = access.for_grant(grant, client, scope)
    answer = _answer(access_token, scope)
    if grant.details:  # RFC 9396 §7
        answer["authorization_details"] = details.entries_of(grant.details)
    if refresh_token:
        answer["refresh_token"] = refresh_token
    if "openid" in scope.split():
        answer["id_token"] = id_tokens.mint(grant, client, access_token)
    return answer


def for_client(client, scope, audience):
    """Return the token answer (dict) for the client itself: never a refresh token."""
    return _answer(access.for_client(client, scope, audience), scope)


def onward(claims, client, scope, audience):
    """Return the token answer (dict) by which ``client`` acts on for whom ``claims`` speak of."""
    seconds, access_token = access.onward(claims, client, scope, audience)
    return _answer(access_token, scope) | {"expires_in": seconds}


def acting(who, client, scope, audience):
    """Return the token answer (dict) by which staff read: who: leave, person, actor's claims."""
    seconds, access_token = access.acting(who, client, scope, audience)
    return _answer(access_token, scope) | {"expires_in": seconds}


def _answer(access_token, scope):
    metrics.count("tokens_issued")
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": current_app.config["ACCESS_TOKEN_SECONDS"],
    }
    if scope:  # never an empty one (RFC 6749 §3.3)
        answer["scope"] = scope
    return answer
