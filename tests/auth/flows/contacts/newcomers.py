"""Who wants to join, for tests."""

from dataclasses import replace

from app.auth.accounts.proofs.one_time import Guesser
from app.auth.database import db
from app.auth.flows.contacts import join, verify_contact
from app.auth.flows.contacts.application import Application
from app.foundation.database import kept
from tests.auth import outbox

HOME = "203.0.113.7"
BROWSER = Guesser(HOME, "browser")
NUMBER = "+5511987654321"
RITA = Application(
    full_name="Rita Alves",
    email="rita@example.com",
    password="nuvem de algodao doce",
    cpf="123.456.789-09",
    birth_date="15/01/1990",
    phone="(11) 98765-4321",
    terms=True,
)


def rita(**other):
    """Return Rita's application, with ``other`` words."""
    return replace(RITA, **other)


def join_as(application=RITA, address=HOME, **options):
    """Join, keep it, and return what the next page needs."""
    with kept(db):
        return join.begin(application, address, **options)


def prove(user_id, code=None, *, to=RITA.email, channel="email", guesser=BROWSER):
    """Prove an address by the code that was sent there, keep it, and return the person."""
    verb = getattr(verify_contact, channel)
    with kept(db):
        return verb(user_id, code or outbox.code(to), guesser)
