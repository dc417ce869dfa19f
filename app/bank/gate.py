"""This house's gate: each room is a part of the bank, ``BANK_AUDIENCE/<room>`` (RFC 8707 §2)."""

from typing import NamedTuple

from app.bank import problems
from app.resource_server import ResourceServer, Trust, current_token
from app.resource_server.errors import NotTheOwner

bank = ResourceServer()


def init_app(app, rooms, transport=None, acted=None):
    """Trust the issuer of the settings for ``rooms``.

    transport: an httpx transport to the issuer when it lives in this process; else the network;
    acted: told of each token with which somebody acts for its person.
    """
    trust = Trust(
        issuer=app.config["ISSUER"],
        audience=app.config["BANK_AUDIENCE"],
        client_id=app.config["BANK_CLIENT_ID"],
        client_secret=app.config["BANK_CLIENT_SECRET"],
        leeway_seconds=app.config["CLOCK_LEEWAY_SECONDS"],
        live_seconds=app.config["INTROSPECTION_CACHE_SECONDS"],
        jwks_uri=f"{app.config['BANK_AUDIENCE']}/jwks",
    )
    bank.init_app(app, trust, transport=transport, answer=problems.answer, parts=rooms, acted=acted)


class Caller(NamedTuple):
    """Who asks: the person, the app in their hands, and what its token says was approved.

    scope: a set of names; acr, auth_time: how surely the person was here, and when (seconds since
    1970, or None); details: the token's
    ``authorization_details``, a tuple of dicts (RFC 9396).
    """

    sub: str
    client_id: str
    scope: frozenset = frozenset()
    acr: str | None = None
    auth_time: float | None = None
    details: tuple = ()


def caller():
    """Return the :class:`Caller` of this request, which the gate let in."""
    token = current_token._get_current_object()  # once: each look through the proxy costs
    here = token.acr, token.auth_time
    return Caller(token.subject, token.client_id, token.scope, *here, token.details)


def app_itself(otherwise):
    """Return the :class:`Caller`, an app that asks for itself; a person's raises ``otherwise``."""
    if not current_token.is_of_the_app:
        raise otherwise
    return caller()


def person():
    """Return the :class:`Caller`, an app that asks for a person. Raises NotTheOwner: for itself."""
    if current_token.is_of_the_app:
        raise NotTheOwner
    return caller()
