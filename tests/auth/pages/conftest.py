"""An app, a person, and browsers to visit with."""

from urllib.parse import urlencode

import pyotp
import pytest
from sqlalchemy import select

from app.auth.accounts import lookup, registration
from app.auth.clients.members import DEVICE
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.deeds.models import Approval
from app.auth.factors import recovery_codes, totp
from app.auth.flows import register_client
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.pages import visitor
from tests.auth.pages.codes import Codes
from tests.auth.pages.paying import SCOPE
from tests.support import deeds, factories

PASSWORD = "corredor azul 42"
COFRINHO = {
    "client_name": "Cofrinho",
    "client_name#en": "Piggy",
    "client_uri": "https://cofrinho.example",
    "policy_uri": "https://cofrinho.example/privacidade",
    "tos_uri": "https://cofrinho.example/termos",
    "redirect_uris": [visitor.CALLBACK],
    "frontchannel_logout_uri": "https://app.cofrinho.example/forget",
    "post_logout_redirect_uris": ["https://app.cofrinho.example/bye"],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
    "scope": " ".join(scopes.CATALOGUE),
}

TV = COFRINHO | {"client_name": "Cofrinho na TV", "redirect_uris": [], "grant_types": [DEVICE]}
TV["frontchannel_logout_uri"] = None  # a page in a frame is where answers go


@pytest.fixture
def app(auth_app):
    """The authorization server with the apps of Cofrinho and the people Ana and Bia."""
    with auth_app.app_context():
        register_client.register(COFRINHO, scopes=scopes.CATALOGUE, client_id="cofrinho")
        register_client.register(TV, scopes=scopes.CATALOGUE, client_id="tv")
        for name in ("Ana", "Bia"):
            registration.create(
                registration.NewPerson(
                    email=f"{name.lower()}@exemplo.com.br", password=PASSWORD, name=f"{name} Souza"
                )
            )
        db.session.commit()
    return auth_app


@pytest.fixture
def browser(app):
    """Make browsers: ``browser()``, ``browser(Accept_Language="en")``."""

    def new(**headers):
        return visitor.Visitor(app, **{k.replace("_", "-"): v for k, v in headers.items()})

    return new


@pytest.fixture
def ana(browser):
    """Ana's browser, signed in just now."""
    here = browser()
    here.sign_in(here.open("/account"), "ana@exemplo.com.br")
    return here


@pytest.fixture
def ask():
    """The address by which Cofrinho asks for a sign-in: ``ask(prompt="login")``."""

    def address(**more):
        path, asked = visitor.asking(**more)
        return f"{path}?{urlencode(asked)}"

    return address


@pytest.fixture
def come_in(browser):
    """Sign someone in on a browser of their own: ``come_in(ANA, PHONE)``."""

    def sign_in(who="ana@exemplo.com.br", device="curl/8"):
        visitor = browser(User_Agent=device)
        visitor.sign_in(visitor.open("/account"), who)
        return visitor

    return sign_in


@pytest.fixture
def bank(app):
    """A bank that signs deeds; and keys of our own, for tokens."""
    factories.keys(app)
    return deeds.serve(app)


@pytest.fixture
def ana_sub(app):
    """Who Ana is."""
    with app.app_context():
        return lookup.by_email("ana@exemplo.com.br").sub


@pytest.fixture
def pay(ask, bank, ana_sub):
    """The address by which Cofrinho asks for a deed: ``pay(amount=1)``."""

    def address(asked=None, scope=SCOPE, **changed):
        details = bank.asking(ana_sub, "cofrinho", **changed)
        return ask(scope=scope, authorization_details=details, **(asked or {}))

    return address


@pytest.fixture
def decided(app):
    """What was kept of answers to deeds: ``decided()``."""

    def rows():
        with app.app_context():
            return list(db.session.scalars(select(Approval).order_by(Approval.decided_at)))

    return rows


class Phone:
    """Ana's authenticator app and her recovery codes."""

    def __init__(self, app):
        """Enable the app at ``app``, with a code that is past by now."""
        with app.app_context(), kept(db):
            user = lookup.by_email("ana@exemplo.com.br")
            self._codes = pyotp.TOTP(totp.begin(user).secret)
            assert totp.enable(user.id, self._codes.at(clock.seconds() - 30))
            self.paper = recovery_codes.draw(user.id)

    def code(self):
        """Return the code of now."""
        return self._codes.now()


@pytest.fixture
def phone(app):
    """Ana has a second factor."""
    return Phone(app)


@pytest.fixture
def codes(app):
    """Ana's contacts are proved, and no factor of hers is on."""
    return Codes(app)
