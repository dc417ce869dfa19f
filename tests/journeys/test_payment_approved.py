"""An app asks to pay R$ 1.250,00 to Marina; a person in a real browser approves just that.

The bank challenges and signs; the app pushes that, waits on a port of its own, and pays with the
token it gets: exactly that, once.
"""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from app.bank.database import db as bank_db
from app.bank.ledger.models import Wallet
from tests.auth import outbox
from tests.journeys import inbox
from tests.journeys.authenticator import Device
from tests.journeys.visitor import Visitor
from tests.support import houses, live
from tests.support.marks import abuse, mission, rfc

VERIFIER_TOOL = Path(__file__).parents[2] / "tools" / "verify_evidence.py"
PASSWORD = "corredor azul 42"
PRICE = 125_000
SCOPE = "openid wallet:read wallet:transfer"
SECRET = "o-segredo-do-cofrinho-nestes-testes"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture(scope="module")
def world(run_folder, databases):
    """Both houses, an app that waits, and Marina, who has a wallet."""
    urls = {house: databases.new(house, "sqlite") for house in houses.SETTINGS}
    with inbox.opened() as app:
        server = live.LiveServer(run_folder, urls, STEP_UP_FIRST_PAYEE="true")
        server.start()
        described = {
            "client_name": "Cofrinho",
            "redirect_uris": [f"{app.origin}/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
            "scope": "openid wallet:read wallet:transfer",
        }
        file = server.log.with_suffix(".app.json")
        file.write_text(json.dumps(described))
        known = ("--client-id", "cofrinho", "--client-secret", SECRET)
        server.auth("clients", "register", "--file", file, *known)
        told = ("--email", "marina@exemplo.com.br", "--password", PASSWORD, "--name")
        marina = server.auth("people", "create", *told, "Marina Alves", "--verified")["sub"]
        server.bank("wallets", "fund", marina, "100")
        yield SimpleNamespace(server=server, marina=marina, callback=f"{app.origin}/callback")
        server.stop()
    for url in urls.values():
        databases.drop(url)


@pytest.fixture
def ana(world):
    """Somebody with a phone that is proved, R$ 5.000,00, and the app's first token."""
    email, number = f"{uuid4().hex}@exemplo.com.br", f"+55119{uuid4().int % 10**8:08}"
    told = ("--email", email, "--password", PASSWORD, "--name", "Ana Souza", "--verified")
    made = world.server.auth("people", "create", *told, "--phone", number)
    world.server.bank("wallets", "fund", made["sub"], "500000")
    ana = SimpleNamespace(email=email, number=number, sub=made["sub"], password=PASSWORD)
    ana.token = first_token(world, ana)
    return ana


def first_token(world, ana):
    """Return the token that the app has from before: it may ask for transfers."""
    visitor = Visitor(world.callback)
    form = authorize_form(world) | {"scope": SCOPE}
    visitor.sign_in(f"{world.server.url}/oauth/authorize?{urlencode(form)}", ana)
    return token_of(world, visitor.arrived)["access_token"]


def authorize_form(world):
    return {
        "response_type": "code",
        "client_id": "cofrinho",
        "redirect_uri": world.callback,
        "state": "s-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


def order(world, token, **changed):
    """Order the payment to Marina."""
    shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    body = {"to": world.marina, "amount": PRICE, "description": "Aluguel"} | changed
    return httpx.post(f"{world.server.url}/wallet/me/transfer", json=body, headers=shown)


def left(world, sub):
    """Return what the ledger says that ``sub`` has."""
    with world.server.inside("bank") as bank, bank.app_context():
        mine = select(Wallet.balance_minor).where(Wallet.owner_sub == sub)
        return bank_db.session.scalar(mine)


def push(world, ana):
    """Push what the bank's challenge told the app; return the deed and where to send Ana."""
    challenge = order(world, ana.token)
    assert challenge.status_code == 401, challenge.text
    [entry] = challenge.json()["authorization_details"]
    form = {
        "scope": "openid wallet:transfer",
        "acr_values": " ".join(challenge.json()["acr_values"]),
        "max_age": str(challenge.json()["max_age"]),
        "authorization_details": json.dumps([entry]),
    }
    form |= authorize_form(world)
    answer = httpx.post(f"{world.server.url}/oauth/par", data=form, auth=("cofrinho", SECRET))
    assert answer.status_code == 201, answer.text
    asked = {"client_id": "cofrinho", "request_uri": answer.json()["request_uri"]}
    claims = json.loads(base64.urlsafe_b64decode(entry["deed"].split(".")[1] + "=="))
    return claims, f"{world.server.url}/oauth/authorize?{urlencode(asked)}"


def sign_in(page, ana):
    page.fill("#username", ana.email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")


def redeem(world, page):
    """Wait for the app, and redeem the code that came; return the token answer and its claims."""
    page.wait_for_url(f"{world.callback}?**")
    answer = token_of(world, page.url)
    payload = answer["access_token"].split(".")[1]
    return answer, json.loads(base64.urlsafe_b64decode(payload + "=="))


def token_of(world, address):
    """Redeem the code in the address that a browser came back to."""
    came = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    assert (came["state"], came["iss"]) == ("s-1", world.server.url), came
    form = {"grant_type": "authorization_code", "code": came["code"]}
    form |= {"redirect_uri": world.callback, "code_verifier": VERIFIER}
    answer = httpx.post(f"{world.server.url}/oauth/token", data=form, auth=("cofrinho", SECRET))
    assert answer.status_code == 200, answer.text
    return answer.json()


def proof(world, ana):
    """Return the only line of Ana's, as it is taken away."""
    [row] = world.server.auth("evidence", "list", "--sub", ana.sub)
    with world.server.inside("auth") as app:
        done = app.test_cli_runner().invoke(args=["evidence", "export", row["id"]])
    return json.loads(done.stdout)


@pytest.fixture
def auditor(world, tmp_path):
    """Somebody with the verifier and the published keys: ``auditor(kept, "--payee", …)``."""
    urls = {"bank": f"{world.server.url}/bank/jwks", "issuer": f"{world.server.url}/oauth/jwks"}
    options = []
    for owner, url in urls.items():
        (tmp_path / f"{owner}.json").write_bytes(httpx.get(url).content)
        options += [f"--{owner}-keys", f"{owner}.json"]

    def verify(kept, *asked):
        (tmp_path / "proof.json").write_text(json.dumps(kept))
        command = [sys.executable, "-I", VERIFIER_TOOL, "proof.json", *options, *asked]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()[-1]

    return verify


def spoiled(kept):
    """Yield the proof with one byte of it changed: of the amount, the payee, the assertion."""
    for now, then in (("125000", "125001"), ("Marina", "Marino")):
        yield kept | {"canonical_deed": kept["canonical_deed"].replace(now, then)}
    for name in ("client_data", "authenticator_data", "signature"):
        text = kept["passkey"][name]
        other = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
        yield kept | {"passkey": kept["passkey"] | {name: other}}


@mission("S78", "S79", "S80")
@abuse("W-10")
@rfc("9396", "1")
@rfc("9470", "1")
def test_a_payment_is_approved_by_passkey(world, ana, browser_page, auditor, tmp_path):
    page, url = browser_page, world.server.url
    Device(page)
    page.goto(f"{url}/account/passkeys/new")
    sign_in(page, ana)
    page.click("#passkey-create")
    page.wait_for_selector("#codes-kept")
    claims, address = push(world, ana)

    page.goto(address)
    assert page.get_attribute("body", "data-page") == "payment"
    assert page.inner_text("#tx-amount").replace("\xa0", " ") == "R$ 1.250,00"
    assert page.inner_text("#tx-payee") == "Marina Alves"
    page.click("#stepup-passkey")
    answer, token = redeem(world, page)

    [entry] = answer["authorization_details"]
    assert token["authorization_details"] == [entry]
    assert (token["acr"], entry["approved_by"]) == ("phr", "passkey")
    assert (entry["amount"], entry["transaction_id"]) == (125_000, claims["jti"])
    kept = proof(world, ana)
    digest = hashlib.sha256(kept["canonical_deed"].encode()).digest()
    assert json.loads(kept["canonical_deed"]) == claims
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == entry["digest"]
    told = json.loads(base64.urlsafe_b64decode(kept["passkey"]["client_data"] + "=="))
    assert (told["challenge"], told["origin"]) == (entry["digest"], url)
    secret = world.server._settings["bank"]["BANK_CLIENT_SECRET"]
    asked = {"token": answer["access_token"]}
    known = httpx.post(f"{url}/oauth/introspect", data=asked, auth=("bank", secret)).json()
    assert known["authorization_details"] == [entry]
    pays_exactly_that_once(world, ana, answer["access_token"])
    assert adds_up_with_the_evidence(world, tmp_path)
    asked = ("--amount", str(PRICE), "--currency", "BRL", "--payee", world.marina)
    assert auditor(kept, *asked) == (0, f"ok      payee: {world.marina}")
    assert auditor(kept, "--amount", str(PRICE + 1))[0] == 1
    assert [auditor(changed)[0] for changed in spoiled(kept)].count(0) == 0


def adds_up_with_the_evidence(world, folder):
    """What the bank spent is what the other house has proof of."""
    listed = folder / "evidence.json"
    listed.write_text(json.dumps(world.server.auth("evidence", "list")))
    told = world.server.bank("reconcile", "--evidence", listed)
    return told["difference"] is None and told["looked_at"]["evidence"] > 0


def pays_exactly_that_once(world, ana, token):
    """The token does the deed that was approved, and no other, and not again."""
    before = left(world, world.marina)
    for changed in ({"amount": PRICE + 1}, {"to": ana.sub}, {"description": "Outro"}):
        assert order(world, token, **changed).status_code in {403, 422}, changed
    assert (left(world, ana.sub), left(world, world.marina)) == (500_000, before)

    done, again = order(world, token), order(world, token)

    assert (done.status_code, again.status_code) == (201, 409), done.text
    assert again.json()["code"] == "approval_used"
    assert left(world, ana.sub) == 500_000 - PRICE
    assert left(world, world.marina) == before + PRICE


@mission("S79")
def test_a_payment_is_approved_by_a_code_without_any_script(world, ana, chromium, auditor):
    context = chromium.new_context(locale="pt-BR", java_script_enabled=False)
    context.set_default_timeout(5000)
    page = context.new_page()
    claims, address = push(world, ana)

    page.goto(address)
    sign_in(page, ana)
    page.wait_for_selector('body[data-page="payment"]')
    page.click("#otp-send")
    with world.server.inside("auth") as app, app.app_context():
        page.fill("#otp", outbox.code(ana.number))
    page.click("#consent-allow")
    answer, token = redeem(world, page)
    context.close()

    [entry] = answer["authorization_details"]
    assert (token["acr"], entry["approved_by"]) == ("urn:brasil:openbanking:loa3", "sms")
    assert entry["transaction_id"] == claims["jti"]
    kept = proof(world, ana)
    assert kept["passkey"] is None
    assert kept["code"]["channel"] == "sms"
    assert auditor(kept, "--amount", str(PRICE))[0] == 0
    assert auditor(kept | {"code": kept["code"] | {"destination": "***"}})[0] == 1
    pays_exactly_that_once(world, ana, answer["access_token"])


def test_a_payment_is_refused_by_one_press_without_any_script(world, ana, chromium, auditor):
    context = chromium.new_context(locale="pt-BR", java_script_enabled=False)
    page = context.new_page()
    _, address = push(world, ana)

    page.goto(address)
    sign_in(page, ana)
    page.click("#consent-deny")
    page.wait_for_url(f"{world.callback}?**")
    came = parse_qs(urlsplit(page.url).query)
    context.close()

    assert came["error"] == ["access_denied"]
    kept = proof(world, ana)
    assert kept["decision"] == "refused"
    assert auditor(kept)[0] == 0
    assert auditor(kept | {"decision": "approved", "method": "sms"})[0] == 1


def test_who_cancels_the_passkey_is_told_and_may_try_again(world, ana, browser_page):
    page = browser_page
    device = Device(page)
    page.goto(f"{world.server.url}/account/passkeys/new")
    sign_in(page, ana)
    page.click("#passkey-create")
    page.wait_for_selector("#codes-kept")
    page.goto(push(world, ana)[1])
    device.refuse()

    page.click("#stepup-passkey")

    page.wait_for_function("document.querySelector('#passkey-status').textContent.length > 20")
    assert page.get_attribute("body", "data-page") == "payment"
    assert world.server.auth("evidence", "list", "--sub", ana.sub) == []
