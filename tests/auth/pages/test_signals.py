"""What browsers are told of passkeys: all about one's own, nothing that harms another's."""

import json

import pytest

from app.auth.accounts import lookup
from app.auth.factors import passkeys
from tests.auth.factors.authenticator import Authenticator, encoded
from tests.auth.pages.passkeys import ANA, add_passkey, asked_of, post
from tests.support.marks import rfc


@pytest.fixture
def database_kind():
    """What is told has nothing to do with the database."""
    return "sqlite"


def told(page):
    found = page.elements.get("passkey-signals")
    return json.loads(found["data-signals"]) if found else None


@rfc("WebAuthn L3", "5.1.10")
def test_the_list_tells_which_passkeys_there_are_and_what_they_are_called(app, ana):
    device = Authenticator()
    add_passkey(ana, device)

    before = told(ana.open("/account/passkeys"))
    with app.app_context():
        mine = passkeys.of(lookup.by_email(ANA).id)[0].id
    after = told(ana.submit(ana.open(f"/account/passkeys/{mine}/remove"), "passkey-remove-form"))

    accepted = {"rpId": "localhost", "userId": device.handle}
    assert before["signalAllAcceptedCredentials"] == accepted | {
        "allAcceptedCredentialIds": [encoded(device.id)]
    }
    assert after["signalAllAcceptedCredentials"] == accepted | {"allAcceptedCredentialIds": []}
    called = {"name": ANA, "displayName": "Ana Souza"}
    assert before["signalCurrentUserDetails"] == accepted | called


def test_another_name_is_told_where_it_was_changed(ana):
    page = ana.submit(ana.open("/account/profile"), "profile-form", full_name="Ana Lima")

    assert told(page)["signalCurrentUserDetails"]["displayName"] == "Ana Lima"


@rfc("WebAuthn L3", "5.1.10")
def test_a_passkey_of_nobody_is_told_of_and_one_of_somebody_never(ana, browser):
    hers, strange = Authenticator(), Authenticator()
    add_passkey(ana, hers)
    page = browser().open("/account")
    assert told(page) is None
    strange.handle = hers.handle

    def answer(device, **wrong):
        visitor = browser()
        page = visitor.open("/account")
        shown = device.show(asked_of(page, "get"), **wrong)
        return post(visitor, page, f"{page.address}/passkey", credential=shown)

    unknown = answer(strange)
    assert unknown.status == 422
    about = {"rpId": "localhost", "credentialId": encoded(strange.id)}
    assert told(unknown) == {"signalUnknownCredential": about}
    assert told(answer(hers, handle=encoded(b"user:0"))) is None
    assert told(answer(hers, origin="https://evil.example")) is None
