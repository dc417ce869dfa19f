"""An administrator, people who are none, two banks and one's own administrator; their browsers."""

import json

import pytest
from sqlalchemy import insert, select

from app.auth.accounts import lookup
from app.auth.accounts import registration as accounts
from app.auth.audit.models import AuditRecord
from app.auth.clients.models import Client
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.auth.institutions import directory, members, roles
from app.auth.staff.models import InstitutionRole
from app.foundation.database import kept
from tests.auth.pages import visitor

PASSWORD = "corredor azul 42"
PEOPLE = {"olga": ["admin", "user"], "otto": ["admin"], "sol": ["support", "user"], "ana": ["user"]}
CALLBACK = "https://loja.example/volta"
SHOP = {
    "client_name": "Loja",
    "client_name#en": "Shop",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile wallet:read",
    "software_id": "loja-9",
    "default_max_age": 3600,
}


def text_of(page, name):
    """Return the text right after the tag with the id ``name``; empty without one."""
    return page.html.partition(f'id="{name}"')[2].partition(">")[2].partition("<")[0]


class Office(visitor.Visitor):
    """One browser of an administrator at work."""

    def enter(self, name, address="/admin/clients"):
        """Sign in on the way to ``address``; return where that leads."""
        return self.sign_in(self.open(address), f"{name}@exemplo.com.br", PASSWORD)

    def submit(self, page, form, origin=None, **typed):
        """Send a form as a browser does: no button that was not pressed."""
        unpressed = {"find": None, "pick": None}
        return super().submit(page, form, origin, **(unpressed | typed))

    def filled(self, address="/admin/clients/new", **typed):
        """Fill in the form about a client as one would, and send it."""
        return self.submit(self.open(address), "client-form", **self.typing(address) | typed)

    @staticmethod
    def typing(address):
        """What is typed into a form that is new."""
        new = {"client_name": "Loja", "kind": "web", "redirect_uris": CALLBACK}
        return new if address.endswith("/new") else {}

    def post(self, address, **more):
        """Post the token of these pages, and ``more`` fields, without a page; return the answer."""
        token = self.open("/admin/clients").forms["sign-out-form"]["fields"]["csrf_token"]
        fields = {"csrf_token": token} | more
        return self.client.post(address, data=fields, headers=self.headers)


@pytest.fixture
def app(auth_app):
    """The authorization server, with people."""
    with auth_app.app_context(), kept(db):
        roles.ensure()
        for name, named in PEOPLE.items():
            person = accounts.NewPerson(
                email=f"{name}@exemplo.com.br", password=PASSWORD, name=f"{name.title()} Prado"
            )
            roles.give(accounts.create(person), named)
    return auth_app


@pytest.fixture
def office(app):
    """Make browsers: ``office("olga")`` is hers, signed in; ``office(None)`` nobody's yet."""

    def new(name, **headers):
        browser = Office(app, **{k.replace("_", "-"): v for k, v in headers.items()})
        if name:
            browser.enter(name)
        return browser

    return new


@pytest.fixture
def olga(office):
    """The administrator, in the back office."""
    return office("olga")


@pytest.fixture
def banks(app):
    """Aurora and Boreal; Bea has the administrator's role in Aurora, of which she is a member."""
    with app.app_context(), kept(db):
        for code in ("aurora", "boreal"):
            directory.create(code, f"Banco {code.title()}")
        told = {"email": "bea@exemplo.com.br", "password": PASSWORD, "name": "Bea Prado"}
        bea = accounts.create(accounts.NewPerson(**told))
        db.session.flush()
        members.admit(bea, "aurora")
        row = {"user_id": bea.id, "role": "admin", "institution_id": directory.get("aurora").id}
        db.session.execute(insert(InstitutionRole), row)


@pytest.fixture
def bea(office, banks):
    """The administrator of Aurora alone, in the back office."""
    browser = office(None)
    browser.enter("bea", "/admin/institutions")
    return browser


@pytest.fixture
def register(app):
    """Register a client without the pages: ``register("loja", client_name="Loja")``."""

    def run(client_id="loja", **described):
        with app.app_context(), kept(db):
            return register_client.register(
                SHOP | described, scopes=scopes.EVERY, client_id=client_id
            )

    return run


@pytest.fixture
def stored(app):
    """Read a client as it is in the database: ``stored("loja").described``, a dict, and so on."""

    def read(client_id):
        with app.app_context():
            client = db.session.get(Client, client_id)
            if client is not None:
                db.session.expunge(client)
                client.described = json.loads(client.described)
            return client

    return read


@pytest.fixture
def marked(app):
    """Write a client's columns: ``marked("loja", verified_at=None)``."""

    def write(client_id, **columns):
        with app.app_context(), kept(db):
            client = db.session.get(Client, client_id)
            for name, value in columns.items():
                setattr(client, name, value)

    return write


@pytest.fixture
def recorded(app):
    """Read what the record tells of a subject, in order: pairs of event and actor."""

    def read(subject):
        with app.app_context():
            mine = select(AuditRecord.event, AuditRecord.actor).where(
                AuditRecord.subject == subject
            )
            return [tuple(row) for row in db.session.execute(mine.order_by(AuditRecord.seq))]

    return read


@pytest.fixture
def sub_of(app):
    """The subject of a person: ``sub_of("olga")``."""

    def read(name):
        with app.app_context():
            return lookup.by_email(f"{name}@exemplo.com.br").sub

    return read
