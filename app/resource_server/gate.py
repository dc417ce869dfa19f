"""The gate: a Flask extension, a rule on each route, and the token that came in by it."""

from functools import wraps
from typing import NamedTuple

from flask import current_app, g, jsonify, request
from werkzeug.local import LocalProxy

from app.resource_server import bearer, metadata
from app.resource_server.errors import (
    InsufficientScope,
    InvalidToken,
    NotTheOwner,
    OnlyReads,
    Refusal,
)
from app.resource_server.introspection import Introspection
from app.resource_server.issuer import Issuer
from app.resource_server.jwks import Keys
from app.resource_server.tokens import Verifier

_EXTENSION = "resource_server"
_SAFE = {"GET", "HEAD"}


class Desk(NamedTuple):
    """What one app's gate works with."""

    trust: object
    verifier: Verifier
    introspection: Introspection
    acted: object = None


class ResourceServer:
    """A protected API, or a part of one below it (RFC 9728 §1).

    A token whose audience is the whole opens its parts; one for a part opens that part alone
    (RFC 8707 §2).
    """

    def __init__(self, path=""):
        self.path = path
        self.scopes = set()
        self.details = set()
        self.parts = {}

    def part(self, name):
        """Return the gate of the part called ``name``."""
        return self.parts.setdefault(name, ResourceServer(f"{self.path}/{name}"))

    def init_app(self, app, trust, *, transport=None, answer=None, parts=(), acted=None):
        """Guard ``app`` by ``trust``; nothing is fetched here.

        transport: an httpx transport to the issuer, instead of the network; answer: makes the
        response of a :class:`Refusal` (the headers are added here); parts: the names of those
        this app opens, to be published (RFC 9728); acted: told of each token with which somebody
        acts for its person, once it was let in.
        """
        issuer = Issuer(trust.issuer, transport)
        verifier = Verifier(trust.issuer, Keys(issuer), trust.leeway_seconds)
        app.extensions[_EXTENSION] = Desk(trust, verifier, Introspection(issuer, trust), acted)
        app.register_error_handler(Refusal, lambda error: _refuse(error, answer or _plain))
        open_parts = [self, *(self.part(name) for name in parts)]
        app.register_blueprint(metadata.blueprint(trust, open_parts))

    def require(self, scope, *, owner=None, live=False, details=None):
        """Open a route to tokens with ``scope`` only.

        owner: the part of the path that must name the token's own person; live: ask the issuer
        whether the token is still good, instead of believing it until it expires; details: the
        type of ``authorization_details`` that the route understands, to be published (RFC 9396).
        """
        self.scopes.add(scope)
        self.details |= {details} if details else set()

        def protect(view):
            """Put the rule before ``view``."""

            @wraps(view)
            def guarded(**arguments):
                """Let in who may come in."""
                g.resource_path = self.path
                token = self._admit(live)
                if scope not in token.scope:
                    raise InsufficientScope(scope)
                if owner and not token.belongs_to(arguments[owner]):
                    raise NotTheOwner
                _note_actor(token)
                g.current_token = token
                return view(**arguments)

            guarded.requires = scope
            return guarded

        return protect

    def _admit(self, live):
        desk = current_app.extensions[_EXTENSION]
        value = bearer.presented(request)
        token = desk.verifier.verify(value)
        if not token.audience & {desk.trust.audience, desk.trust.audience + self.path}:
            raise InvalidToken(detail="aud")
        if live and not desk.introspection.is_active(value):
            raise InvalidToken(detail="inactive")
        return token


def _note_actor(token):
    """Who acts for a person looks, and that is told. Raises OnlyReads."""
    if token.actor is None:
        return
    if request.method not in _SAFE:
        raise OnlyReads
    acted = current_app.extensions[_EXTENSION].acted
    if acted:
        acted(token)


current_token = LocalProxy(lambda: g.current_token)


def _refuse(error, answer):
    trust = current_app.extensions[_EXTENSION].trust
    where = metadata.url(trust.audience, g.get("resource_path", ""))
    response = answer(error)
    response.headers.update(error.headers(where))
    return response


def _plain(error):
    response = jsonify(error=error.code, error_description=error.description)
    response.status_code = error.status
    return response
