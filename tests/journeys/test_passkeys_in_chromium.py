"""Passkeys in a real browser: made, offered, shown, refused; with an authenticator of its own."""

import base64
import re
from pathlib import Path
from uuid import uuid4

import pytest

from tests.journeys.authenticator import Device
from tests.support.marks import abuse, asvs, mission, rfc

PASSWORD = "corredor azul 42"


@pytest.fixture
def email(live_server):
    """The address of a person of this test's own."""
    address = f"{uuid4().hex}@exemplo.com.br"
    told = ("--email", address, "--password", PASSWORD, "--name", "Ana Souza", "--verified")
    live_server.auth("people", "create", *told)
    return address


@pytest.fixture
def page(browser_page):
    """A page whose console is kept."""
    browser_page.said = []
    browser_page.on("console", lambda message: browser_page.said.append(message.text))
    browser_page.on("pageerror", lambda error: browser_page.said.append(str(error)))
    return browser_page


def name_of(page):
    return page.get_attribute("body", "data-page")


def arrive(page, name):
    """Wait for the page so named."""
    page.wait_for_selector(f'body[data-page="{name}"]')


def sign_in(page, url, email):
    page.goto(f"{url}/account/passkeys/new")
    page.fill("#username", email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")
    arrive(page, "passkey-new")


def create(page):
    """Make a passkey; the codes of the first are kept."""
    page.click("#passkey-create")
    arrive(page, "recovery-codes-once")
    page.click("#codes-kept")
    arrive(page, "passkeys")


def remove(page):
    """Remove the only passkey there is."""
    page.click("summary:has-text('Mudar')")
    page.click("a:has-text('Remover')")
    arrive(page, "passkey-remove")
    page.click("#passkey-remove")
    arrive(page, "passkeys")


def leave(page, url):
    page.goto(f"{url}/logout")
    page.click("#logout-yes")
    arrive(page, "logged-out")


def complaints(page):
    """What the console says of scripts and policies; a refusal's status is no fault of the page."""
    return [said for said in page.said if "server responded with a status of 4" not in said]


@mission("C7", "S80")
def test_a_passkey_is_made_and_signs_in_by_the_button_and_by_autofill(live_server, page, email):
    device = Device(page)
    device.stop_answering(True)
    sign_in(page, live_server.url, email)
    device.stop_answering(False)
    create(page)
    [key] = device.keys()
    assert (key["isResidentCredential"], key["rpId"]) == (True, "localhost")

    device.stop_answering(True)
    leave(page, live_server.url)
    page.goto(f"{live_server.url}/account")
    assert page.get_attribute("#username", "autocomplete") == "username webauthn"
    device.stop_answering(False)
    page.wait_for_timeout(300)
    if name_of(page) == "login":
        page.click("#passkey-login")
    arrive(page, "account")
    leave(page, live_server.url)
    page.goto(f"{live_server.url}/account")
    arrive(page, "account")  # chosen in the field, which this browser does by itself
    assert complaints(page) == []


def test_who_cancels_is_told_and_tries_again(live_server, page, email):
    device = Device(page)
    device.stop_answering(True)
    sign_in(page, live_server.url, email)
    device.stop_answering(False)
    device.refuse()

    page.click("#passkey-create")

    page.wait_for_selector("#passkey-status:has-text('não foi concluída')")
    assert page.is_enabled("#passkey-create")
    assert page.get_attribute("#passkey-create", "aria-busy") is None
    assert complaints(page) == []


def test_a_device_that_has_a_passkey_says_so(live_server, page, email):
    device = Device(page)
    device.stop_answering(True)
    sign_in(page, live_server.url, email)
    device.stop_answering(False)
    create(page)
    page.goto(f"{live_server.url}/account/passkeys/new")

    page.click("#passkey-create")

    page.wait_for_function(
        "document.querySelector('#passkey-status').textContent.includes('já tem uma chave')"
    )
    assert len(device.keys()) == 1


DEAF = """for (const name of ["signalAllAcceptedCredentials", "signalUnknownCredential"])
    PublicKeyCredential[name] = async (about) => { (window.told ??= {})[name] = about; };"""


@abuse("W-08")
def test_a_passkey_that_was_removed_here_is_unknown_and_the_password_goes_on(
    live_server, page, email
):
    device = Device(page)
    device.stop_answering(True)
    sign_in(page, live_server.url, email)
    device.stop_answering(False)
    create(page)
    [key] = device.keys()
    page.add_init_script(DEAF)  # it keeps what was removed, as a browser elsewhere would
    remove(page)
    device.stop_answering(True)
    leave(page, live_server.url)
    page.goto(f"{live_server.url}/account")
    device.stop_answering(False)
    page.wait_for_timeout(300)
    if page.get_attribute("body", "data-state") != "error":
        page.click("#passkey-login")
    page.wait_for_selector('body[data-state="error"]')

    assert re.search("não está mais ligada", page.text_content("#form-error"))
    assert page.is_visible("#login-submit")
    told = page.evaluate("window.told.signalUnknownCredential")
    assert told["rpId"] == "localhost"
    assert base64.urlsafe_b64decode(told["credentialId"] + "==") == base64.b64decode(
        key["credentialId"]
    )


@rfc("WebAuthn L3", "5.1.10")
def test_the_browser_itself_forgets_what_was_removed_here(live_server, page, email):
    device = Device(page)
    device.stop_answering(True)
    sign_in(page, live_server.url, email)
    device.stop_answering(False)
    create(page)
    assert len(device.keys()) == 1

    remove(page)

    page.wait_for_timeout(500)
    assert device.keys() == []


def enter(page, email):
    """Sign in at the login page, once its script has said what this device can."""
    page.wait_for_function("document.querySelector('[name=passkeys_able]').value")
    page.fill("#username", email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")


@mission("C7", "S80")
def test_who_signs_in_by_password_is_invited_and_makes_a_passkey(live_server, page, email):
    device = Device(page)
    device.stop_answering(True)
    page.goto(f"{live_server.url}/account")
    enter(page, email)
    arrive(page, "passkey-invitation")
    device.stop_answering(False)

    page.click("#passkey-create")

    arrive(page, "recovery-codes-once")
    assert len(device.keys()) == 1
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#codes-copy")
    page.wait_for_selector("#codes-copy:has-text('Copiados')")
    copied = page.evaluate("navigator.clipboard.readText()").split()
    assert copied == page.locator("#recovery-codes li").all_text_contents()
    assert page.is_visible("#codes-print")
    for _ in range(2):  # the page stays, and so does the button
        with page.expect_download() as file:
            page.click("#codes-download")
        assert all(code in Path(file.value.path()).read_text() for code in copied)
    page.click("#codes-kept")
    arrive(page, "account")
    assert complaints(page) == []


def test_not_now_goes_on(live_server, page, email):
    Device(page).stop_answering(True)
    page.goto(f"{live_server.url}/account")
    enter(page, email)
    arrive(page, "passkey-invitation")

    page.click("#passkey-later")

    arrive(page, "account")


@asvs("3.7.5")
def test_without_a_script_no_passkey_is_offered_and_the_rest_works(live_server, chromium, email):
    context = chromium.new_context(locale="pt-BR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/account/passkeys/new")
    assert not page.is_visible("#passkey-login")

    page.fill("#username", email)
    page.fill("#password", PASSWORD)
    page.click("#login-submit")

    assert name_of(page) == "passkey-new"
    assert not page.is_visible("#passkey-create")
    assert page.is_visible("[data-without-passkey]")
    context.close()
