"""``make run SPLIT=1``: each service a process of its own, and whoever uses them sees no less."""

import os
import re
import secrets
import signal
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.journeys.visitor import Visitor
from tests.support import services, typed
from tests.support.marks import abuse, mission, rfc
from tests.support.steps import CHALLENGE, VERIFIER

BACK = "http://localhost:9/callback"
SCOPE = "openid wallet:read wallet:transfer payments:write atm:withdraw reports:read"
ROOMS = {
    "wallet": ("GET", "/wallet/me/balance"),
    "payments": ("GET", "/payments"),
    "atm": ("GET", "/atm/withdrawals/wdr_1"),
    "reports": ("GET", "/reports/transactions/me"),
}
ADDRESS = re.compile(
    r"^  (auth|wallet|payments|atm|reports|bank|demo) +(http://\S+)$", re.MULTILINE
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Everything apart; where each is; an app, and the tokens of the demo's person."""
    port = services.free_port(row=7)
    served = typed.Served(tmp_path_factory.mktemp("apart"), port=port, SPLIT="1")
    try:
        served.wait(120)
        at = dict(ADDRESS.findall(served.printed))
        described = {"client_name": "Cofrinho", "redirect_uris": [BACK], "scope": SCOPE}
        app = httpx.post(f"{at['auth']}/oauth/register", json=described).json()
        email, password = served.person
        person = SimpleNamespace(email=email, password=password)
        yield SimpleNamespace(served=served, at=at, app=app, person=person)
    finally:
        served.stop()


def token(world, room=None):
    """Sign the person in for the app; return an access token, for one room or for the bank."""
    form = {"response_type": "code", "client_id": world.app["client_id"], "redirect_uri": BACK}
    form |= {"scope": SCOPE, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    visitor = Visitor(BACK)
    visitor.sign_in(f"{world.at['auth']}/oauth/authorize?{urlencode(form)}", world.person)
    [code] = parse_qs(urlsplit(visitor.arrived).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    form |= {"code_verifier": VERIFIER}
    form |= {"resource": f"{world.at['bank']}/bank/{room}"} if room else {}
    known = world.app["client_id"], world.app["client_secret"]
    answer = httpx.post(f"{world.at['auth']}/oauth/token", data=form, auth=known)
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


def ask(world, room, shown, service=None):
    """Ask the process of ``service`` something of ``room``."""
    method, path = ROOMS[room]
    headers = {"Authorization": f"Bearer {shown}"}
    return httpx.request(method, world.at[service or room] + path, headers=headers, timeout=10)


def transfer(world, shown, amount):
    """Order a transfer to the bakery, by the address of the whole bank."""
    payee = (world.served.folder / "instance/settings.env").read_text()
    body = {"to": re.search(r"DEMO_PAYEE=(\S+)", payee)[1], "amount": amount}
    headers = {"Authorization": f"Bearer {shown}", "Idempotency-Key": secrets.token_hex(8)}
    address = f"{world.at['bank']}/wallet/me/transfer"
    return httpx.post(address, json=body, headers=headers, timeout=10)


@mission("S4", "S7", "S10", "S117")
def test_one_token_for_the_bank_opens_each_room_behind_its_own_port(world):
    shown = token(world)

    answers = {room: ask(world, room, shown).status_code for room in ROOMS}
    closed = {room: ask(world, room, shown, service="auth").status_code for room in ROOMS}
    through = {room: ask(world, room, shown, service="bank").status_code for room in ROOMS}

    assert answers == through == {"wallet": 200, "payments": 200, "atm": 404, "reports": 200}
    assert set(closed.values()) == {404}
    assert len(set(world.at.values())) == 7


@mission("S11")
@abuse("F-16")
@rfc("8707", "2")
def test_a_token_for_one_room_is_refused_by_every_other(world):
    for room in ROOMS:
        shown = token(world, room)
        answers = {other: ask(world, other, shown) for other in ROOMS}
        assert answers.pop(room).status_code in {200, 404}, room
        for other, answer in answers.items():
            assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token"), other
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@mission("S4", "S10")
@rfc("9470", "3")
def test_a_deed_is_done_and_another_challenged_and_its_key_found_where_the_challenge_says(world):
    shown = token(world)
    before = ask(world, "wallet", shown).json()["available"]

    done, needs = transfer(world, shown, 100), transfer(world, shown, 60_000)

    if done.status_code == 401:  # to somebody never paid before, every amount needs approval
        assert [each["code"] for each in done.json()["errors"]] == ["first_payee"]
    spent = 100 if done.status_code == 201 else 0
    assert ask(world, "wallet", shown).json()["available"] == before - spent
    assert needs.status_code == 401
    where = re.search(r'resource_metadata="([^"]+)"', needs.headers["WWW-Authenticate"])[1]
    metadata = httpx.get(where).json()
    [entry] = needs.json()["authorization_details"]
    assert metadata["resource"] == entry["locations"][0] == f"{world.at['bank']}/bank/wallet"
    assert metadata["authorization_servers"] == [world.at["auth"]]
    assert httpx.get(metadata["jwks_uri"]).json()["keys"]
    pushed = push(world, entry, needs.json()["scope"])
    assert pushed.status_code == 201, pushed.text  # it has asked the wallet for the bank's keys


def push(world, entry, scope):
    form = {"response_type": "code", "client_id": world.app["client_id"], "redirect_uri": BACK}
    form |= {"scope": scope, "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    form |= {"authorization_details": httpx.Response(200, json=[entry]).text}
    known = world.app["client_id"], world.app["client_secret"]
    return httpx.post(f"{world.at['auth']}/oauth/par", data=form, auth=known)


@mission("S4")
def test_the_demo_and_the_pages_of_money_work_the_same(world):
    visitor = Visitor()

    page = visitor.send(visitor.go(world.at["demo"] + "/demo"), "sign-in-form")
    page = visitor.send(page, "login-form", username=world.person.email,
                        password=world.person.password)  # fmt: skip
    page = visitor.send(page, "consent-form") if page.name == "consent" else page
    assert page.name == "demo-tokens"
    for step in ("userinfo", "balance", "transfer"):
        page = visitor.send(visitor.go(f"{world.at['demo']}/demo/{step}"), "do-form")
        assert page.status == 200
    money = visitor.go(f"{world.at['auth']}/account/money")

    assert money.name == "money", money.text[:300]
    assert "R$" in money.text


def test_the_commands_of_the_document_do_what_it_says(world):
    shell = typed.Shell(world.served.folder, world.served.environment)
    try:
        said = typed.type_out("docs/run-the-services-apart.md", shell)
    finally:
        shell.close()

    assert len(said) == 4


@mission("S8")
def test_with_payments_killed_people_sign_in_and_send_money(world):
    shown = token(world)
    assert ask(world, "payments", shown).status_code == 200

    kill(port_of(world.at["payments"]))

    with pytest.raises(httpx.ConnectError):
        ask(world, "payments", shown)
    assert ask(world, "payments", shown, service="bank").status_code == 503
    again = token(world)
    assert ask(world, "wallet", again).status_code == 200
    assert ask(world, "reports", again).status_code == 200
    assert transfer(world, again, 100).status_code in {201, 401}
    assert "It ended by itself" in world.served.printed


def port_of(address):
    return urlsplit(address).port


def kill(port):
    """Kill the server on ``port`` and its workers, and return when nobody listens there."""
    found = subprocess.run(
        ["pgrep", "-f", f"granian .*--port {port} "], capture_output=True, text=True, check=True
    )
    [server] = [int(pid) for pid in found.stdout.split() if not _has_parent_in(pid, found.stdout)]
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for pid in (server, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    services.wait_for(lambda: not services.answers(port), "the end of payments")
    time.sleep(0.5)


def _has_parent_in(pid, pids):
    status = Path(f"/proc/{pid}/status").read_text()
    return re.search(r"PPid:\s+(\d+)", status)[1] in pids.split()
