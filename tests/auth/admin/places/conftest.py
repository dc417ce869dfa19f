"""What the places of the back office share: answers to deeds, of people of two banks."""

import base64
import json

import pytest

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.deeds import deciding, pending
from app.auth.institutions import members
from app.foundation.database import kept
from tests.auth import stage
from tests.auth.factors.authenticator import Authenticator
from tests.support import deeds, factories


def raw(value):
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def b64(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.fixture
def answered(app, banks):
    """Ana, of Aurora, approved a deed by passkey; Otto, of Boreal, refused one: their ids."""
    factories.keys(app)
    bank = deeds.serve(app)
    made = {}
    for name, code in (("ana", "aurora"), ("otto", "boreal")):
        with app.app_context():
            person = lookup.by_email(f"{name}@exemplo.com.br")
            with kept(db):
                members.admit(person, code)
            here = stage.come_in(person)
            deed = pending.judged(bank.sign(bank.deed(here.sub, "shop")), "shop")
            proof = by_passkey(deed) if name == "ana" else {}
            with kept(db):
                decision = "approved" if proof else "refused"
                made[name] = deciding.decide(deed, here, decision, **proof)
    return made


def by_passkey(deed):
    """What a passkey makes of the deed's digest, as it is kept."""
    key = Authenticator()
    shown = json.loads(key.show(json.dumps({"challenge": b64(deed.digest)})))
    response = {name: raw(value) for name, value in shown["response"].items() if value}
    return {
        "method": "passkey",
        "credential_id": key.id,
        "public_key": key._public(-7),
        "client_data": response["clientDataJSON"],
        "authenticator_data": response["authenticatorData"],
        "signature": response["signature"],
        "rp_id": "localhost",
        "origin": "http://localhost:3000",
    }
