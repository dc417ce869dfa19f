"""Changing what an application has registered, also when two do so at once."""

import json
import threading

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import metadata, registry
from app.auth.database import db
from tests.auth.admin.conftest import CALLBACK, SHOP, text_of
from tests.auth.crowds import at_once
from tests.support.marks import abuse, mission, rfc

EDIT = "/admin/clients/loja/edit"


@pytest.fixture
def loja(register):
    """The application to be changed; its secret."""
    return register()["client_secret"]


def test_the_form_shows_what_is_registered(olga, loja):
    fields = olga.open(EDIT).forms["client-form"]["fields"]

    assert fields["client_name"] == "Loja"
    assert fields["redirect_uris"].strip() == CALLBACK
    assert fields["kind"] == "web"
    assert fields["token_endpoint_auth_method"] == "client_secret_basic"
    assert fields["scope"] == ["openid", "profile", "wallet:read"]
    assert fields["grant_types"] == ["authorization_code", "refresh_token"]
    assert fields["require_pkce"] == ["1"]


@rfc("7592", "2.2")
def test_saving_changes_what_was_changed_and_keeps_the_rest(app, olga, loja, stored):
    before = stored("loja").described

    page = olga.filled(EDIT, client_name="Lojas", redirect_uris=f"{CALLBACK}\nhttps://b.example/c")

    after = stored("loja").described
    assert "Alterações salvas." in page.text
    assert {n for n in after | before if after.get(n) != before.get(n)} == {
        "client_name",
        "redirect_uris",
    }
    assert (after["client_name#en"], after["software_id"]) == ("Shop", "loja-9")
    assert after["default_max_age"] == 3600
    with app.app_context():
        assert registry.find("loja").check_client_secret(loja)


UNCHANGED = [
    SHOP,
    {"token_endpoint_auth_method": "none", "application_type": "web"},
    {"token_endpoint_auth_method": "client_secret_post", "application_type": "native"},
    {"grant_types": [metadata.members.DEVICE], "token_endpoint_auth_method": "none"},
    {"grant_types": ["client_credentials"], "audiences": ["https://api.example"]},
    {"grant_types": [metadata.members.EXCHANGE], "audiences": ["https://api.example"]},
    {
        "grant_types": ["client_credentials"],
        "audiences": ["https://api.example"],
        "scope": "people:resolve notices:send",
    },
    {"grant_types": []},
    {"require_pkce": False, "require_pushed_authorization_requests": True},
    {"userinfo_signed_response_alg": "ES256", "token_endpoint_auth_signing_alg": "PS256"},
    {"subject_type": "pairwise", "scope": "openid", "require_auth_time": True},
    {"initiate_login_uri": "https://loja.example/entrar", "default_acr_values": ["phr"]},
    {"contacts": ["a@b.example", "c@d.example"], "logo_uri#en": "https://loja.example/en.png"},
    {"scope": "wallet:read openid"},
]


@pytest.mark.parametrize("described", UNCHANGED)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_saving_what_was_shown_changes_nothing(olga, register, stored, described):
    register(**described)
    before = stored("loja").described

    page = olga.filled(EDIT)

    after = stored("loja").described
    assert page.status == 200, page.text
    assert after | {"scope": set(after["scope"].split())} == before | {
        "scope": set(before["scope"].split())
    }


def test_a_service_without_permissions_keeps_none(olga, register, stored):
    register(grant_types=["client_credentials"], scope="openid")
    olga.filled(EDIT, scope=[])

    olga.filled(EDIT)

    assert stored("loja").described["scope"] == ""


@abuse("C-10")
def test_a_client_that_comes_to_need_a_secret_is_given_one_this_once(app, olga, register):
    register(token_endpoint_auth_method="none", grant_types=["authorization_code"])
    form = olga.open(EDIT)

    typed = {"token_endpoint_auth_method": "client_secret_basic"}
    page = olga.submit(form, "client-form", **typed)
    again = olga.submit(form, "client-form", **typed)

    secret = text_of(page, "client-secret")
    assert page.name[0] == "admin-client-secret"
    assert again.status == 409
    assert secret not in again.html
    with app.app_context():
        assert registry.find("loja").check_client_secret(secret)


def test_what_is_wrong_is_told_and_nothing_changes(olga, loja, stored):
    page = olga.filled(EDIT, redirect_uris="")

    assert (page.status, page.name) == (422, ("admin-client-edit", "error"))
    assert "Informe ao menos um endereço de retorno." in page.text
    assert stored("loja").described["redirect_uris"] == [CALLBACK]


@mission("S86")
def test_changing_is_on_the_record_with_what_was_and_is(app, olga, loja, recorded, sub_of):
    olga.filled(EDIT, client_name="Lojas", contacts="ana@loja.example")

    assert recorded("loja")[1:] == [(events.CLIENT_CHANGED, sub_of("olga"))]
    with app.app_context():
        mine = select(AuditRecord.data).where(AuditRecord.event == events.CLIENT_CHANGED)
        assert json.loads(db.session.scalar(mine)) == {
            "changed": ["client_name", "contacts"],
            "before": {"client_name": "Loja"},
            "after": {"client_name": "Lojas"},
        }


def test_whoever_saves_second_is_told_and_nothing_is_lost(held_clock, office, loja, stored):
    olga, otto = office("olga"), office("otto")
    hers, his = olga.open(EDIT), otto.open(EDIT)
    held_clock.shift(5)

    first = olga.submit(hers, "client-form", client_name="Lojas", scope=["openid"])
    second = otto.submit(his, "client-form", client_name="Lojinha")

    assert first.status == 200
    assert (second.status, second.name) == (409, ("admin-client-edit", "error"))
    assert "Outra pessoa alterou este aplicativo" in second.text
    assert "Nome mostrado às pessoas Lojas Permissões openid" in second.text
    assert stored("loja").described["client_name"] == "Lojas"
    assert second.forms["client-form"]["fields"]["client_name"] == "Lojinha"
    held_clock.shift(5)

    third = otto.submit(second, "client-form")

    assert third.status == 200
    assert stored("loja").described["client_name"] == "Lojinha"
    assert stored("loja").described["scope"] == "openid profile wallet:read"


@pytest.mark.parametrize("seen", ["", "x", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(olga, loja, stored, seen):
    page = olga.filled(EDIT, client_name="Lojas", seen=seen)

    assert page.status == 409
    assert stored("loja").described["client_name"] == "Loja"


def test_switching_off_meanwhile_counts_as_a_change(held_clock, office, loja):
    olga, otto = office("olga"), office("otto")
    form = olga.open(EDIT)
    held_clock.shift(5)
    otto.submit(otto.open("/admin/clients/loja/disable"), "client-disable-form")

    assert olga.submit(form, "client-form", client_name="Lojas").status == 409


def test_of_many_who_save_at_once_one_succeeds(office, loja, stored):
    olga = office("olga")
    form = olga.open(EDIT)
    got, lock = [], threading.Lock()

    def save(number):
        browser = office(None)
        for cookie in olga.client._cookies.values():
            browser.client.set_cookie(cookie.key, cookie.value)

        def run():
            page = browser.submit(form, "client-form", client_name=f"Loja {number}")
            with lock:
                got.append((page.status, number))

        return run

    at_once([save(number) for number in range(6)], 6)

    assert sorted(status for status, _ in got) == [200, *[409] * 5]
    assert stored("loja").described["client_name"] == f"Loja {min(got)[1]}"


def test_a_client_removed_meanwhile_is_not_found(office, loja):
    olga, otto = office("olga"), office("otto")
    form = olga.open(EDIT)
    otto.submit(otto.open("/admin/clients/loja/delete"), "client-delete-form")

    assert olga.submit(form, "client-form").status == 404
