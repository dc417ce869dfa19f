"""Replacing a secret, switching off and on, verifying, deleting: asked once, done, recorded."""

import threading

import pytest

from app.auth.audit import events
from app.auth.clients import credentials, registry
from app.auth.clients.models import Client
from app.auth.consents import approval
from app.auth.database import db
from app.auth.tokens import holdings, refresh
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.auth.admin.conftest import text_of
from tests.auth.crowds import at_once
from tests.support.marks import abuse

LOJA = "/admin/clients/loja"
ROTATE = f"{LOJA}/rotate-secret"


@pytest.fixture
def loja(register):
    """The application; its secret."""
    return register()["client_secret"]


@pytest.fixture
def rotate(olga):
    """Ask for a new secret: ``rotate("1h")``; the page, and the secret on it."""

    def run(overlap, form=None):
        page = olga.submit(form or olga.open(ROTATE), "client-rotate-form", overlap=overlap)
        return page, text_of(page, "client-secret")

    return run


@pytest.fixture
def is_good(app):
    """Is this a secret of the application now?"""

    def ask(secret):
        with app.app_context():
            registry.forget("loja")
            return registry.find("loja").check_client_secret(secret)

    return ask


@abuse("C-10")
def test_a_new_secret_is_shown_this_once_and_the_old_one_ends(olga, loja, rotate, is_good):
    page, secret = rotate("0")

    assert (page.status, page.name[0]) == (200, "admin-client-secret")
    assert page.headers["Cache-Control"] == "no-store"
    assert (is_good(secret), is_good(loja)) == (True, False)
    for address in (LOJA, ROTATE, f"{LOJA}/edit", "/admin/clients"):
        assert secret not in olga.open(address).html


@pytest.mark.parametrize(("overlap", "seconds"), [("1h", 3600), ("24h", 86_400)])
def test_the_old_secret_may_stay_good(held_clock, loja, rotate, is_good, overlap, seconds):
    _, secret = rotate(overlap)

    assert is_good(secret)
    assert is_good(loja)
    held_clock.shift(seconds - 1)
    assert is_good(loja)
    held_clock.shift(2)
    assert is_good(secret)
    assert not is_good(loja)


@abuse("C-10")
def test_sending_the_form_again_replaces_nothing_more(olga, loja, rotate, is_good, recorded):
    form = olga.open(ROTATE)
    _, secret = rotate("1h", form)

    again, _ = rotate("1h", form)

    assert (again.status, again.name[0]) == (409, "admin-client")
    assert "já foi trocado" in again.text
    assert secret not in again.html
    assert is_good(secret)
    assert [event for event, _ in recorded("loja")].count(events.CLIENT_SECRET_ROTATED) == 1


def test_of_many_who_replace_it_at_once_one_does(app, office, loja):
    olga, got, lock = office("olga"), [], threading.Lock()
    form = olga.open(ROTATE)

    def rotate():
        browser = office(None)
        for cookie in olga.client._cookies.values():
            browser.client.set_cookie(cookie.key, cookie.value)

        def run():
            status = browser.submit(form, "client-rotate-form", overlap="1h").status
            with lock:
                got.append(status)

        return run

    at_once([rotate() for _ in range(6)], 6)

    assert sorted(got) == [200, *[409] * 5]
    with app.app_context():
        assert len(credentials.in_use("loja")) == 2


@pytest.mark.parametrize("overlap", [None, "", "3600", "99h"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_other_span_can_be_asked_for(olga, loja, is_good, overlap):
    page = olga.submit(olga.open(ROTATE), "client-rotate-form", overlap=overlap)

    assert page.status == 400
    assert is_good(loja)


@pytest.mark.parametrize("method", ["none", "private_key_jwt"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_has_no_secret_is_given_none(app, olga, register, method):
    uri = {"jwks_uri": "https://loja.example/jwks"} if method == "private_key_jwt" else {}
    register(token_endpoint_auth_method=method, grant_types=["authorization_code"], **uri)

    page = olga.open(ROTATE)
    answer = olga.post(ROTATE, overlap="0", seen="")

    assert page.name[0] == "admin-client"
    assert "client-rotate" not in page.elements
    assert answer.status_code == 409
    with app.app_context():
        assert credentials.in_use("loja") == []


@pytest.fixture
def held(app, loja):
    """Two people allowed the application something; one of them keeps it open. The token."""
    with app.app_context():
        stage.make_keys()
        client = registry.find("loja")
        ana, bia = persons.found("ana@exemplo.com.br"), persons.found("sol@exemplo.com.br")
        for person in (ana, bia):
            with kept(db):
                approval.give(person.id, person.sub, "loja", ["openid"])
        _, value = stage.granted(stage.come_in(ana), client, "openid")
        return value


@pytest.mark.parametrize("deed", ["disable", "delete"])
def test_what_would_end_is_named_first(olga, held, deed):
    page = olga.open(f"{LOJA}/{deed}")

    assert "2 pessoas permitiram acesso a ele." in page.text
    assert "1 acesso contínuo está aberto." in page.text
    assert f"clients {deed} loja" in page.text


def test_what_nobody_allowed_ends_nothing(olga, loja):
    assert "Ninguém permitiu acesso a ele" in olga.open(f"{LOJA}/delete").text


@abuse("M-06")
def test_disabling_ends_what_it_holds_and_enabling_brings_none_of_it_back(
    app, olga, held, stored, recorded, sub_of
):
    page = olga.submit(olga.open(f"{LOJA}/disable"), "client-disable-form")

    assert "Aplicativo desativado." in page.text
    assert "Este aplicativo está desativado" in page.text
    assert stored("loja").disabled_at is not None
    with app.app_context():
        assert holdings.of_client("loja") == (2, 0)
        assert refresh.rotate(refresh.parse(held), "loja") is None

    page = olga.submit(olga.open(f"{LOJA}/enable"), "client-enable-form")

    assert "Aplicativo reativado." in page.text
    assert stored("loja").disabled_at is None
    with app.app_context():
        assert refresh.rotate(refresh.parse(held), "loja") is None
    assert recorded("loja")[-2:] == [
        (events.CLIENT_DISABLED, sub_of("olga")),
        (events.CLIENT_ENABLED, sub_of("olga")),
    ]


def test_a_deed_done_twice_is_recorded_once(olga, loja, recorded):
    form = olga.open(f"{LOJA}/disable")
    for _ in range(2):
        assert olga.submit(form, "client-disable-form").status == 200

    assert [event for event, _ in recorded("loja")].count(events.CLIENT_DISABLED) == 1


@pytest.mark.parametrize(
    ("deed", "before"), [("enable", {}), ("verify", {}), ("disable", {"disabled_at": "now"})]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_so_already_is_not_asked(olga, loja, deed, before):
    if before:
        olga.submit(olga.open(f"{LOJA}/disable"), "client-disable-form")

    assert olga.open(f"{LOJA}/{deed}").name[0] == "admin-client"


@abuse("C-08")
def test_verifying_takes_the_warning_away(olga, register, marked, stored, recorded, sub_of):
    register()
    marked("loja", verified_at=None)
    page = olga.open(LOJA)
    assert "Este aplicativo se registrou sozinho" in page.text
    assert "Não verificado" in page.text

    after = olga.submit(olga.open(page.elements["client-verify"]["href"]), "client-verify-form")

    assert "Aplicativo verificado." in after.text
    assert "se registrou sozinho" not in after.text
    assert stored("loja").verified_at is not None
    assert recorded("loja")[-1] == (events.CLIENT_VERIFIED, sub_of("olga"))


def test_deleting_ends_everything_and_the_record_stays(app, olga, held, recorded, sub_of):
    page = olga.submit(olga.open(f"{LOJA}/delete"), "client-delete-form")

    assert page.address == "/admin/clients?done=delete"
    assert "Aplicativo excluído." in page.text
    assert olga.open(LOJA).status == 404
    with app.app_context():
        assert db.session.get(Client, "loja") is None
        assert registry.find("loja") is None
        assert holdings.of_client("loja") == (0, 0)
        assert refresh.rotate(refresh.parse(held), "loja") is None
    assert recorded("loja")[-1] == (events.CLIENT_DELETED, sub_of("olga"))


def test_both_secrets_are_shown_by_their_times(held_clock, olga, loja, rotate):
    rotate("1h")

    assert "Criado hoje, 09:00 Criado hoje, 09:00; vale até hoje, 10:00" in olga.open(LOJA).text


def test_a_deed_asked_by_a_link_is_not_done(olga, loja, stored):
    for deed in ("disable", "enable", "verify", "delete", "rotate-secret"):
        olga.open(f"{LOJA}/{deed}")

    assert stored("loja").disabled_at is None
