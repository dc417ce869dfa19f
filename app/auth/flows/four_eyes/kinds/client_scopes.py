"""Registering an app that may ask to move money, and changing it.

Its secret is no part of the act: whoever asked draws one once it is approved.
"""

import json

from app.auth.clients import registration
from app.auth.clients.members import DEFAULTS
from app.auth.consents import scopes
from app.auth.flows import register_client
from app.auth.flows.four_eyes.kind import Kind
from app.auth.staff.permissions import CLIENTS_MANAGE
from app.foundation.problems import NotFound

ALWAYS = {"grant_types", "token_endpoint_auth_method", "scope"}  # told though they are the usual


class ClientScopes(Kind):
    """subject: a client's id; change: ``given`` (RFC 7591 metadata), ``scopes``, ``new``."""

    name = "client_payment_scopes"
    permission = CLIENTS_MANAGE

    def check(self, subject, change, by):
        """Raise InvalidMetadata and its kind, Taken, NotFound."""
        registration.described(change["given"], _scopes(change))
        if change["new"] and _stored(subject) is not None:
            raise registration.Taken
        if not change["new"]:
            registration.get(subject)

    def places(self, subject, change):
        """The institution of the app; of one that is new, the one that it names."""
        if change["new"]:
            return [change["given"].get("institution")]
        return [registration.get(subject).institution]

    def before(self, subject, change):
        """What is registered; nothing of an app that is new."""
        if change["new"]:
            return {}
        return json.loads(registration.held(subject).described)

    def after(self, subject, change):
        """What would be; of an app that is new, where it is not as any app is."""
        would = registration.described(change["given"], _scopes(change))
        if not change["new"]:
            return would
        usual = {name: value for name, value in DEFAULTS.items() if name not in ALWAYS}
        return {n: v for n, v in would.items() if n not in usual or usual[n] != v}

    def prepare(self, subject, change):
        """Fetch what the description links to."""
        client_id = None if change["new"] else subject
        return register_client.prepare(change["given"], _scopes(change), client_id)

    def verb(self, subject, change, prepared, by):
        """Register or change it."""
        if change["new"]:
            register_client.register_prepared(prepared, client_id=subject, by=by)
        else:
            register_client.change_prepared(subject, prepared, by=by)


def _scopes(change):
    return {name: scopes.EVERY[name] for name in change["scopes"] if name in scopes.EVERY}


def _stored(client_id):
    try:
        return registration.get(client_id)
    except NotFound:
        return None
