"""Two apps on servers of their own, one browser, and what each of them hears when it leaves.

Both channels are real: TLS to the apps' servers under authorities of their own, frames in Chromium.
"""

import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
import pytest

from tests.journeys.visitor import Visitor
from tests.support import houses, live, services
from tests.support.listener import Listener
from tests.support.marks import abuse, behaviour, mission, rfc

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PATIENCE = 9  # two seconds of ours, and what a busy machine adds


@dataclass(frozen=True)
class App:
    """An app: its client, and its paths at the listener."""

    name: str
    listener: Listener
    client_id: str
    client_secret: str

    def url(self, path):
        """The address of one of its paths."""
        return self.listener.url(f"/{self.name}/{path}")

    def heard(self, path="heard"):
        """The requests that came to one of its paths, oldest first."""
        return [each for each in self.listener.requests if each.path == f"/{self.name}/{path}"]


@dataclass(frozen=True)
class Person:
    """Someone with an account."""

    email: str
    password: str


@pytest.fixture(scope="module")
def listeners(tmp_path_factory):
    """Two that the operator lists, and one inside that nobody did."""
    folder = tmp_path_factory.mktemp("apps")
    with Listener(folder) as one, Listener(folder) as two, Listener(folder) as inside:
        yield one, two, inside


@pytest.fixture(scope="module")
def server(run_folder, databases, listeners, tmp_path_factory):
    """A live server that may call the first two, and trusts the authorities of all."""
    authorities = tmp_path_factory.mktemp("trusted") / "all.pem"
    authorities.write_bytes(b"".join(each.ca_file.read_bytes() for each in listeners))
    outbound = {
        "OUTBOUND_ALLOW_HOSTS": ",".join(each.place for each in listeners[:2]),
        "OUTBOUND_CA_FILE": str(authorities),
    }
    urls = {house: databases.new(house, "sqlite") for house in houses.SETTINGS}
    made = live.LiveServer(run_folder, urls, **outbound)
    made.start()
    yield made
    made.stop()
    for url in urls.values():
        databases.drop(url)


@pytest.fixture
def new_shop(server, tmp_path):
    """Register apps: ``new_shop(listener, front=True)``; each answers at its own paths."""

    def new(listener, *, front=False, back=True):
        name = secrets.token_hex(4)
        paths = ("callback", "bye", "forget", "heard")
        page = {"media_type": "text/html", "body": b'<!doctype html><link rel=icon href="data:,">'}
        at = {path: listener.answer(f"/{name}/{path}", **page) for path in paths}
        described = {
            "client_name": f"Loja {name}",
            "redirect_uris": [at["callback"]],
            "post_logout_redirect_uris": [at["bye"]],
            "scope": "openid profile",
        }
        described |= {"frontchannel_logout_uri": at["forget"]} if front else {}
        described |= {"backchannel_logout_uri": at["heard"]} if back else {}
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps(described))
        made = server.auth("clients", "register", "--file", file)
        return App(name, listener, made["client_id"], made["client_secret"])

    return new


@pytest.fixture
def ana(server):
    """Ana, who has just got an account."""
    name = secrets.token_hex(6)
    made = Person(f"{name}@example.com", f"uma frase {name} longa")
    server.auth("people", "create", "--email", made.email, "--password", made.password)
    return made


def asking(server, app, **more):
    """Return the address to which ``app`` sends its people."""
    asked = {
        "client_id": app.client_id,
        "redirect_uri": app.url("callback"),
        "response_type": "code",
        "scope": "openid profile",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{server.url}/oauth/authorize?{urlencode(asked | more)}"


def redeem(server, app, address):
    """Trade the code that came to ``address``; return the ID token."""
    [code] = parse_qs(urlsplit(address).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
    form |= {"redirect_uri": app.url("callback")}
    who = (app.client_id, app.client_secret)
    answer = httpx.post(f"{server.url}/oauth/token", data=form, auth=who)
    return answer.raise_for_status().json()["id_token"]


def leaving(server, app, hint, state="s 1"):
    """Return the address by which ``app`` signs its person out."""
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": app.url("bye"), "state": state}
    return f"{server.url}/logout?{urlencode(asked)}"


def verified(server, app, request):
    """Return the claims of the logout token that came, once its signature has been believed."""
    token = request.form["logout_token"]
    keys = jwt.PyJWKClient(f"{server.url}/oauth/jwks")
    return jwt.decode(
        token,
        keys.get_signing_key_from_jwt(token),
        algorithms=["RS256"],
        issuer=server.url,
        audience=app.client_id,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "events", "sub"]},
    )


@pytest.fixture(params=[True, False], ids=["with_script", "without_script"])
def page(chromium, request):
    """A page of a fresh browser that takes the apps' certificates; it says nothing unasked."""
    context = chromium.new_context(
        locale="pt-BR", java_script_enabled=request.param, ignore_https_errors=True
    )
    context.set_default_timeout(15_000)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.scripted = request.param
    yield page
    context.close()
    assert [each for each in said if "preload" not in each] == []


def sign_in(page, address, person):
    """Sign in on the way to an app; return the address at which the browser arrived there."""
    page.goto(address)
    if page.locator("#login-form").count():
        page.fill("#username", person.email)
        page.fill("#password", person.password)
        page.click("#login-submit")
    page.click("#consent-allow")
    page.wait_for_url("**/callback?code=*")
    return page.url


@behaviour(117, 143, 145, 149, 150)
@rfc("OIDC RP-Logout", "3")
@rfc("OIDC Back-Channel Logout", "2.5")
@rfc("OIDC Front-Channel Logout", "2")
@mission("S82")
def test_who_leaves_one_app_leaves_both_before_being_back(page, server, listeners, new_shop, ana):
    one, two = new_shop(listeners[0], front=True), new_shop(listeners[1], front=True)
    hint = redeem(server, one, sign_in(page, asking(server, one), ana))
    other = redeem(server, two, sign_in(page, asking(server, two), ana))
    sid = jwt.decode(hint, options={"verify_signature": False})["sid"]

    page.goto(leaving(server, one, hint))
    if not page.scripted:
        assert page.get_attribute("body", "data-page") == "logging-out"
        assert f"Loja {two.name}" in page.inner_text("#logging-out")
        page.click("#logout-continue")
    page.wait_for_url("**/bye*")

    assert page.url == f"{one.url('bye')}?state=s+1"
    for app, token in ((one, hint), (two, other)):
        [request] = app.heard()
        claims = verified(server, app, request)
        signed_in = jwt.decode(token, options={"verify_signature": False})
        assert (claims["sub"], claims["sid"]) == (signed_in["sub"], sid)
        [frame] = app.heard("forget")
        assert (frame.method, frame.query) == ("GET", {"iss": server.url, "sid": sid})
    came = [request.path.rpartition("/")[2] for request in one.listener.requests]
    assert came[-3:] == ["heard", "forget", "bye"]

    page.goto(asking(server, one, prompt="none"))
    assert parse_qs(urlsplit(page.url).query)["error"] == ["login_required"]


@behaviour(150)
def test_a_page_that_does_not_load_keeps_nobody(page, server, listeners, new_shop, ana):
    app = new_shop(listeners[0], front=True, back=False)
    hint = redeem(server, app, sign_in(page, asking(server, app), ana))
    app.listener.answer(f"/{app.name}/forget", script=lambda _write: time.sleep(20))

    began = time.monotonic()
    page.goto(leaving(server, app, hint), wait_until="commit")
    if not page.scripted:
        page.click("#logout-continue")
    page.wait_for_url("**/bye*")

    assert time.monotonic() - began < PATIENCE + 2
    assert len(app.heard("forget")) == 1


@behaviour(147)
def test_who_leaves_the_account_sees_which_apps_were_left(page, server, listeners, new_shop, ana):
    app = new_shop(listeners[0], front=True)
    sign_in(page, asking(server, app), ana)

    page.goto(f"{server.url}/account")
    page.click("#sign-out")
    page.wait_for_selector("#logged-out")
    page.wait_for_load_state()  # the apps' frames as well

    assert f"Loja {app.name}" in page.inner_text("#logged-out")
    assert len(app.heard()) == len(app.heard("forget")) == 1
    page.reload()
    page.wait_for_selector("#logged-out")
    assert len(app.heard()) == 1


@pytest.fixture
def visit(server, ana):
    """Sign Ana in to an app without a browser; return the visitor and the ID token."""

    def sign_in_to(app):
        visitor = Visitor(app.url(""))
        visitor.sign_in(asking(server, app), ana)
        return visitor, redeem(server, app, visitor.arrived)

    return sign_in_to


def leave(visitor, server, app, hint):
    """Leave by way of the app; return the seconds until the browser is back there."""
    began = time.monotonic()
    assert visitor.go(leaving(server, app, hint)) is None
    assert visitor.arrived == f"{app.url('bye')}?state=s+1"
    return time.monotonic() - began


@behaviour(149)
def test_a_server_that_is_down_hears_it_from_the_worker(server, listeners, new_shop, visit):
    app = new_shop(listeners[0])
    visitor, hint = visit(app)
    app.listener.stop()

    assert leave(visitor, server, app, hint) < PATIENCE
    app.listener.listen_again()
    with server.working():
        services.wait_for(app.heard, "the worker to deliver")

    assert verified(server, app, app.heard()[0])["aud"] == app.client_id


def test_a_session_ended_from_the_list_is_told_of_by_the_worker(
    server, listeners, new_shop, visit, ana
):
    app = new_shop(listeners[0])
    _, hint = visit(app)
    elsewhere = Visitor()
    page = elsewhere.go(f"{server.url}/account/sessions/others")
    page = elsewhere.send(page, "login-form", username=ana.email, password=ana.password)

    with server.working():
        elsewhere.send(page, "revoke-others-form")
        services.wait_for(app.heard, "the worker to deliver")

    sid = jwt.decode(hint, options={"verify_signature": False})["sid"]
    assert verified(server, app, app.heard()[0])["sid"] == sid


@abuse("X-04")
def test_a_slow_server_costs_the_person_two_seconds(server, listeners, new_shop, visit):
    app = new_shop(listeners[0])
    visitor, hint = visit(app)
    app.listener.answer(f"/{app.name}/heard", script=lambda _write: time.sleep(20))

    assert leave(visitor, server, app, hint) < PATIENCE
    assert len(app.heard()) == 1


@abuse("X-04", "C-05")
def test_a_server_inside_that_nobody_listed_is_never_called(server, listeners, new_shop, visit):
    app = new_shop(listeners[2])
    visitor, hint = visit(app)

    assert leave(visitor, server, app, hint) < PATIENCE
    server.auth("logout", "deliver")

    assert app.heard() == []


@abuse("X-04", "C-05")
def test_a_server_that_redirects_is_not_followed(server, listeners, new_shop, visit):
    app = new_shop(listeners[0])
    visitor, hint = visit(app)
    elsewhere = {"Location": f"https://{listeners[1].place}/elsewhere"}
    app.listener.answer(f"/{app.name}/heard", status=308, headers=elsewhere)

    leave(visitor, server, app, hint)

    assert len(app.heard()) == 1
    assert all(request.path != "/elsewhere" for request in listeners[1].requests)
