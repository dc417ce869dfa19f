"""An app asks to pay a bill of R$ 1.250,00; its owner approves it, and it is charged once."""

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.auth import outbox
from tests.bank.payments.boletos_made import of_bank
from tests.bank.payments.conftest import TOKEN, Served
from tests.journeys import inbox
from tests.journeys.visitor import Visitor
from tests.support import houses, live
from tests.support.marks import mission

PASSWORD = "corredor azul 42"
SECRET = "o-segredo-do-cofrinho-nestes-testes"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BARCODE, LINE = of_bank(amount=125_000, bank="237")


@pytest.fixture
def world(run_folder, databases, tmp_path):
    """Both houses, a provider, an app that waits, and Ana with R$ 5.000,00."""
    urls = {house: databases.new(house, "sqlite") for house in houses.SETTINGS}
    provider = Served(tmp_path / "provider.sqlite3")
    provider.start()
    with inbox.opened() as app:
        settings = {"PROVIDER_URL": provider.url, "PROVIDER_TOKEN": TOKEN}
        server = live.LiveServer(run_folder, urls, **settings)
        server.start()
        callback = f"{app.origin}/callback"
        file = server.log.with_suffix(".app.json")
        described = {"client_name": "Cofrinho", "redirect_uris": [callback]}
        file.write_text(json.dumps(described | {"scope": "openid payments:write"}))
        known = ("--client-id", "cofrinho", "--client-secret", SECRET)
        server.auth("clients", "register", "--file", file, *known)
        email, number = f"{uuid4().hex}@exemplo.com.br", f"+55119{uuid4().int % 10**8:08}"
        told = ("--email", email, "--password", PASSWORD, "--name", "Ana Souza", "--verified")
        sub = server.auth("people", "create", *told, "--phone", number)["sub"]
        server.bank("wallets", "fund", sub, "500000")
        ana = SimpleNamespace(email=email, number=number, sub=sub, password=PASSWORD)
        yield SimpleNamespace(server=server, callback=callback, ana=ana, provider=provider)
        server.stop()
    provider.stop()
    for url in urls.values():
        databases.drop(url)


def asked(world):
    return {
        "response_type": "code",
        "client_id": "cofrinho",
        "redirect_uri": world.callback,
        "scope": "openid payments:write",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def token_of(world, address):
    """Redeem the code in the address that a browser came back to."""
    [code] = parse_qs(urlsplit(address).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": world.callback}
    form["code_verifier"] = VERIFIER
    answer = httpx.post(f"{world.server.url}/oauth/token", data=form, auth=("cofrinho", SECRET))
    return answer.json()["access_token"]


def pay(world, token):
    shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    body = {"line": LINE, "description": "Aluguel"}
    return httpx.post(f"{world.server.url}/payments/bill", json=body, headers=shown)


@mission("S78", "S79", "S103", "A13-12")
def test_a_bill_is_approved_by_its_owner_and_paid_once(world, chromium):
    visitor, url = Visitor(world.callback), world.server.url
    visitor.sign_in(f"{url}/oauth/authorize?{urlencode(asked(world))}", world.ana)
    challenge = pay(world, token_of(world, visitor.arrived)).json()
    form = asked(world) | {"acr_values": " ".join(challenge["acr_values"])}
    form["authorization_details"] = json.dumps(challenge["authorization_details"])
    pushed = httpx.post(f"{url}/oauth/par", data=form, auth=("cofrinho", SECRET)).json()
    named = {"client_id": "cofrinho", "request_uri": pushed["request_uri"]}
    context = chromium.new_context(locale="pt-BR", java_script_enabled=False)
    context.set_default_timeout(5000)
    page = context.new_page()

    page.goto(f"{url}/oauth/authorize?{urlencode(named)}")
    page.fill("#username", world.ana.email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")
    assert page.inner_text("#tx-amount").replace("\xa0", " ") == "R$ 1.250,00"
    assert page.inner_text("#tx-payee") == "Loja Simulada Ltda."
    page.click("#otp-send")
    with world.server.inside("auth") as app, app.app_context():
        page.fill("#otp", outbox.code(world.ana.number))
    page.click("#consent-allow")
    page.wait_for_url(f"{world.callback}?**")
    token = token_of(world, page.url)
    context.close()
    done, again = pay(world, token), pay(world, token)

    assert (done.status_code, again.status_code) == (201, 409), done.text
    assert done.json()["status"] == "completed"
    assert world.provider.book.charges() == [(done.json()["paymentId"], 125_000)]
    shown = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    receipt = httpx.get(url + done.json()["receipt"], headers=shown).text
    assert "R$\xa01.250,00" in receipt
    assert "Bradesco" in receipt
