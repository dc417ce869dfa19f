"""The page of one application, and what holds for every page of the back office."""

import html
import re
import shlex

import pytest

from app.foundation import clock
from tests.auth.admin.conftest import CALLBACK, text_of
from tests.auth.pages.test_rules import (  # the rules of every page, for the pages here
    test_every_page_forbids_frames_caches_and_strangers_scripts,  # noqa: F401 (run here too)
    test_every_page_has_its_language_name_title_and_one_heading,  # noqa: F401 (run here too)
    test_every_page_is_well_formed_and_its_ids_are_its_own,  # noqa: F401 (run here too)
    test_no_page_has_a_dead_link_or_an_inline_script,  # noqa: F401 (run here too)
)
from tests.support.marks import abuse

LOJA = "/admin/clients/loja"
PAGES = {
    "none yet": lambda browser: browser.open("/admin/clients"),
    "list": lambda browser: browser.open("/admin/clients?state=active"),
    "nothing": lambda browser: browser.open("/admin/clients?q=zebra"),
    "new": lambda browser: browser.open("/admin/clients/new"),
    "errors": lambda browser: browser.filled(redirect_uris="x", logo_uri="x", scope=[], jwks="x"),
    "checked": lambda browser: browser.filled(check="1", redirect_uris="x"),
    "secret": lambda browser: browser.filled(),
    "client": lambda browser: browser.open(LOJA),
    "edit": lambda browser: browser.open(f"{LOJA}/edit"),
    "meanwhile": lambda browser: browser.filled(f"{LOJA}/edit", seen="", client_name="Lojas"),
    "rotate": lambda browser: browser.open(f"{LOJA}/rotate-secret"),
    "rotated already": lambda browser: browser.submit(
        browser.open(f"{LOJA}/rotate-secret"), "client-rotate-form", seen="x", overlap="0"
    ),
    "disable": lambda browser: browser.open(f"{LOJA}/disable"),
    "delete": lambda browser: browser.open(f"{LOJA}/delete"),
    "not found": lambda browser: browser.open("/admin/clients/nobody"),
}


@pytest.fixture
def database_kind():
    """What a page looks like has nothing to do with the database."""
    return "sqlite"


@pytest.fixture(params=PAGES)
def page(request, office, register):
    """Each page in turn."""
    if request.param != "none yet":
        register(jwks_uri="https://loja.example/jwks")
    return PAGES[request.param](office("olga"))


def test_every_posted_form_has_a_token(page):
    for name, form in page.forms.items():
        if name != "clients-search":
            assert re.fullmatch("[0-9a-f]{64}", form["fields"]["csrf_token"]), name


@pytest.mark.parametrize("reach", PAGES)
def test_every_page_is_complete_in_english(office, register, reach):
    register()

    page = PAGES[reach](office("olga", Accept_Language="en-GB"))

    assert '<html lang="en">' in page.html
    assert not re.search(r"[ãõçéíóúâêôà]", page.text.replace("Português", ""))


def test_it_shows_what_is_registered_in_words(olga, register):
    register(
        logo_uri="https://loja.example/l.png",
        contacts=["a@loja.example", "b@loja.example"],
        require_pushed_authorization_requests=True,
        audiences=["https://api.example"],
    )

    page = olga.open(LOJA)

    assert text_of(page, "client-id") == "loja"
    for said in (
        "Nome mostrado às pessoas Loja",
        "Nome mostrado às pessoas (en) Shop",
        "Logotipo (logo_uri) https://loja.example/l.png",
        "Contatos (contacts) a@loja.example b@loja.example",
        f"Endereços permitidos (redirect_uris) {CALLBACK}",
        "Ver o saldo da sua carteira wallet:read",
        "Formas de obter acesso authorization_code refresh_token",
        "Autenticação do aplicativo client_secret_basic",
        "Exigir PKCE Sim",
        "Exigir pedido enviado antes (PAR) Sim",
        "APIs que ele representa (audiences) https://api.example",
        "Programa (software_id) loja-9",
        "Idade máxima da entrada, em segundos 3600",
        "linha de comando",
        "nunca usado",
    ):
        assert said in page.text, said


@abuse("C-10")
def test_no_secret_is_on_it(olga, register):
    secret = register()["client_secret"]

    for address in (LOJA, f"{LOJA}/edit", f"{LOJA}/rotate-secret", "/admin/clients"):
        assert secret not in olga.open(address).html


def test_outcomes_are_told_and_unknown_ones_are_not(olga, register):
    register()

    assert "Alterações salvas." in olga.open(f"{LOJA}?done=saved").text
    assert "form-status" not in olga.open(f"{LOJA}?done=<b>").elements


def test_without_permissions_or_addresses_it_says_so(olga, register):
    register(grant_types=["client_credentials"], redirect_uris=[], scope=" ")

    assert "Nenhuma: não pede nada às pessoas." in olga.open(LOJA).text


def shown(page, name):
    """Return the text of a ``pre``, as the shell would get it."""
    after = page.html.partition(f'<pre id="{name}"')[2].partition(">")[2]
    return html.unescape(after.partition("</pre>")[0])


METHODS = [
    ({}, '--user loja:"$CLIENT_SECRET"'),
    ({"token_endpoint_auth_method": "client_secret_post"}, '"client_secret=$CLIENT_SECRET"'),
    ({"token_endpoint_auth_method": "none"}, "client_id=loja"),
    (
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://a.example/k"},
        '"client_assertion=$CLIENT_ASSERTION"',
    ),
]


@pytest.mark.parametrize(("described", "proof"), METHODS)
def test_it_shows_how_to_get_tokens(olga, register, described, proof):
    register(**described)

    snippet = shown(olga.open(LOJA), "client-try")

    assert "grant_type=authorization_code" in snippet
    assert "code_challenge_method=S256" in snippet
    assert proof in snippet


def test_what_is_odd_in_a_description_is_quoted_for_the_shell(olga, register):
    odd = "my $(touch /tmp/x) `app` 'a\"b"
    uri = "https://loja.example/cb?a=$(id)&b=`id`&c='d'"
    register(odd, redirect_uris=[uri])

    link = next(link for link in olga.open("/admin/clients").links if "my" in link)
    page = olga.open(link)

    snippet = shown(page, "client-try").replace('"$CHALLENGE"', "").replace("\\\n", "")
    words = [word for line in snippet.splitlines()[2:] for word in shlex.split(line)]
    assert f"redirect_uri={uri}" in words
    assert shlex.split(shown(page, "command"))[-1] == odd


def test_a_device_has_nothing_to_show_there(olga, register):
    register(grant_types=["urn:ietf:params:oauth:grant-type:device_code"], redirect_uris=[])

    assert "client-try" not in olga.open(LOJA).elements


def test_the_call_of_the_command_line_registers_the_same(app, olga, stored):
    typed = {"client_name": "Loja d'Água \\ $HOME", "scope": ["openid"], "contacts": "a@b.example"}
    page = olga.filled(check="1", **typed)
    command, _, given = shown(page, "command").partition(" <<'JSON'\n")
    by_form = olga.filled(**typed)

    words = shlex.split(command)
    assert words[:3] == ["flask", "--app", "wsgi:auth"]
    given, end, rest = given.rpartition("\nJSON")
    done = app.test_cli_runner().invoke(args=[*words[3:], "--client-id", "cli"], input=given)

    assert (end, rest, done.exit_code) == ("\nJSON", "", 0)
    assert stored("cli").described == stored(text_of(by_form, "client-id")).described


CALLS = {
    "list": "/admin/clients",
    "show loja": LOJA,
    "verify loja": f"{LOJA}/verify",
    "disable loja": f"{LOJA}/disable",
    "enable loja": f"{LOJA}/enable",
    "rotate-secret loja --overlap 3600": f"{LOJA}/rotate-secret",
    "delete loja": f"{LOJA}/delete",
}


@pytest.mark.parametrize("name", CALLS)
def test_the_call_that_is_shown_exists(app, olga, register, marked, name):
    register()
    off = clock.now() if name.startswith("enable") else None
    marked("loja", verified_at=None, disabled_at=off)

    command = shown(olga.open(CALLS[name]), "command")

    assert command == f"flask --app wsgi:auth clients {name}"
    done = app.test_cli_runner().invoke(args=shlex.split(command)[3:], input="y\n")
    assert done.exit_code == 0, done.output


def test_the_call_that_changes_a_client_changes_the_same(app, olga, register, stored):
    register()
    register("other")
    typed = {"client_name": "Lojas", "scope": ["openid"], "require_pkce": None}
    page = olga.filled(f"{LOJA}/edit", check="1", **typed)
    command, _, given = shown(page, "command").partition(" <<'JSON'\n")
    words = [word.replace("loja", "other") for word in shlex.split(command)[3:]]

    done = app.test_cli_runner().invoke(args=words, input=given.removesuffix("\nJSON"))
    olga.filled(f"{LOJA}/edit", **typed)

    assert done.exit_code == 0, done.output
    assert stored("other").described == stored("loja").described
