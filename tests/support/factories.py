"""People, applications and signing keys for tests, made by the same verbs as the commands.

Each is new: its names are drawn, so tests may share a database and never meet.
"""

import secrets
from dataclasses import dataclass, field

import pyotp
from sqlalchemy import delete

from app.auth.accounts import lookup
from app.auth.accounts import registration as accounts
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.factors import totp
from app.auth.flows import disable_client, register_client
from app.auth.keys import ring, rotation, timetable
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.database import kept
from tests.support import pairs

CALLBACK = "https://app.cofrinho.example/callback"
PASSWORD = "cavalo bateria grampo"


@dataclass(frozen=True)
class Person:
    """Someone with an account."""

    email: str
    password: str
    sub: str
    id: int


@dataclass(frozen=True)
class App:
    """A registered client, and how it authenticates."""

    client_id: str
    client_secret: str | None
    method: str
    described: dict = field(default_factory=dict)

    @property
    def redirect_uri(self):
        """The first address it registered."""
        return self.described["redirect_uris"][0]


def person(server, **told):
    """Open an account at ``server`` and return its :class:`Person`; see ``NewPerson``."""
    told = {"email": f"{secrets.token_hex(6)}@example.com", "password": PASSWORD} | told
    with server.app_context(), kept(db):
        user = accounts.create(accounts.NewPerson(**told))
        return Person(told["email"], told["password"], user.sub, user.id)


def app(server, method="client_secret_basic", *, client_secret=None, **described):
    """Register an application at ``server`` and return its :class:`App`.

    It may use every grant that its ``method`` of authentication allows, and ask for every scope,
    unless ``described`` (RFC 7591 metadata) says otherwise.
    """
    grants = ["authorization_code", "refresh_token"]
    metadata = {
        "client_name": "Cofrinho",
        "redirect_uris": [CALLBACK],
        "grant_types": grants if method == "none" else [*grants, "client_credentials"],
        "token_endpoint_auth_method": method,
        "scope": " ".join(scopes.CATALOGUE),
    }
    metadata |= described
    with server.app_context(), kept(db):
        made = register_client.register(
            metadata, scopes=scopes.CATALOGUE, client_secret=client_secret
        )
    return App(made["client_id"], made.get("client_secret"), method, made)


def keys(server):
    """Give ``server`` its first signing keys."""
    with server.app_context(), pairs.reused(), kept(db):
        rotation.ensure()


def rotate_keys(server, alg=None):
    """Turn the signing keys over, as the command does; return the new active kids."""
    with server.app_context(), pairs.reused(), kept(db):
        return [row.kid for row in rotation.rotate(alg)]


def disable(server, app):
    """Switch ``app`` off, as the command does."""
    with server.app_context(), kept(db):
        disable_client.now(app.client_id)


def signed(server, claims, *, typ, alg="ES256"):
    """Return ``claims`` under the server's own signature, as a JWS of type ``typ``."""
    with server.app_context():
        return ring.sign(claims, alg=alg, typ=typ)


def retire_key(server, kid):
    """Withdraw a signing key at once, as the command does."""
    with server.app_context(), pairs.reused(), kept(db):
        rotation.retire(kid)


def keep_key_timetable(server):
    """Do with the keys what their age asks, as the worker does."""
    with server.app_context(), pairs.reused(), kept(db):
        return timetable.keep()


def lose_keys(server):
    """Take every signing key away from ``server``."""
    with server.app_context(), kept(db):
        db.session.execute(delete(SigningKey))
        ring.current().forget()


def newcomer(server, **told):
    """Open an account at ``server`` whose e-mail address nobody has proved yet."""
    made = person(server, **told)
    with server.app_context(), kept(db):
        lookup.by_id(made.id).must_prove = "email"
    return made


def token_for_app(server, person):
    """Return an access token that the app of somebody else might have of ``person``."""
    now = clock.seconds()
    known = {"iss": server.config["ISSUER"], "aud": server.config["ISSUER"], "sub": person.sub}
    known |= {"iat": now, "exp": now + 900, "jti": secrets.token_hex(8), "scope": "openid profile"}
    return signed(server, known | {"client_id": app(server).client_id}, typ="at+jwt")


def authenticator(server, person):
    """Give the person an authenticator app; return it (a ``pyotp.TOTP``)."""
    with server.app_context(), kept(db):
        app = pyotp.TOTP(totp.begin(lookup.by_id(person.id)).secret)
        # Its code of before, so that the one of now is new; again should a step end meanwhile.
        assert any(totp.enable(person.id, app.at(clock.seconds() - 30)) for _ in range(3))
    return app
