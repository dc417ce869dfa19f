"""Cash between both houses as they are: the seven steps of document 003, each over HTTP."""

import json
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest

import config
from app.auth.consents import scopes
from app.auth.database import db as auth_db
from app.auth.flows import register_client
from app.bank import assembly as bank_assembly
from app.foundation.database import kept
from tests.auth import outbox
from tests.auth.clients.test_machines import MACHINE
from tests.auth.oauth import asserting
from tests.bank.atm.test_withdrawals import scanned
from tests.journeys.test_payment_approved import authorize_form
from tests.journeys.visitor import Visitor
from tests.support import factories, houses, steps
from tests.support.marks import abuse, mission

OWN = {"grant_type": "client_credentials"}
ORDER = {"amount": 10_000, "currency": "BRL", "channel": "atm"}
SCOPE = "openid wallet:read atm:withdraw"
PASSWORD = "corredor azul 42"
PAID, BACK = "dispensed", "failed"


@pytest.fixture
def auth(create_house):
    house = create_house("auth")
    factories.keys(house)
    services = {"grant_types": ["client_credentials"], "redirect_uris": [], "response_types": []}
    services |= {"audiences": [house.config["BANK_AUDIENCE"]], "client_name": "Bank"}
    with house.app_context(), kept(auth_db):
        register_client.register(
            services | {"scope": houses.BANK_SCOPE},
            scopes=scopes.EVERY,
            client_id="bank",
            client_secret=houses.BANK["BANK_CLIENT_SECRET"],
        )
    return house


@pytest.fixture
def bank(auth, new_database, database_kind):
    ours = houses.BANK | {"BANK_DATABASE_URL": new_database("bank", database_kind)}
    settings = config.load(config.Bank, **ours)
    house = bank_assembly.create_app(settings, transport=httpx.WSGITransport(app=auth))
    yield house
    houses.close(house)


@pytest.fixture
def network(auth):
    """The client of a network of machines, and its token."""
    with auth.app_context(), kept(auth_db):
        made = register_client.register(MACHINE, scopes=scopes.EVERY)
    return factories.App(made["client_id"], None, "private_key_jwt", made)


def own_token(auth, network):
    answer = asserting.post(auth.test_client(), network, "/oauth/token", **OWN)
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def post(bank, path, bearer, **body):
    shown = {"Authorization": f"Bearer {bearer}"}
    return bank.test_client().post(f"/atm/{path}", json=body, headers=shown)


@mission("S108")
def test_a_machine_switched_off_pays_nothing(auth, bank, network):
    token = own_token(auth, network)
    factories.disable(auth, network)

    answer = post(bank, "validate-token", token, token="12345678", terminalId="ATM-42")

    assert (answer.status_code, answer.json["code"]) == (401, "invalid_token")


@abuse("F-16")
@mission("S11", "S108")
def test_the_token_of_an_app_is_no_machines(auth, bank):
    browser, app, ana = auth.test_client(), factories.app(auth), factories.person(auth)
    scope = "openid atm:withdraw wallet:read"
    code = steps.authorize(browser, app, ana, scope=scope).code
    token = steps.exchange(browser, app, code).json["access_token"]

    shown = post(bank, "validate-token", token, token="12345678", terminalId="ATM-42")

    assert (shown.status_code, shown.json["code"]) == (403, "insufficient_scope")


class Street:
    """A live server, an app and its person, a network and its machine."""

    def __init__(self, server, register):
        self.server = server
        number, email = f"+55119{uuid4().int % 10**8:08}", f"{uuid4().hex}@exemplo.com.br"
        told = ("--email", email, "--password", PASSWORD, "--name", "Ana Souza", "--verified")
        made = server.auth("people", "create", *told, "--phone", number)
        server.bank("wallets", "fund", made["sub"], "50000")
        self.ana = SimpleNamespace(email=email, password=PASSWORD, number=number)
        self.callback = "https://cofrinho.example/callback"
        described = {"redirect_uris": [self.callback], "scope": SCOPE}
        self.app = register({"client_name": "Cofrinho", **described})
        self.network = SimpleNamespace(**register(MACHINE))
        place = ("--kind", "atm", "--name", "Caixa 42", "--place", "Rua Augusta, 1")
        self.machine = f"ATM-{uuid4().hex[:8]}"
        server.bank("terminals", "add", self.network.client_id, "--id", self.machine, *place)

    def ask(self, path, token, body=None):
        """Ask the bank something, as whoever has the token."""
        shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        method = "GET" if body is None else "POST"
        return httpx.request(method, f"{self.server.url}{path}", json=body, headers=shown)

    def token(self, details=None):
        """Return a token of Ana's that the app is given; she approves ``details`` by a code."""
        world = SimpleNamespace(callback=self.callback, server=self.server)
        form = authorize_form(world) | {"client_id": self.app["client_id"], "scope": SCOPE}
        form |= {"authorization_details": json.dumps(details)} if details else {}
        visitor = Visitor(self.callback)
        page = visitor.sign_in(f"{self.server.url}/oauth/authorize?{urlencode(form)}", self.ana)
        if details:
            page = visitor.send(page, "otp-send-form")
            with self.server.inside("auth") as app, app.app_context():
                code = outbox.code(self.ana.number)
            visitor.send(page, "otp-form", otp=code)
        return self.redeem(visitor.arrived)

    def redeem(self, arrived):
        """Redeem the code that the app was brought."""
        code = arrived.partition("code=")[2].partition("&")[0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback}
        form |= {"code_verifier": steps.VERIFIER}
        known = self.app["client_id"], self.app["client_secret"]
        answer = httpx.post(f"{self.server.url}/oauth/token", data=form, auth=known)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def machines_token(self):
        """Draw the network's own token, by its key."""
        proof = asserting.proof(self.network, aud=self.server.url)
        answer = httpx.post(f"{self.server.url}/oauth/token", data=OWN | proof)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def stands(self, token):
        """Return ``(available, held)``."""
        told = self.ask("/wallet/me/balance", token).json()
        return told["available"], told["held"]


@mission("S106", "S107", "S108", "S109", "S110", "C28", "C31")
@pytest.mark.parametrize("outcome", [PAID, BACK])
def test_the_seven_steps_of_document_003(live_server, register, outcome):
    street = Street(live_server, register)
    first, machine = street.token(), street.machines_token()

    # 1. Ana asks for cash; the bank wants her approval, and the app brings it.
    challenge = street.ask("/atm/withdrawal-request", first, ORDER)
    assert challenge.status_code == 401, challenge.text
    approved = street.token(challenge.json()["authorization_details"])

    # 2. The wallet has so much, and holds it.
    answer = street.ask("/atm/withdrawal-request", approved, ORDER)
    assert answer.status_code == 201, answer.text
    assert street.stands(first) == (40_000, 10_000)

    # 3, 4. There is a token, once; Ana shows its QR code, and the machine reads it.
    made = answer.json()
    assert street.ask("/atm/withdrawal-request", approved, ORDER).status_code == 409
    shown = {"token": scanned(made["qr"]["svg"]), "terminalId": street.machine}

    # 5, 6. The machine asks, and in that moment the wallet is debited: once.
    assert street.ask("/atm/validate-token", first, shown).status_code == 403
    paid = street.ask("/atm/validate-token", machine, shown)
    assert (paid.status_code, paid.json()["amount"]) == (200, 10_000)
    assert street.ask("/atm/validate-token", machine, shown).status_code == 409
    assert street.stands(first) == (40_000, 0)

    # 7. The machine pays out; or it cannot, and the money goes back.
    told = {"dispenseId": paid.json()["dispenseId"], "terminalId": street.machine}
    settled = street.ask("/atm/dispense", machine, told | {"outcome": outcome}).json()
    assert settled["state"] == ("dispensed" if outcome == PAID else "reversed")
    assert street.stands(first) == (40_000 if outcome == PAID else 50_000, 0)
    known = street.ask(f"/atm/withdrawals/{made['withdrawalId']}", first).json()
    assert (known["state"], known["terminal"]["name"]) == (settled["state"], "Caixa 42")
