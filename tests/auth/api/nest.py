"""What a client of document 004 does, and what it is mailed."""

import base64
import secrets

from app.auth.accounts import lookup
from app.auth.database import db
from app.foundation.database import kept
from tests.auth import outbox
from tests.support.factories import PASSWORD

INTROSPECTION = ("/oauth/introspect", "/auth/introspect")


def new_address():
    """Return an address that nobody has."""
    return f"r{secrets.token_hex(6)}@example.com"


def register(phone, email, **told):
    """Open an account; return the answer."""
    told = {"email": email, "password": PASSWORD, "name": "Rita Alves"} | told
    return phone.post("/auth/register", **told)


def login(phone, identifier, password=PASSWORD, **code):
    """Sign in; return the answer."""
    return phone.post("/auth/login", identifier=identifier, password=password, **code)


def verify(phone, token):
    """Prove an address by the token of a link; return the answer."""
    return phone.call("POST", "/verification-token/verify", {"token": token})


def confirm(phone, token, password):
    """Replace a forgotten password by the token of a link; return the answer."""
    told = {"token": token, "newPassword": password}
    return phone.call("POST", "/reset-password/confirm", told)


def introspect(phone, token, caller=None, **headers):
    """Ask about ``token``, with a bearer token or another proof; return the answer."""
    return phone.call("POST", "/auth/introspect", {"token": token}, caller, **headers)


def mailed(server, email):
    """Return what the last message to ``email`` with a link tells: its context."""
    with server.app_context():
        return [each.context for each in outbox.waiting(email) if "link" in each.context][-1]


def token_of(server, email):
    """Return the token of the last link that was mailed to ``email``."""
    return mailed(server, email)["link"].partition("token=")[2]


def must_change_password(server, person):
    """Whoever knows the password must choose another first, as the first administrator must."""
    with server.app_context(), kept(db):
        lookup.by_id(person.id).must_change_password = True


def basic(app):
    """Return the header by which ``app`` proves itself."""
    told = f"{app.client_id}:{app.client_secret}".encode()
    return f"Basic {base64.b64encode(told).decode()}"
