"""What people see of an app: its logo from our own origin, and whether we know whose it is."""

import pytest

from app.auth.clients.linked import logos
from app.auth.consents import scopes
from app.auth.database import db
from app.auth.flows import register_client
from app.foundation.database import kept
from tests.auth.clients.linked.test_linked import PNG
from tests.auth.pages import visitor
from tests.support.marks import abuse, asvs, behaviour, rfc

LOGO = "https://nobody.invalid/logo.png"
START = "https://start.example/login?from=bank"


@pytest.fixture
def register(app):
    """Register an app as itself, or as the operator does: ``register("tv", own=True)``."""

    def run(client_id, own=False, **described):
        described = {
            "client_name": "Banco Exemplo",
            "redirect_uris": [visitor.CALLBACK],
            "scope": "openid",
        } | described
        with app.app_context(), kept(db):
            if own:
                made = register_client.register_itself(
                    described, scopes=scopes.CATALOGUE, admit=lambda: "x"
                )
                return made["client_id"]
            register_client.register(described, scopes=scopes.CATALOGUE, client_id=client_id)
            return client_id

    return run


@behaviour(139)
def test_the_logo_stands_on_the_login_page_and_comes_from_here(app, browser, ask, register):
    register(
        "shop", logo_uri=LOGO, tos_uri="https://shop.example/t", policy_uri="https://p.example/"
    )
    with app.app_context(), kept(db):
        logos.keep("shop", {"logo_uri": LOGO}, [logos.Logo("logo_uri", LOGO, "image/png", PNG)])
        fingerprint = logos.of("shop")["logo_uri"]
    here = browser()

    page = here.open(ask(client_id="shop", scope="openid"))

    assert page.name[0] == "login"
    assert f'src="/logos/{fingerprint}"' in page.html
    assert "nobody.invalid" not in page.html
    assert {"https://shop.example/t", "https://p.example/"} <= set(page.links)
    picture = here.client.get(f"/logos/{fingerprint}")
    assert (picture.data, picture.mimetype) == (PNG, "image/png")
    assert "immutable" in picture.headers["Cache-Control"]
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert here.client.get(f"/logos/{'0' * 32}").status_code == 404
    assert here.client.get("/logos/..%2f").status_code == 404


@asvs("10.4.7")
@abuse("C-08")
@pytest.mark.parametrize("name", ["Banco Exemplo", "Portaria", "P\u043ert\u0430ria"])
def test_an_app_that_registered_itself_is_said_to_be_unknown_to_us(browser, ask, register, name):
    client_id = register(None, own=True, client_name=name)

    here = browser()
    login = here.open(ask(client_id=client_id, scope="openid"))
    consent = here.sign_in(login, "ana@exemplo.com.br")

    assert (login.name[0], consent.name[0]) == ("login", "consent")
    for page in (login, consent):
        assert "não verificou quem é responsável" in page.text
        assert "app.cofrinho.example" in page.text


def test_an_app_we_registered_is_not(browser, ask):
    here = browser()
    page = here.sign_in(here.open(ask()), "ana@exemplo.com.br")

    assert page.name[0] == "consent"
    assert "asker-unverified" not in page.elements


@rfc("OIDC Core", "4")
@behaviour(136)
def test_an_app_with_a_start_address_is_opened_by_a_link_of_ours(browser, register):
    register("shop", initiate_login_uri=START)

    page = browser().open("/start/shop")

    assert page.status == 200
    href = page.elements["start-onwards"]["href"]
    assert href.startswith(f"{START}&iss=http%3A%2F%2F")
    assert browser().open("/start/cofrinho").status == 404
    assert browser().open("/start/nobody").status == 404


@asvs("1.2.2")
@behaviour(138)
@pytest.mark.parametrize("address", ["http://start.example/", "javascript:alert(1)", "x"])
def test_only_an_https_address_may_be_one(register, address):
    with pytest.raises(register_client.registration.metadata.InvalidMetadata):
        register("shop", initiate_login_uri=address)
