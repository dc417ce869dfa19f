"""The pages of ``docs/`` that do one task each, typed word for word beside a server."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dev import cast
from tests.auth.api import ways
from tests.journeys.visitor import Visitor
from tests.support import services, typed
from tests.support.marks import mission, rfc

MOVING = "move-from-the-documents.md"


@pytest.fixture
def type_out(served, shell):
    """Type a page of ``docs/`` with this server's address in it: ``type_out("x.md", pasted)``."""

    def run(page, pasted=None, only=None):
        here = [("localhost:3000", f"localhost:{served.port}")]
        return typed.type_out(f"docs/{page}", shell, here, pasted, only=only)

    return run


@pytest.fixture
def code_from(served):
    """Do what a page says with the browser: sign in, allow, and copy the code."""

    def bring(printed):
        address = re.findall(r"\S+/oauth/authorize\?\S+", printed)[-1]
        callback = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        visitor = Visitor(callback)
        email, password = served.person
        page = visitor.send(visitor.go(address), "login-form", username=email, password=password)
        if page and page.name == "consent":
            visitor.send(page, "consent-form")
        return parse_qs(urlsplit(visitor.arrived).query)["code"][0]

    return bring


@mission("S135")
@rfc("7591", "3")
@rfc("7592", "2")
@rfc("7523", "2.2")
def test_registering_a_client_works_word_for_word(type_out):
    assert len(type_out("register-a-client.md")) > 30


@pytest.mark.parametrize("page", ["sign-in-from-a-web-app.md", "sign-in-from-a-mobile-app.md"])
def test_signing_a_person_in_works_word_for_word(type_out, code_from, page):
    assert len(type_out(page, {"paste-the-code-here": code_from})) > 8


@mission("S119")
def test_trying_the_api_works_word_for_word(type_out):
    assert len(type_out("try-the-api.md")) == 4


@mission("S106", "S108")
@rfc("7523", "2.2")
def test_paying_cash_out_works_word_for_word(type_out):
    assert len(type_out("cash-machines.md")) == 12


@rfc("8628", "3")
def test_signing_in_from_a_device_works_word_for_word(type_out, served):
    def allow_in_a_browser(_printed):
        shown = json.loads((served.folder / "instance/code.json").read_text())
        email, password = served.person
        visitor = Visitor()
        page = visitor.send(visitor.go(shown["verification_uri_complete"]), "device-form")
        page = visitor.send(page, "login-form", username=email, password=password)
        assert page.texts["device-code"] == shown["user_code"]
        assert visitor.send(page, "consent-form").name == "device-done"
        return "poll >"

    assert len(type_out("sign-in-from-a-device.md", {"poll >": allow_in_a_browser})) > 10


@mission("C33")
def test_branding_the_pages_works_word_for_word(type_out):
    assert len(type_out("brand-the-sign-in-pages.md")) > 10


@mission("C27")
def test_moving_from_the_documents_works_word_for_word(type_out, code_from):
    told = [f"Document {number}" for number in ways.own()]
    told = ["Before: the app is registered", *told, "For the operator"]

    assert len(type_out(MOVING, {"paste-the-code-here": code_from}, told)) > 15


@pytest.fixture
def approve(served):
    """Do what a page says with the browser: sign in; allow, or approve with the code that comes."""
    visitor = Visitor("http://localhost:4001/callback")
    email, password = served.person

    def code_sent():
        box = httpx.get(f"{served.url}/dev/mailbox", params={"to": cast.PERSON["phone"]}).json()
        texts = [each["text"] for each in box if "Padaria" in each["text"]]
        return next((re.search(r"\b\d{6}\b", text)[0] for text in texts), None)

    def bring(printed):
        address = re.findall(r"\S+/oauth/authorize\?\S+", printed)[-1]
        page = visitor.go(address)
        if page and page.name == "login":
            page = visitor.send(page, "login-form", username=email, password=password)
        if page and page.name == "consent":
            page = visitor.send(page, "consent-form")
        if page and page.name == "payment":
            page = visitor.send(page, "otp-send-form")
            services.wait_for(code_sent, "a code for this payment")
            visitor.send(page, "otp-form", otp=code_sent(), decision="allow")
        return parse_qs(urlsplit(visitor.arrived).query)["code"][0]

    return bring


@mission("S78", "S79")
@rfc("9396", "6")
@rfc("9470", "3")
def test_asking_for_a_payment_works_word_for_word(type_out, approve):
    assert len(type_out("ask-for-a-payment.md", {"paste-the-code-here": approve})) > 20
