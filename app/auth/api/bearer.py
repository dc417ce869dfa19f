"""Who calls with an access token of a document (RFC 6750)."""

from typing import NamedTuple

from flask import request

from app.auth.clients import documents
from app.auth.interactions.prompts import step_up
from app.auth.tokens import access, owner
from app.foundation.problems import Problem


class Caller(NamedTuple):
    """The token's claims, and whom it speaks of (`owner.Person`)."""

    claims: dict
    person: owner.Person

    @property
    def scope(self):
        """What the token allows, names."""
        return self.claims.get("scope", "").split()


class Refused(Problem):
    """The token is missing, no longer good, or does not reach (RFC 6750 §3.1).

    challenge: for ``WWW-Authenticate``.
    """

    def __init__(self, code, status, description):
        super().__init__(description)
        self.code, self.status = code, status
        named = "" if code == "token_missing" else f', error="{code}"'
        self.challenge = f'Bearer realm="portaria"{named}'


class NotFresh(Refused):
    """The sign-in is too old for this, or was not as sure as the person can be (RFC 9470 §3)."""

    def __init__(self):
        code = "insufficient_user_authentication"
        super().__init__(code, 401, "Sign in again, with the second factor if there is one.")
        self.challenge += f', max_age="{step_up.FRESH_SECONDS}"'


class NotOurs(Refused):
    """The token is of somebody else's app: these addresses are for our own alone (C27)."""

    def __init__(self):
        super().__init__("unauthorized_client", 403, "Only apps of our own use this address.")


def caller(scope="profile"):
    """Return the :class:`Caller` of this request, whose token has ``scope``. Raises Refused."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        raise Refused("token_missing", 401, "An access token is needed.")
    claims = access.read(value.strip())
    if claims is None:
        raise ended()
    document = documents.CATALOGUE.get(claims["client_id"])
    if document is None or not document.is_on:
        raise NotOurs
    person = owner.of(claims)
    if person is None:
        raise ended()
    found = Caller(claims, person)
    if scope not in found.scope:
        raise Refused("insufficient_scope", 403, f"The access token lacks the scope {scope}.")
    return found


def ended():
    """Return the refusal of a token that is no longer good."""
    return Refused("invalid_token", 401, "The access token is unknown, expired or revoked.")
