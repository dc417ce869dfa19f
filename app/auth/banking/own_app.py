"""The app that the account's own pages are to the bank: one of ours, which no one signs in to.

It has no grant and no secret: no endpoint gives it anything. A page mints it a token for the
person who is here, good for a minute and no longer than their session, that may only read.
"""

from flask import current_app

from app.auth.audit import events
from app.auth.clients import registration, registry
from app.auth.clients.members import DEFAULTS
from app.auth.clients.models import Client
from app.auth.database import db
from app.auth.tokens import access
from app.auth.tokens.models import Grant

CLIENT_ID = "portaria-account"
SCOPE = "wallet:read reports:read"
SECONDS = 60
DESCRIBED = DEFAULTS | {
    "client_name": "Portaria",
    "application_type": "native",
    "grant_types": [],
    "response_types": [],
    "scope": SCOPE,
    "token_endpoint_auth_method": "none",
}


def ensure():
    """See that the app has its row; one that is there is left as it is.

    Raises Taken: when another process has just made it.
    """
    if db.session.get(Client, CLIENT_ID) is None:
        registration.add(DESCRIBED, by=events.SYSTEM, client_id=CLIENT_ID)


def token(here):
    """Return an access token to the bank for who is ``here`` (a presence).

    None when the app is not registered, or was switched off.
    """
    client = registry.find(CLIENT_ID)
    if client is None or client.disabled:
        return None
    grant = Grant(
        grant_id=f"{CLIENT_ID} {here.session_id}",
        user_id=here.user_id,
        subject=here.sub,
        session_id=here.session_id,
        scope=SCOPE,
        audience=current_app.config["BANK_AUDIENCE"],
        nonce=None,
        auth_time=here.auth_time,
        acr=here.acr,
        amr=here.amr,
        claims=None,
    )
    return access.for_grant(grant, client, SCOPE, seconds=SECONDS)
