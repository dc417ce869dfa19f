"""Claims asked for by name (OIDC Core §5.5): what is kept of such a request.

It goes as JSON text from the request through the code into the refresh token. In a consent a claim
stands beside the scopes, as ``claim:<name>``.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from app.auth.consents import scopes

PREFIX = "claim:"  # no scope begins with it

_ORDER = tuple(name for scope in scopes.CATALOGUE.values() for name in scope.claims)


class Named(NamedTuple):
    """Which claims userinfo tells, and which the ID token.

    acr: the level that the ID token tells of, where it is not the one reached.
    """

    userinfo: Sequence = ()
    id_token: Sequence = ()
    acr: str | None = None


def write(asked):
    """Return ``asked`` (:class:`Named`) as text, or None when it asks for nothing."""
    return json.dumps(asked._asdict()) if any(asked) else None


def read(text):
    """Return the :class:`Named` that :func:`write` wrote; None asks for nothing."""
    return Named(**json.loads(text)) if text else Named()


def to_allow(scope, text):
    """Return what a person has to allow: the names in ``scope``, and what ``text`` asks beyond.

    A claim that one of these scopes opens is allowed with it.
    """
    if text is None:
        return scope
    asked = read(text)
    beyond = {*asked.userinfo, *asked.id_token} - scopes.claims_of(scope)
    return (*scope, *(PREFIX + name for name in _ORDER if name in beyond))


def covered(allowed):
    """Return each claim, as in a consent, that the ``allowed`` scopes open."""
    return frozenset(PREFIX + name for name in scopes.claims_of(allowed))


def claim(name):
    """Return the claim that ``name`` in a consent stands for, or None for a scope."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else None
