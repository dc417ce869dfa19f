"""A television polls, a person approves it on a phone, and it calls the wallet; over HTTP."""

import secrets
import time

import httpx
import pytest

from tests.journeys.visitor import Visitor
from tests.support.marks import abuse, rfc

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
SOON = 9  # seconds: a wallet believes an answer for five; the machine is busy


@pytest.fixture(scope="module")
def tv(new_app):
    """An app on televisions."""
    return new_app(
        client_name="Cofrinho na TV",
        redirect_uris=[],
        post_logout_redirect_uris=[],
        grant_types=[DEVICE, "refresh_token"],
        token_endpoint_auth_method="none",
        scope="openid offline_access wallet:read wallet:transfer",
    )


class Television:
    """A device, as far as it has come."""

    def __init__(self, url, app):
        self.url, self.app = url, app
        form = {"client_id": app.client_id, "scope": "openid wallet:read"}
        self.told = httpx.post(f"{url}/oauth/device_authorization", data=form).json()

    def poll(self):
        """Ask for the tokens once."""
        form = {"client_id": self.app.client_id, "grant_type": DEVICE}
        form |= {"device_code": self.told["device_code"]}
        return httpx.post(f"{self.url}/oauth/token", data=form, timeout=10)


@pytest.fixture
def television(live_server, tv):
    """A television that has just been switched on."""
    return Television(live_server.url, tv)


def balance(url, token):
    """Ask the wallet."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{url}/wallet/me/balance", headers=headers, timeout=10)


def approve(television, person, visitor=None):
    """Type the code, sign in, compare, allow; return the last page."""
    visitor = visitor or Visitor()
    page = visitor.go(television.told["verification_uri"])
    page = visitor.send(page, "device-form", user_code=television.told["user_code"].lower())
    if page.name == "login":
        page = visitor.send(page, "login-form", username=person.email, password=person.password)
    assert page.texts["device-code"] == television.told["user_code"]
    return visitor.send(page, "consent-form")


@rfc("8628", "3")
def test_a_television_is_approved_in_a_browser_without_script(live_server, television, person):
    first, second = television.poll(), television.poll()
    assert (first.status_code, first.json()["error"]) == (400, "authorization_pending")
    assert (second.status_code, second.json()["error"]) == (400, "slow_down")

    assert approve(television, person).name == "device-done"

    answer = television.poll()
    assert answer.status_code == 200
    tokens = answer.json()
    wallet = balance(live_server.url, tokens["access_token"])
    assert (wallet.status_code, wallet.json()["userId"]) == (200, person.sub)
    form = {"client_id": television.app.client_id, "grant_type": "refresh_token"}
    form |= {"refresh_token": tokens["refresh_token"]}
    refreshed = httpx.post(f"{live_server.url}/oauth/token", data=form, timeout=10).json()
    assert balance(live_server.url, refreshed["access_token"]).status_code == 200


@abuse("T-01", "M-15")
@rfc("8628", "3.5")
def test_a_code_used_twice_ends_everything_it_began(live_server, television, person):
    approve(television, person)
    token = television.poll().json()["access_token"]
    assert balance(live_server.url, token).status_code == 200

    assert television.poll().json()["error"] == "invalid_grant"

    assert refused_within(live_server.url, token, SOON)


@abuse("X-05")
def test_without_offline_access_it_ends_with_the_session_that_approved_it(
    live_server, television, person
):
    visitor = Visitor()
    approve(television, person, visitor)
    token = television.poll().json()["access_token"]
    assert balance(live_server.url, token).status_code == 200

    page = visitor.go(f"{live_server.url}/account")
    assert visitor.send(page, "sign-out-form").name == "logged-out"

    assert refused_within(live_server.url, token, SOON)


@pytest.mark.parametrize("script", [True, False])
def test_it_works_in_chromium_by_ids_alone(chromium, television, person, script):
    context = chromium.new_context(locale="pt-BR", java_script_enabled=script)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(television.told["verification_uri"])
    page.fill("#user_code", "zzzz zzzz")
    page.click("#device-submit")
    page.wait_for_selector("#form-error")
    page.fill("#user_code", television.told["user_code"].replace("-", " ").lower())
    page.click("#device-submit")
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.wait_for_selector("#consent-allow")
    assert page.inner_text("#device-code") == television.told["user_code"]

    page.click("#consent-allow")

    page.wait_for_selector("#device-done")
    assert television.poll().status_code == 200
    context.close()


def refused_within(url, token, seconds):
    """Does the wallet refuse the token within so many seconds?"""
    until = time.monotonic() + seconds
    while balance(url, token).status_code == 200:
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


class Api:
    """An API that acts onward for the person it was called for."""

    def __init__(self, live_server, new_app, scope):
        self.url = live_server.url
        self.app = new_app(
            client_name="Extratos",
            redirect_uris=[],
            post_logout_redirect_uris=[],
            grant_types=[EXCHANGE],
            audiences=[f"{live_server.url}/bank"],
            scope=scope,
        )

    def exchange(self, token, **more):
        """Trade ``token`` for one with which the wallet can be called."""
        form = {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN}
        form |= {"resource": f"{self.url}/bank/wallet"} | more
        auth = (self.app.client_id, self.app.client_secret)
        return httpx.post(f"{self.url}/oauth/token", data=form, auth=auth, timeout=10)


@rfc("8693", "2")
@abuse("F-01", "F-16")
def test_an_api_acts_onward_at_the_wallet_and_can_do_no_more_there(
    live_server, new_app, new_person, tv
):
    person, other = new_person(), new_person()
    television, visitor = Television(live_server.url, tv), Visitor()
    approve(television, person, visitor)
    shown = television.poll().json()["access_token"]

    token = Api(live_server, new_app, "wallet:read wallet:transfer").exchange(shown).json()

    assert token["scope"] == "wallet:read"
    wallet = balance(live_server.url, token["access_token"])
    assert (wallet.status_code, wallet.json()["userId"]) == (200, person.sub)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    for whose in (other.sub, str(other.id)):
        path = f"{live_server.url}/wallet/{whose}/balance"
        assert httpx.get(path, headers=headers, timeout=10).status_code == 403
    order = {"to": other.sub, "amount": 100, "currency": "BRL"}
    keyed = headers | {"Idempotency-Key": secrets.token_hex(8)}
    moved = httpx.post(
        f"{live_server.url}/wallet/me/transfer", json=order, headers=keyed, timeout=10
    )
    assert moved.status_code == 403
    assert 'error="insufficient_scope"' in moved.headers["WWW-Authenticate"]
    page = visitor.go(f"{live_server.url}/account")
    visitor.send(page, "sign-out-form")
    assert refused_within(live_server.url, token["access_token"], SOON)
