"""The page of a deed: how much, to whom, from where; approve it or refuse it, once."""

import json

import pytest

from app.auth.accounts import lookup
from tests.auth.factors.authenticator import Authenticator
from tests.auth.pages import passkeys
from tests.auth.pages.codes import ANA, NUMBER
from tests.auth.pages.visitor import CALLBACK
from tests.support import deeds, factories, steps
from tests.support.marks import abuse, mission, rfc

SCOPE = "openid wallet:transfer"


@pytest.fixture
def bank(app):
    """A bank that signs deeds; and keys of our own, for tokens."""
    factories.keys(app)
    return deeds.serve(app)


@pytest.fixture
def ana_sub(app):
    """Who Ana is."""
    with app.app_context():
        return lookup.by_email(ANA).sub


@pytest.fixture
def pay(ask, bank, ana_sub):
    """The address by which Cofrinho asks for a deed: ``pay(amount=1)``."""

    def address(asked=None, **changed):
        details = bank.asking(ana_sub, "cofrinho", **changed)
        return ask(scope=SCOPE, authorization_details=details, **(asked or {}))

    return address


def redeem(visitor, page):
    """Redeem the code that the app was given; return the answer."""
    assert page.address.startswith(CALLBACK), page.text
    code = page.address.partition("code=")[2].partition("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    form |= {"client_id": "cofrinho", "code_verifier": steps.VERIFIER}
    return visitor.client.post("/oauth/token", data=form)


@mission("S78", "S79")
@rfc("9396", "5")
def test_all_that_the_bank_signed_is_on_the_page(come_in, pay, codes):
    ana = come_in()

    page = ana.open(pay(first_payment=True))

    assert page.name == ("payment", "ready"), page.text
    amount = page.elements["tx-amount"]
    assert (amount["data-amount"], amount["data-currency"]) == ("125000", "BRL")
    for told in ("R$\xa01.250,00", "Marina Alves", "•••.456.789-••", "Banco Azul", "Carteira"):
        assert told in page.html.replace("&nbsp;", "\xa0"), told
    assert "Aluguel de novembro" in page.text
    assert "Primeiro pagamento para esta pessoa" in page.text
    assert "Você entrou como Ana Souza" in page.text
    assert "consent-deny" in page.elements


@mission("S78", "S79", "S80")
@rfc("9396", "7")
@rfc("9470", "5")
def test_a_passkey_over_the_digest_approves_exactly_this_deed(come_in, pay, bank):
    ana, device = come_in(), Authenticator()
    passkeys.add_passkey(ana, device)
    page = ana.open(pay({"acr_values": "phr", "max_age": "300"}))
    asked = passkeys.asked_of(page, "get")

    after = passkeys.post(
        ana,
        page,
        page.address,
        method="passkey",
        deed=json.loads(asked)["challenge"],
        credential=device.show(asked),
    )

    answer = redeem(ana, after).json
    [entry] = answer["authorization_details"]
    claims = steps.claims_of(answer["access_token"])
    assert claims["authorization_details"] == [entry]
    assert claims["acr"] == "phr"
    assert entry["amount"] == 125_000
    assert entry["approved_by"] == "passkey"
    assert entry["digest"] == json.loads(asked)["challenge"]
    assert "deed" not in entry


@mission("S79")
def test_a_code_sent_for_this_deed_approves_it(app, come_in, pay, codes):
    ana = come_in()
    page = ana.open(pay())

    page = ana.submit(page, "otp-send-form")
    after = ana.submit(page, "otp-form", otp=codes.last(NUMBER))

    answer = redeem(ana, after).json
    assert answer["authorization_details"][0]["approved_by"] == "sms"
    assert steps.claims_of(answer["access_token"])["acr"] == "urn:brasil:openbanking:loa3"


def test_a_no_needs_no_code_and_tells_the_app(come_in, pay, codes):
    ana = come_in()

    after = ana.submit(ana.open(pay()), "consent-deny-form")

    assert "error=access_denied" in after.address
    assert "state=s" in after.address
    assert "iss=" in after.address


@abuse("F-14")
def test_a_deed_is_decided_once(come_in, ask, bank, ana_sub, codes):
    details = bank.asking(ana_sub, "cofrinho")
    ana = come_in()
    ana.submit(ana.open(ask(scope=SCOPE, authorization_details=details)), "consent-deny-form")

    again = ana.open(ask(scope=SCOPE, authorization_details=details))

    assert (again.status, again.name) == (409, ("payment", "decided"))
