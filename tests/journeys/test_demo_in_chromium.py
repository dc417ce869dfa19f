"""The demo on a port of its own, in a real browser: every step, with JavaScript and without.

The client is on another origin than the server, so the pages' ``form-action`` is put to the proof.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from dev.demo.mounted import metadata
from tests.journeys.visitor import answers
from tests.support import looking, services
from tests.support.marks import asvs, behaviour

ROOT = Path(__file__).parents[2]
STEPS = ("userinfo", "balance", "transfer", "introspection", "refresh", "reuse")


@pytest.fixture(scope="module")
def cofrinho(live_server, new_app, new_person):
    """The demo as a process of its own, registered like any other app; its address."""
    port = services.free_port()
    origin = f"http://localhost:{port}"
    app = new_app(**metadata(origin))
    command = [sys.executable, "-m", "dev.demo", "--port", str(port)]
    command += ["--issuer", live_server.url, "--client-id", app.client_id]
    command += ["--payee", new_person().sub]
    environment = os.environ | {"DEMO_CLIENT_SECRET": app.client_secret}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=services.die_with_parent,  # noqa: PLW1509 (one system call)
    )
    services.wait_for(lambda: answers(origin + "/demo/"), "the demo")
    yield origin
    process.terminate()
    process.wait(10)


@pytest.fixture(params=[True, False], ids=["with_javascript", "without_javascript"])
def page(chromium, request):
    """A fresh browser that remembers what its console said."""
    context = chromium.new_context(locale="pt-BR", java_script_enabled=request.param)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


def sign_in(page, cofrinho, person):
    """From the demo's start to its tokens."""
    page.goto(cofrinho + "/demo/")
    page.click("#sign-in")
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")
    page.wait_for_url(re.compile("/consent/|/demo/tokens"))
    if "/consent/" in page.url:
        page.click("#consent-allow")
    page.wait_for_url(cofrinho + "/demo/tokens")


@behaviour(53, 112, 143)
def test_every_step_of_the_demo_works_in_a_browser(page, cofrinho, live_server, new_person):
    sign_in(page, cofrinho, new_person())
    assert "urn:brasil:openbanking:loa2" in page.locator("#id-token").inner_text()
    assert "at+jwt" in page.locator("#access-token").inner_text()

    seen = {}
    for step in STEPS:
        page.goto(f"{cofrinho}/demo/{step}")
        page.click("#do")
        page.locator("#outcome").wait_for()
        cards = page.locator("details.exchange")
        seen[step] = [cards.nth(n).get_attribute("data-status") for n in range(cards.count())]
        if step == "balance":
            assert "1.000,00" in page.locator("#balance").inner_text()
        if step == "transfer":
            page.locator("#paid").wait_for()
            first = re.search(r'"transferId": "[^"]+"', page.content())[0]
            page.click("#again")
            page.get_by_text("idempotency-replayed: true").wait_for()
            assert first in page.content()

    assert seen.pop("reuse") == ["200", "200", "400", "400", "200", "401"]
    assert seen == {step: ["201" if step == "transfer" else "200"] for step in seen}
    page.locator("#family-ended").wait_for()

    page.goto(cofrinho + "/demo/sign-out")
    page.click("#sign-out")
    page.locator("#signed-out").wait_for()
    page.click("#sign-in")
    page.locator("#login-form").wait_for()
    assert page.url.startswith(live_server.url + "/login/")
    assert page.said == []


@behaviour(59)
def test_who_says_no_comes_back_to_the_demo_with_nothing_shared(page, cofrinho, new_person):
    person = new_person()
    page.goto(cofrinho + "/demo/")
    page.click("#sign-in")
    page.fill("#username", person.email)
    page.fill("#password", person.password)
    page.click("#login-submit")

    page.click("#consent-deny")

    page.locator("#demo-error[data-key=declined]").wait_for()
    assert "access_denied" in page.content()
    page.goto(cofrinho + "/demo/tokens")
    assert page.url == cofrinho + "/demo/"


@asvs("10.2.1")
def test_the_demo_believes_no_answer_it_did_not_ask_for(page, cofrinho, live_server):
    page.goto(f"{cofrinho}/demo/callback?code=stolen&state=made-up&iss={live_server.url}")

    page.locator("#demo-error[data-key=refused]").wait_for()


def test_the_demo_speaks_english_too(page, cofrinho):
    page.goto(cofrinho + "/demo/")

    page.click("text=English")

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#sign-in").inner_text() == "Sign in with Portaria"


def test_the_demo_answers_under_its_own_policy(cofrinho, live_server):
    answer = httpx.get(cofrinho + "/demo/")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"form-action 'self' {live_server.url}" in policy
    assert "unsafe" not in policy
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_everyone_can_use_the_demo(chromium, cofrinho, new_person):
    context = chromium.new_context(locale="pt-BR", reduced_motion="reduce")
    page, wrong = context.new_page(), []

    def look():
        page.wait_for_load_state()
        for width, theme, rules in looking.looks(1280, 320):
            looking.turn(page, width, theme)
            found = looking.at_fault(page, rules)
            wrong.extend((page.url, width, theme, *each) for each in found)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append((page.url, width, "sideways scroll"))

    page.goto(cofrinho + "/demo/")
    look()
    sign_in(page, cofrinho, new_person())
    look()
    for step in STEPS:
        page.goto(f"{cofrinho}/demo/{step}")
        page.click("#do")
        look()
    context.close()

    assert wrong == []


def test_a_form_of_another_browser_does_nothing_at_the_demo(cofrinho):
    answer = httpx.post(cofrinho + "/demo/sign-in", data={"form_token": "made-up"})

    assert answer.status_code == 400
    assert "Location" not in answer.headers
