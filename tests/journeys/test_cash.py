"""Cash between both houses as they are: a machine's client signs for itself, and pays out once."""

import httpx
import pytest

import config
from app.auth.consents import scopes
from app.auth.database import db as auth_db
from app.auth.flows import register_client
from app.bank import assembly as bank_assembly
from app.bank.atm import orders, withdrawals
from app.bank.database import db
from app.bank.deeds.challenge import ApprovalNeeded
from app.bank.deeds.pending import describe
from app.bank.gate import Caller
from app.foundation.database import kept
from tests.auth.clients.test_machines import MACHINE
from tests.auth.oauth import asserting
from tests.support import factories, houses, steps
from tests.support.marks import abuse, mission

OWN = {"grant_type": "client_credentials"}


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


def token_of(auth, network):
    answer = asserting.post(auth.test_client(), network, "/oauth/token", **OWN)
    assert answer.status_code == 200, answer.text
    return answer.json["access_token"]


def voucher(bank, sub, amount):
    """Order cash for ``sub``, whose approval is given here by hand; return the digits."""
    order = orders.Order(amount, "BRL", "atm")
    asking = Caller(sub, "app", frozenset({"atm:withdraw"}), "phr")
    with bank.app_context():
        with pytest.raises(ApprovalNeeded) as asked, kept(db):
            withdrawals.request(order, asking)
        with kept(db):
            needed = asked.value
            entry = describe(needed.ordered, needed.name(), sub=sub, client_id="app")
            entry |= {"digest": "d", "approved_by": "passkey"}
            made = withdrawals.request(order, asking._replace(details=(entry,)))
    return made.voucher.code


def post(bank, path, bearer, **body):
    shown = {"Authorization": f"Bearer {bearer}"}
    return bank.test_client().post(f"/atm/{path}", json=body, headers=shown)


def run(bank, *command):
    done = bank.test_cli_runner().invoke(args=command)
    assert done.exit_code == 0, done.output


@abuse("F-10")
@mission("S6", "S11", "S108", "S110", "C28")
def test_a_machines_own_token_pays_a_voucher_out_once(auth, bank, network):
    ana = factories.person(auth)
    run(bank, "wallets", "fund", ana.sub, "50000")
    place = ("--kind", "atm", "--name", "Caixa 42", "--place", "Rua Augusta, 1")
    run(bank, "terminals", "add", network.client_id, "--id", "ATM-42", *place)
    token, code = token_of(auth, network), voucher(bank, ana.sub, 10_000)

    paid = post(bank, "validate-token", token, token=code, terminalId="ATM-42")
    twice = post(bank, "validate-token", token, token=code, terminalId="ATM-42")
    told = {"dispenseId": paid.json["dispenseId"], "terminalId": "ATM-42", "outcome": "failed"}
    back = post(bank, "dispense", token, **told)

    assert (paid.status_code, paid.json["amount"]) == (200, 10_000)
    assert (twice.status_code, twice.json["code"]) == (409, "already_used")
    assert (back.status_code, back.json["state"]) == (200, "reversed")


@mission("S108")
def test_a_machine_switched_off_pays_nothing(auth, bank, network):
    token = token_of(auth, network)
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
