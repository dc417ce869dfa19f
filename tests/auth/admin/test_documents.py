"""The apps of the client documents in the back office: shown as they are, changed without harm."""

import pytest

from app.auth.clients import documents
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.api.phone import Phone
from tests.support import factories
from tests.support.marks import mission

APPS = tuple(documents.CATALOGUE)


@pytest.fixture
def app(app):
    """The authorization server with the documents' apps."""
    factories.keys(app)
    with app.app_context(), kept(db):
        documents.ensure()
    return app


@mission("C27")
def test_the_list_has_the_three_apps(olga):
    page = olga.open("/admin/clients")

    for document in documents.CATALOGUE.values():
        assert f"/admin/clients/{document.client_id}" in page.links
        assert document.name in page.text


@pytest.mark.parametrize("client_id", APPS)
def test_the_page_of_each_says_who_it_is_and_what_it_may(olga, client_id):
    page = olga.open(f"/admin/clients/{client_id}")

    document = documents.CATALOGUE[client_id]
    assert page.status == 200
    assert document.name in page.text
    assert f"Aplicativo antigo (documento {document.number})" in page.text
    assert "este servidor" in page.text
    assert all(f" {name} " in page.text for name in document.scope.split())


@pytest.mark.parametrize("client_id", APPS)
def test_changing_one_changes_that_alone(olga, stored, client_id):
    before = stored(client_id).described

    page = olga.filled(f"/admin/clients/{client_id}/edit", client_uri="https://banco.example/app")

    after = stored(client_id).described
    assert "Alterações salvas." in page.text
    assert {name for name in after | before if after.get(name) != before.get(name)} == {
        "client_uri"
    }


@mission("C27")
def test_switching_one_off_and_on_by_the_pages_holds_for_its_app(app, olga):
    ana = factories.person(app, verified=True)
    phone = Phone(app)
    here = "/admin/clients/legacy-coinpay"
    token = phone.sign_in(ana).json["access_token"]

    olga.submit(olga.open(f"{here}/disable"), "client-disable-form")
    assert phone.sign_in(ana).status_code == 403
    assert phone.call("GET", "/dados-pessoais", token=token).status_code == 401
    olga.submit(olga.open(f"{here}/enable"), "client-enable-form")

    assert phone.sign_in(ana).status_code == 200


def test_one_that_was_narrowed_gives_no_more_than_that(app, olga):
    ana = factories.person(app, verified=True)
    here = "/admin/clients/legacy-coinpay"

    olga.filled(f"{here}/edit", scope=["openid", "profile"])

    token = Phone(app).sign_in(ana).json["access_token"]
    answer = Phone(app).call("GET", "/dados-pessoais", token=token)
    assert "email" not in answer.json
