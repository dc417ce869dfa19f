"""What may happen once happens once, with a hundred at the door, over HTTP and on PostgreSQL."""

import base64
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from tests.journeys.visitor import Visitor
from tests.support.marks import abuse, asvs, rfc

CROWD = 100
SCOPE = "openid offline_access wallet:read"


@pytest.fixture
def http(live_server):
    """A client that can hold a connection for each of the crowd."""
    limits = httpx.Limits(max_connections=CROWD, max_keepalive_connections=CROWD)
    with httpx.Client(base_url=live_server.url, limits=limits, timeout=60) as client:
        yield client


@pytest.fixture
def code_form(live_server, third_party, person):
    """Everything needed to redeem a fresh code."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": third_party.client_id,
        "redirect_uri": third_party.redirect_uri,
        "scope": SCOPE,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    visitor = Visitor(third_party.redirect_uri)
    visitor.sign_in(f"{live_server.url}/oauth/authorize?{urlencode(asked)}", person)
    return {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(visitor.arrived).query)["code"][0],
        "redirect_uri": third_party.redirect_uri,
        "code_verifier": verifier,
    }


def all_at_once(deed):
    """Do ``deed`` in a hundred threads that start together; return what each got."""
    start = Barrier(CROWD)

    def one(_):
        start.wait()
        return deed()

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(one, range(CROWD)))


def asking(http, app):
    """Return functions that call the token and introspection endpoints as ``app``."""
    credentials = (app.client_id, app.client_secret)

    def token(form):
        return http.post("/oauth/token", data=form, auth=credentials)

    def introspect(value):
        return http.post("/oauth/introspect", data={"token": value}, auth=credentials).json()

    return token, introspect


def refresh_form(refresh_token):
    """The form of a refresh."""
    return {"grant_type": "refresh_token", "refresh_token": refresh_token}


@asvs("10.4.2", "15.4.2")
@abuse("T-02")
@rfc("9700", "4.14.2")
def test_of_a_hundred_who_redeem_one_code_exactly_one_gets_tokens(http, third_party, code_form):
    token, introspect = asking(http, third_party)

    answers = all_at_once(lambda: token(code_form))

    won = [answer.json() for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert len(won) == 1
    assert {(answer.status_code, answer.json()["error"]) for answer in lost} == {
        (400, "invalid_grant")
    }
    # The others were replays by the same client: what the winner began has ended.
    assert introspect(won[0]["access_token"]) == {"active": False}
    assert token(refresh_form(won[0]["refresh_token"])).json()["error"] == "invalid_grant"


@rfc("9700", "4.14.2")
@abuse("M-01")
def test_a_hundred_who_refresh_at_once_hold_one_successor_and_nobody_is_signed_out(
    http, third_party, code_form
):
    token, introspect = asking(http, third_party)
    first = token(code_form).json()

    answers = all_at_once(lambda: token(refresh_form(first["refresh_token"])))

    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refresh_token"] for answer in answers}
    assert len(successors) == 1
    assert first["refresh_token"] not in successors
    assert len({answer.json()["access_token"] for answer in answers}) == CROWD
    [leaf] = successors
    assert introspect(leaf)["active"] is True
    assert introspect(first["refresh_token"]) == {"active": False}
    assert all(introspect(answer.json()["access_token"])["active"] for answer in answers[:5])
    assert token(refresh_form(leaf)).status_code == 200
