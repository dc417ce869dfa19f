"""The back office as administrators use it: with scripts and without, by ids alone."""

import os
import re
import secrets
import subprocess
from contextlib import contextmanager

import pytest

from tests.support.marks import abuse

PASSWORD = "uma frase longa e boa"
CALLBACK = "https://loja.example/volta"
NO_FAULT = re.compile(r"responded with a status of 4|was preloaded using link preload but not used")


@pytest.fixture(scope="module")
def administrator(live_server):
    """The e-mail of an administrator of the live server."""
    email = f"{secrets.token_hex(6)}@example.com"
    told = ("--email", email, "--password", PASSWORD, "--name", "Olga Prado", "--role", "admin")
    live_server.auth("people", "create", *told)
    return email


@contextmanager
def visiting(chromium, **options):
    """A page of a fresh browser; the console must have nothing to say."""
    context = chromium.new_context(locale="pt-BR", **options)
    context.set_default_timeout(15_000)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [each for each in said if not NO_FAULT.search(each)] == []


@pytest.fixture
def enter(live_server, administrator):
    """Sign the administrator in: ``enter(page, "/admin/clients/new")``."""

    def walk(page, path="/admin/clients"):
        page.goto(f"{live_server.url}{path}")
        page.fill("#username", administrator)
        page.fill("#password", PASSWORD)
        page.click("#login-submit")
        page.wait_for_url(re.compile("/admin/"))

    return walk


@pytest.fixture(params=[True, False], ids=["with_script", "without_script"])
def page(chromium, request, enter):
    """The back office in a fresh browser, with scripts and without."""
    with visiting(chromium, java_script_enabled=request.param) as page:
        enter(page)
        yield page


@pytest.fixture
def scripted(chromium, enter):
    """The back office in a fresh browser with scripts."""
    with visiting(chromium, permissions=["clipboard-read", "clipboard-write"]) as page:
        enter(page)
        yield page


def register(page, name, **chosen):
    """Fill in the form from the list, and send it."""
    page.click("#client-new")
    page.fill("#client_name", name)
    for kind in chosen.pop("kind", ()):
        page.check(f"#kind-{kind}")
    for field, value in chosen.items():
        page.fill(f"#{field}", value)
    page.click("#client-submit")


def test_a_whole_life_of_an_application_works_by_ids_alone(page, live_server):
    name = f"Loja {secrets.token_hex(4)}"
    register(page, name, redirect_uris="http://loja.example/volta")
    page.wait_for_selector("#form-error")
    assert "Linha 1: use https://" in page.inner_text("#redirect_uris-error")
    assert page.input_value("#client_name") == name
    page.fill("#redirect_uris", CALLBACK)
    page.click("#client-submit")
    secret = page.inner_text("#client-secret")
    client_id = page.inner_text("#client-id")
    assert len(secret) == 43

    page.click("#client-kept")
    page.wait_for_selector("[data-page=admin-client]")
    assert secret not in page.content()
    page.click("#client-edit")
    page.fill("#client_name", f"{name} 2")
    page.click("#client-submit")
    assert "Alterações salvas" in page.inner_text("#form-status")

    page.click("#client-rotate")
    page.check("#overlap-1h")
    page.click("#client-rotate-confirm")
    assert page.inner_text("#client-secret") != secret
    page.click("#client-kept")

    for deed, told in (("disable", "desativado"), ("enable", "reativado")):
        page.click(f"#client-{deed}")
        page.click(f"#client-{deed}-confirm")
        assert told in page.inner_text("#form-status")
    page.click("#client-delete")
    page.click("#client-delete-confirm")
    assert "excluído" in page.inner_text("#form-status")
    assert client_id not in [each["client_id"] for each in live_server.auth("clients", "list")]


@abuse("C-10")
def test_loading_the_secret_again_registers_nothing_and_shows_none(page, live_server):
    name = f"Loja {secrets.token_hex(4)}"
    register(page, name, redirect_uris=CALLBACK)
    secret = page.inner_text("#client-secret")

    page.reload()

    assert "já tinha sido enviado" in page.inner_text("#form-status")
    assert secret not in page.content()
    names = [each["client_name"] for each in live_server.auth("clients", "list")]
    assert names.count(name) == 1


def test_a_client_is_found_in_the_list(page):
    name = f"Zebra {secrets.token_hex(4)}"
    register(page, name, kind=["native"], redirect_uris=CALLBACK)
    page.click("nav.crumbs a")

    page.fill("#q", name.upper())
    page.select_option("#type", "native")
    page.click("#clients-search-find")

    assert page.locator(".apps h3").all_inner_texts() == [name]


def test_the_form_can_be_checked_first(page):
    page.click("#client-new")
    page.fill("#client_name", "Loja")
    page.fill("#redirect_uris", f"{CALLBACK}\nhttp://loja.example/b")

    page.click("#client-check")

    page.wait_for_selector("text=1 endereço sem https (linha 2)")
    assert page.input_value("#client_name") == "Loja"


def test_what_is_typed_is_verified_at_once(scripted):
    page = scripted
    page.click("#client-new")
    page.wait_for_selector("text=Falta o endereço de retorno")

    page.fill("#redirect_uris", "http://loja.example/b")
    page.wait_for_selector("text=1 endereço sem https (linha 1)")
    page.fill("#redirect_uris", CALLBACK)
    page.wait_for_selector("#findings >> text=1 endereço de retorno")
    page.fill("#client_name", "<img src=x onerror=alert(1)>")
    page.click("aside .command > summary")
    page.wait_for_selector("text=<img src=x")

    assert page.locator("#findings img").count() == 0
    assert page.url.endswith("/admin/clients/new")


def test_what_is_shown_can_be_copied(scripted):
    page = scripted
    register(page, "Loja", redirect_uris=CALLBACK)
    secret = page.inner_text("#client-secret")

    page.click("[data-copy=client-secret]")

    page.wait_for_selector("[data-copy=client-secret] >> text=Copiado")
    assert page.evaluate("navigator.clipboard.readText()") == secret


def test_the_snippet_of_a_service_gets_an_access_token(scripted):
    page = scripted
    register(page, f"Noturno {secrets.token_hex(4)}", kind=["service"])
    secret, snippet = page.inner_text("#client-secret"), page.inner_text("#client-try")

    environment = {"CLIENT_SECRET": secret, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["sh", "-c", snippet],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )

    assert '"access_token"' in done.stdout, done.stdout
