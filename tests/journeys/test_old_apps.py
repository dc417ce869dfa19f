"""Old apps at a running server: document 002 as it is typed, and its token at the bank."""

import json
import secrets

import httpx
import pytest

from tests.auth.api import nest
from tests.contracts import printed
from tests.support import factories, services, typed
from tests.support.marks import abuse, mission

PORT = 7080  # document 002's own


@pytest.fixture
def at_7080(tmp_path):
    """What ``PORT=7080 make run`` serves."""
    server = typed.Served(tmp_path, port=PORT)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def terminal(at_7080):
    """A second terminal."""
    opened = typed.Shell(at_7080.folder, at_7080.environment)
    yield opened
    opened.close()


def typed_out(terminal, command):
    """Type ``command`` of the document, and return the JSON that comes out."""
    seen, status = terminal.type(command)
    assert status == 0, seen
    return json.loads(seen[seen.index("{") :])


def mailed_code(url, email):
    """Wait for the code that the worker delivers to ``email``, and return it."""

    def newest():
        found = httpx.get(f"{url}/dev/mailbox", params={"to": email}).json()
        words = [word for each in found for word in each["text"].split()]
        return next((word for word in words if word.isdigit() and len(word) == 6), None)

    services.wait_for(newest, f"a code to {email}")
    return newest()


@mission("S14", "S15", "S39", "S121", "S129", "C16", "C25", "C29")
def test_both_commands_of_document_002_run_as_they_are_printed(at_7080, terminal):
    join, sign_in = printed.commands("002")
    email = "test@example.com"
    assert email in join

    joined = typed_out(terminal, join)
    before = typed_out(terminal, sign_in)
    told = {"email": email, "code": mailed_code(at_7080.url, email)}
    activated = httpx.post(f"{at_7080.url}/api/signup/activate", json=told)
    after = typed_out(terminal, sign_in)

    assert joined == printed.exchange("002", "/api/signup").answers[0].body
    assert before["error"] == "account_not_active"
    assert activated.status_code == 200
    assert after.keys() == {"token", "user"}
    assert (after["user"]["email"], after["user"]["firstName"]) == (email, "Teste")


@pytest.fixture
def http(live_server):
    """An old app, over HTTP."""
    agent = {"User-Agent": f"Old/{secrets.token_hex(4)}"}
    with httpx.Client(base_url=live_server.url, headers=agent, timeout=30) as client:
        yield client


def pay(http, token, amount):
    """Try to send money to somebody; return the answer."""
    order = {"to": "somebody@example.com", "amount": amount, "currency": "BRL"}
    shown = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
    return http.post("/wallet/me/transfer", json=order, headers=shown)


@abuse("L-14")
@mission("C3", "S43")
def test_the_token_of_a_day_reads_the_balance_and_never_moves_money(http, live_server, new_person):
    ana = new_person()
    with live_server.inside("auth") as app:
        authenticator = factories.authenticator(app, ana)
    told = {"email": ana.email, "password": ana.password}
    waiting = http.post("/api/login", json=told).json()
    assert waiting["requireMfa"] is True

    step = {"email": ana.email, "code": authenticator.now()}
    answer = http.post("/api/login/verify-mfa", json=step)

    token = answer.json()["token"]  # of two factors: even after step-up, no money
    shown = {"Authorization": f"Bearer {token}"}
    balance = http.get("/wallet/me/balance", headers=shown)
    assert (balance.status_code, balance.json()["available"]) == (200, 100_000)
    for amount in (1, 100, 50_000):
        refused = pay(http, token, amount)
        assert refused.status_code == 403
        assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    after = http.get("/wallet/me/balance", headers=shown)
    assert after.json()["available"] == 100_000


@abuse("L-14")
@mission("S26", "S68", "C12", "C18", "C30")
def test_who_has_just_joined_by_document_004_hears_from_the_bank_what_is_missing(http, live_server):
    email = f"r{secrets.token_hex(6)}@example.com"
    who = {"email": email, "password": factories.PASSWORD, "name": "Rita Alves"}

    def balance(pair):
        shown = {"Authorization": f"Bearer {pair['access_token']}"}
        return http.get("/wallet/me/balance", headers=shown)

    joined = http.post("/auth/register", json=who)
    early = balance(joined.json())
    with live_server.inside("auth") as app:
        token = nest.token_of(app, email)
    proved = http.post("/verification-token/verify", json={"token": token})
    told = {"identifier": email, "password": factories.PASSWORD}
    pair = http.post("/auth/login", json=told).json()
    later = balance(pair)
    http.post("/auth/logout", json={"refresh_token": pair["refresh_token"]})

    assert (joined.status_code, early.status_code) == (201, 403)
    assert 'error="insufficient_scope"' in early.headers["WWW-Authenticate"]
    assert 'scope="wallet:read"' in early.headers["WWW-Authenticate"]
    assert (proved.status_code, later.status_code) == (200, 403)
    assert later.json()["code"] == "identity_incomplete"
    assert later.json()["missing"] == ["cpf", "birth_date"]
    services.wait_for(lambda: balance(pair).status_code == 401, "the bank to hear of the end")
