"""The public client by which ``/docs`` asks for tokens: there while the page is."""

import json
from contextlib import suppress

from app.auth.audit import events
from app.auth.clients import registration
from app.auth.consents import scopes
from app.auth.flows import register_client, remove_client
from app.foundation.problems import NotFound

CLIENT_ID = "portaria-docs"
NAME = "Portaria API docs"


def ensure(settings):
    """See that the client is registered for this issuer; with ``API_DOCS=off``, that it is gone.

    Two processes may ask at once: one of them makes it, the other is told IntegrityError or Taken.
    """
    stood = _stood()
    if settings["API_DOCS"] != "on":
        if stood is not None:
            with suppress(NotFound):  # another process has just removed it
                remove_client.now(CLIENT_ID, by=events.SYSTEM)
        return
    wanted = _described(settings["ISSUER"])
    if stood is None:
        register_client.register(
            wanted, scopes=scopes.CATALOGUE, client_id=CLIENT_ID, by=events.SYSTEM
        )
    elif any(stood.get(name) != value for name, value in wanted.items()):
        register_client.change(CLIENT_ID, wanted, scopes=scopes.CATALOGUE, by=events.SYSTEM)


def _stood():
    try:
        return json.loads(registration.get(CLIENT_ID).described)
    except NotFound:
        return None


def _described(issuer):
    return {
        "client_name": NAME,
        "application_type": "web" if issuer.startswith("https:") else "native",
        "redirect_uris": [f"{issuer}/docs/oauth2-redirect.html"],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code"],
        "scope": " ".join(name for name in scopes.CATALOGUE if name != "offline_access"),
    }
