"""The pages as people use them: app elsewhere, no script, keys alone, two tabs, back, reload."""

import re
import secrets
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import pytest

from tests.support.marks import abuse, asvs, behaviour, rfc

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636 appendix B

# A refusal's status; and a font fetched early that a tab in the background has no use for yet.
NO_FAULT = re.compile(r"responded with a status of 4|was preloaded using link preload but not used")


class Callback(BaseHTTPRequestHandler):
    """Where the app waits for its people."""

    def do_GET(self):
        """Say that they have arrived."""
        body = b"<!doctype html><title>Cofrinho</title><p id=arrived>Cofrinho</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing of it."""


@pytest.fixture(scope="module")
def cofrinho(live_server, new_app):
    """An app at a port of its own: another origin than the server's."""
    server = ThreadingHTTPServer(("localhost", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://localhost:{server.server_port}"
    yield new_app(
        redirect_uris=[f"{origin}/callback"],
        post_logout_redirect_uris=[f"{origin}/"],
        token_endpoint_auth_method="none",
    )
    server.shutdown()


@dataclass(frozen=True)
class Person:
    """Someone with an account, and no money: pages ask for none."""

    email: str
    password: str


@pytest.fixture(scope="module")
def new_person(live_server):
    """Make people at the live server: each signs in for one test."""

    def new():
        name = secrets.token_hex(6)
        made = Person(f"{name}@example.com", f"uma frase {name} longa")
        told = ("--email", made.email, "--password", made.password, "--name", "Ana Souza")
        live_server.auth("people", "create", *told)
        return made

    return new


@pytest.fixture
def ask(live_server, cofrinho):
    """The address to which Cofrinho sends its people: ``ask(prompt="login")``."""

    def address(**more):
        asked = {
            "client_id": cofrinho.client_id,
            "redirect_uri": cofrinho.redirect_uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": "abc",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"{live_server.url}/oauth/authorize?{urlencode(asked | more)}"

    return address


@pytest.fixture
def arrived(cofrinho):
    """The address at which people come back to Cofrinho, with a code."""
    return re.compile(re.escape(cofrinho.redirect_uri) + r"\?code=")


@contextmanager
def visiting(chromium, **options):
    """A page of a fresh browser; the console must have nothing to say."""
    context = chromium.new_context(locale="pt-BR", **options)
    context.set_default_timeout(10_000)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    yield page
    context.close()
    assert [each for each in said if not NO_FAULT.search(each)] == []


@pytest.fixture(params=[True, False], ids=["with_script", "without_script"])
def page(chromium, request):
    """A page of a fresh browser, with scripts and without."""
    with visiting(chromium, java_script_enabled=request.param) as page:
        yield page


@pytest.fixture
def scripted(chromium):
    """A page of a fresh browser with scripts."""
    with visiting(chromium) as page:
        yield page


def sign_in(page, person):
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")


@behaviour(143)
@rfc("9700", "4.12")
def test_people_sign_in_consent_and_arrive_at_an_app_on_another_origin(
    page, ask, arrived, new_person
):
    page.goto(ask())
    sign_in(page, new_person())
    page.click("#consent-allow")

    page.wait_for_url(arrived)
    assert page.locator("#arrived").count() == 1


def test_people_who_say_no_arrive_too(page, ask, new_person, cofrinho):
    page.goto(ask())
    sign_in(page, new_person())
    page.click("#consent-deny")

    page.wait_for_url(f"{cofrinho.redirect_uri}?error=access_denied*")


def test_a_whole_stay_works_by_ids_alone(page, ask, arrived, live_server, new_person):
    person = new_person()
    page.goto(ask())
    page.fill("#username", person.email)
    page.fill("#password", "errada")
    page.click("#login-submit")
    page.wait_for_selector("#form-error")
    assert page.input_value("#username") == person.email
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.click("#consent-allow")
    page.wait_for_url(arrived)

    page.goto(f"{live_server.url}/account")
    page.click("#see-sessions")
    page.wait_for_selector("[data-page=sessions]")
    page.click("#sign-out")
    page.wait_for_selector("#logged-out")
    page.goto(f"{live_server.url}/account")
    assert page.get_attribute("body", "data-page") == "login"


def test_a_session_elsewhere_is_ended_from_the_list(page, chromium, live_server, new_person):
    person = new_person()
    page.goto(f"{live_server.url}/account/sessions")
    sign_in(page, person)
    with visiting(chromium) as elsewhere:
        elsewhere.goto(f"{live_server.url}/account")
        sign_in(elsewhere, person)
        elsewhere.wait_for_selector("[data-page=account]")

        page.reload()
        page.click("details.end > summary")
        page.click("button[name=sid]")

        assert "Sessão encerrada" in page.inner_text("#form-status")
        elsewhere.reload()
        assert elsewhere.get_attribute("body", "data-page") == "login"


def test_keys_alone_are_enough(scripted, ask, arrived, new_person):
    page, person = scripted, new_person()
    page.goto(ask())
    page.focus("#username")
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#consent-allow")
    page.focus("#consent-allow")
    page.keyboard.press("Enter")

    page.wait_for_url(arrived)


def test_what_went_wrong_has_the_focus(scripted, ask):
    scripted.goto(ask())
    scripted.click("#login-submit")
    scripted.wait_for_selector("#form-error")

    assert scripted.evaluate("document.activeElement.id") == "form-error"
    scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")
    assert scripted.evaluate("document.activeElement.id") == "username"


def test_a_password_can_be_seen_and_is_hidden_again_when_sent(scripted, ask):
    scripted.goto(ask())
    scripted.fill("#password", "segredo")
    button = scripted.locator("[data-peek=password]")

    button.click()
    assert scripted.get_attribute("#password", "type") == "text"
    assert (button.inner_text(), button.get_attribute("aria-pressed")) == ("Ocultar", "true")
    button.click()
    assert scripted.get_attribute("#password", "type") == "password"
    assert button.inner_text() == "Mostrar"


def test_a_form_is_sent_once_and_says_so(scripted, ask, new_person):
    person, sent = new_person(), []
    scripted.goto(ask())
    scripted.fill("#username", person.email)
    scripted.fill("#password", person.password)
    scripted.on("request", lambda r: sent.append(r.method) if r.method == "POST" else None)

    busy = scripted.evaluate(
        """() => {
            const button = document.getElementById("login-submit");
            button.click();
            button.click();
            return [button.getAttribute("aria-busy"), button.textContent.trim()];
        }"""
    )
    scripted.wait_for_selector("#consent-allow")

    assert busy == ["true", "Entrando…"]
    assert sent == ["POST"]


def test_two_tabs_do_not_fight(page, ask, arrived, new_person):
    other = page.context.new_page()
    page.goto(ask(state="first"))
    other.goto(ask(state="second"))
    person = new_person()

    sign_in(page, person)
    page.wait_for_selector("#consent-allow")
    sign_in(other, person)
    other.click("#consent-allow")
    other.wait_for_url(re.compile("state=second"))
    page.click("#consent-allow")

    page.wait_for_url(re.compile("state=first"))
    assert arrived.match(page.url)
    assert arrived.match(other.url)


def test_back_and_reload_stay_on_the_way(page, ask, arrived, new_person):
    page.goto(ask())
    page.reload()
    assert page.get_attribute("body", "data-page") == "login"
    sign_in(page, new_person())
    page.wait_for_selector("#consent-allow")
    page.reload()
    assert page.get_attribute("body", "data-page") == "consent"
    page.go_back()
    assert page.get_attribute("body", "data-page") == "consent"
    page.click("#consent-allow")
    page.wait_for_url(arrived)

    page.go_back()

    assert "já respondeu" in page.inner_text("#error-page")
    assert page.locator("#error-next").count() == 1


@asvs("14.3.1")
def test_who_left_is_shown_nothing_of_theirs_by_going_back(page, live_server, new_person):
    person = new_person()
    page.goto(f"{live_server.url}/account")
    sign_in(page, person)
    page.goto(f"{live_server.url}/account/profile")
    assert page.get_attribute("body", "data-page") == "profile"
    page.click("#sign-out")
    page.wait_for_selector("[data-page=logged-out]")

    page.go_back()

    assert page.get_attribute("body", "data-page") != "profile"
    assert not [one for one in page.context.cookies() if one["name"].startswith("session")]


def test_another_language_keeps_the_request(page, ask, arrived, new_person):
    page.goto(ask())
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    sign_in(page, new_person())
    page.wait_for_selector("html[lang=en] #consent-allow")
    page.click("#consent-allow")

    page.wait_for_url(arrived)


@asvs("7.6.2")
@abuse("L-11")
def test_a_page_elsewhere_cannot_sign_anybody_in(scripted, ask, new_person):
    person = new_person()
    scripted.goto(ask())
    action = scripted.url
    scripted.goto("data:text/html,<form method=post></form>")
    scripted.evaluate(
        """([action, who, password]) => {
            const form = document.forms[0];
            form.action = action;
            for (const [name, value] of [["username", who], ["password", password]]) {
                const field = document.createElement("input");
                field.name = name;
                field.value = value;
                form.append(field);
            }
            form.submit();
        }""",
        [action, person.email, person.password],
    )
    scripted.wait_for_url(action)

    assert scripted.locator("#consent-allow").count() == 0
