"""An application registers itself, and looks after what it registered (RFC 7591, RFC 7592).

Its token is looked at first, and again when it is used up or under the client's lock: describing
may wait for somebody else's server, and of many at once one wins.
"""

import json

from flask import current_app

from app.auth.audit import events
from app.auth.clients import credentials, invitations, registration, registry
from app.auth.clients.credentials import WrongToken
from app.auth.clients.registration import ChangedMeanwhile
from app.auth.consents import scopes
from app.auth.flows import register_client, remove_client
from app.auth.flows.four_eyes import policy
from app.foundation.problems import NotFound, Problem

NEVER_SENT = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


class WrongUpdate(Problem):
    """The update is not of this client, or says what only the server does (RFC 7592 §2.2)."""

    code = "invalid_request"


def begin(given, token=None):
    """Register what ``given`` (dict) describes; return the RFC 7591 answer (§3.2.1).

    token: the initial access token that was shown, or None. A good one lifts the limit on scopes;
    with ``REGISTRATION=token`` nobody registers without. It loses a use only when all went well.

    Raises WrongToken, InvalidMetadata and its kind.
    """
    if token is None:
        if current_app.config["REGISTRATION"] != "open":
            raise WrongToken
        mine = policy.without_money(scopes.for_anyone())
        return register_client.register_itself(given, scopes=mine, admit=lambda: events.NOBODY)
    invitations.check(token)
    return register_client.register_itself(
        given,
        scopes=policy.without_money(scopes.CATALOGUE),
        admit=lambda: invitations.spend(token),
    )


def tell(client_id, token):
    """Return what is registered (RFC 7592 §2.1): never a secret, whose digest alone is kept.

    Raises WrongToken: whatever is wrong with the client or its token.
    """
    client = _proved(registration.get, client_id, token)
    return registration.answer(client) | {"registration_access_token": token}


def change(client_id, token, given):
    """Replace a client's description by ``given`` (dict), whole (RFC 7592 §2.2).

    It may keep the scopes it has and add those that anyone may ask. Returns the answer, with the
    registration access token that is good from now on.

    Raises WrongToken, WrongUpdate, ChangedMeanwhile, InvalidMetadata and its kind.
    """
    client = _proved(registration.get, client_id, token)
    stood, place = client.described, client.institution
    _check_update(client_id, given)
    kept = json.loads(stood)

    def admit():
        client = _proved(registration.held, client_id, token)
        if client.described != stood:
            raise ChangedMeanwhile
        return client

    mine = {*policy.without_money(scopes.for_anyone(), place), *kept["scope"].split()}
    allowed = {name: scope for name, scope in scopes.CATALOGUE.items() if name in mine}
    return register_client.change_itself(client_id, given, scopes=allowed, kept=kept, admit=admit)


def leave(client_id, token):
    """Remove a client at its own word, and end everything it holds (RFC 7592 §2.3).

    Raises WrongToken.
    """
    _proved(registration.get, client_id, token)
    _proved(registration.held, client_id, token)
    remove_client.now(client_id, by=client_id)


def _proved(find, client_id, token):
    try:
        client = find(client_id)
    except NotFound:
        client = None
    credentials.prove(client, token)
    return client


def _check_update(client_id, given):
    told = {name: value for name, value in given.items() if value is not None}
    if told.get("client_id") != client_id:
        raise WrongUpdate("client_id must be there and be the client's own.")
    for name in NEVER_SENT:
        if name in told:
            raise WrongUpdate(f"{name} must not be sent.")
    secret = told.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and _is_secret_of(client_id, secret)):
        raise WrongUpdate("client_secret is not the client's own; it cannot be chosen.")


def _is_secret_of(client_id, secret):
    client = registry.find(client_id)
    return client is not None and client.check_client_secret(secret)
