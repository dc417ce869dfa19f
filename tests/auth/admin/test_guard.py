"""Who may enter the back office, and by which forms."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.auth.accounts.models import User
from app.auth.admin import guard
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.sessions import assurance
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.support.marks import abuse, asvs, mission

SEEN = ("/admin/clients", "/admin/clients/new", "/admin/clients/loja", "/admin/clients/loja/edit")
ASKED = tuple(
    f"/admin/clients/loja/{deed}"
    for deed in ("disable", "enable", "verify", "delete", "rotate-secret")
)
POSTED = ("/admin/clients/new", "/admin/clients/check", "/admin/clients/loja/edit", *ASKED)


@pytest.fixture
def loja(register):
    """A client to be looked at."""
    return register()


def test_the_address_of_the_back_office_leads_to_the_list(olga):
    assert olga.open("/admin").address == "/admin/dashboard"


def test_who_is_not_here_signs_in_and_comes_back(office, loja):
    for address in (*SEEN, *ASKED[3:]):
        browser = office(None)

        page = browser.open(address)
        after = browser.enter("olga", address)

        assert page.name[0] == "login"
        assert (after.status, after.address) == (200, address)


def test_what_was_looked_for_is_not_lost_by_signing_in(office, loja):
    after = office(None).enter("olga", "/admin/clients?q=loj%C3%A1+%26&state=active")

    assert after.elements["q"]["value"] == "lojá &"


@asvs("8.2.1")
@pytest.mark.parametrize("name", ["ana", "sol"])
def test_whoever_is_no_administrator_learns_nothing(office, loja, name):
    browser = office(name)

    told = set()
    for client_id in ("loja", "nobody"):
        for address in (*SEEN, *ASKED):
            page = browser.open(address.replace("loja", client_id))
            words = re.sub("[0-9a-f]{16}", "", page.text)  # the support code
            told.add((page.status, words, "Loja" in page.html))

    assert len(told) == 1
    assert told.pop()[0] == 403


@asvs("16.3.2", "16.3.3")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_is_refused_is_in_the_log_with_the_reason(office, olga, loja, capfd):
    ana = office("ana")
    capfd.readouterr()
    ana.open("/admin/clients/loja")
    olga.client.post("/admin/clients/new", data={"csrf_token": "0" * 64})

    told = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    refused = [(line["problem"], line["status"]) for line in told if line["event"] == "refused"]
    assert refused == [("access_denied", 403), ("stale_form", 403)]
    asked = [line for line in told if line["event"] == "request"]
    assert [line["status"] for line in asked] == [403, 403]
    assert all(line["address"] and line["at"] and line["request_id"] for line in asked)


@asvs("8.2.1", "8.3.1")
@pytest.mark.parametrize("name", ["ana", "sol"])
def test_whoever_is_no_administrator_changes_nothing(app, office, loja, name):
    browser = office(name)
    token = browser.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]
    before = everything(app)

    for address in POSTED:
        answer = browser.client.post(address, data={"csrf_token": token}, headers=browser.headers)
        assert answer.status_code == 403, address

    assert everything(app) == before


@asvs("8.3.2")
def test_a_role_taken_away_is_gone_at_the_next_request(app, olga):
    with app.app_context(), kept(db):
        db.session.execute(db.text("DELETE FROM user_roles WHERE role = 'admin'"))

    assert olga.open("/admin/clients").status == 403


def test_a_password_handed_out_must_be_changed_first(app, office):
    with app.app_context(), kept(db):
        db.session.execute(update(User).values(must_change_password=True))

    page = office(None).enter("olga")

    assert page.name[0] == "new-password"


PRODUCTION = {
    "APP_ENV": "production",
    "MAIL_SERVER": "smtp.example",
    "MAIL_FROM": "nao-responda@portaria.example",
    "ISSUER": "https://id.exemplo.com.br",
    "ADMIN_PASSWORD": "corredor azul 42",
    "RATE_LIMITS": "on",
}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestInProduction:
    """One factor is not enough (`decisions.md` §5)."""

    @pytest.fixture
    def auth_app(self, create_house):
        return create_house("auth", **PRODUCTION)

    @pytest.fixture
    def secure(self, app, office):
        """Olga, whose browser speaks https."""
        browser = office(None)
        browser.client.environ_overrides = {"wsgi.url_scheme": "https"}
        send = browser.client.open
        browser.client.open = lambda *a, **k: send(*a, base_url=PRODUCTION["ISSUER"], **k)
        return browser

    @asvs("6.3.3")
    @mission("S126")
    def test_a_password_alone_does_not_open_it(self, app, secure):
        page = secure.enter("olga")

        assert page.name[0] == "enrolment"
        assert "enrolment-later" not in page.elements

    @asvs("6.3.3")
    def test_two_factors_do(self, app, secure):
        secure.enter("olga")
        with app.app_context(), kept(db):
            db.session.execute(update(Session).values(acr=assurance.TWO_FACTORS, amr="pwd otp mfa"))

        assert secure.open("/admin/clients").status == 200


@asvs("3.5.1")
@abuse("C-11")
@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (403, {"data": {"client_name": "x"}}),
        (403, {"data": {"csrf_token": "0" * 64}}),
        (403, {"data": {"csrf_token": "0" * 64}, "headers": {"X-HTTP-Method-Override": "GET"}}),
        (415, {"json": {"client_name": "x"}}),
        (415, {"data": '{"client_name": "x"}', "content_type": "text/plain"}),
        (415, {"data": {"csrf_token": "0"}, "content_type": "multipart/form-data"}),
        (415, {"data": b""}),
    ],
    ids=["no token", "wrong token", "override", "JSON", "plain", "multipart", "nothing"],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_form_that_is_not_ours_changes_nothing(olga, loja, app, status, asked):
    before = everything(app)

    for address in POSTED:
        assert olga.client.post(address, **asked).status_code == status, address

    assert everything(app) == before


@asvs("3.5.1")
@abuse("C-11")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_our_form_sent_from_elsewhere_changes_nothing(olga, office, loja, app):
    page = olga.open("/admin/clients/loja/delete")
    before = everything(app)

    elsewhere = olga.submit(page, "client-delete-form", origin="https://evil.example")
    token = page.forms["client-delete-form"]["fields"]["csrf_token"]
    other = office("otto").client.post("/admin/clients/loja/delete", data={"csrf_token": token})

    assert (elsewhere.status, other.status_code) == (403, 403)
    assert [row for row in everything(app) if row not in before and "client" in row] == []


@asvs("3.5.3")
@abuse("C-11")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nothing_but_a_posted_form_changes_anything(olga, loja, app):
    before = everything(app)
    headers = olga.headers | {"X-HTTP-Method-Override": "POST"}

    for address in (*SEEN, *ASKED):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            asked = {"method": method, "query_string": {"_method": "POST"}, "headers": headers}
            assert olga.client.open(address, **asked).status_code in {200, 303, 405}

    assert everything(app) == before


@asvs("7.5.3")
def test_what_cannot_be_taken_back_asks_for_a_fresh_sign_in(held_clock, olga, loja, app):
    for address in ASKED:
        page, before = olga.open(address), everything(app)
        held_clock.shift(timedelta(minutes=16))

        asked, sent = olga.open(address), olga.post(address, overlap="0")
        assert asked.name[0] == "login"
        assert sent.status_code == 303
        assert sent.headers["Location"].startswith("/login/")
        assert everything(app) == before

        after = olga.sign_in(asked, "olga@exemplo.com.br")
        assert (after.status, after.address) == (200, page.address)


def test_a_fresh_sign_in_by_somebody_else_does_not_help(held_clock, olga, loja):
    held_clock.shift(timedelta(minutes=16))

    after = olga.sign_in(olga.open("/admin/clients/loja/delete"), "ana@exemplo.com.br")

    assert after.status == 403


def test_looking_and_writing_go_on_with_an_old_sign_in(held_clock, olga, loja):
    held_clock.shift(timedelta(minutes=16))

    assert [olga.open(address).status for address in SEEN] == [200] * len(SEEN)
    assert olga.filled("/admin/clients/loja/edit", client_name="Lojas").status == 200


ODD = ["my app", "a/b", "a?b=c", "a#b", "new", "check", ".", "..", "a%2Fb", "{id}", "a/edit", "<b>"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_id_has_an_address(olga, register, stored):
    for client_id in ODD:
        register(client_id)

    for link in set(olga.open("/admin/clients").links):
        if link.startswith("/admin/clients/") and not link.endswith("/new"):
            asked = olga.open(f"{link}/disable")
            assert olga.submit(asked, "client-disable-form").status == 200

    assert {client_id for client_id in ODD if stored(client_id).disabled_at is None} == set()


NOBODY = ("nobody", "%2500", "%25ff", "a" * 5000, "%ED%A0%80", "é", "..", ".", "loja/x")


def test_an_id_that_nobody_has_is_not_found(olga, loja):
    for client_id in NOBODY:
        for path in ("", "/edit", "/delete", "/rotate-secret"):
            assert olga.open(f"/admin/clients/{client_id}{path}").status in {400, 404}
        for path in ("/edit", "/disable", "/enable", "/verify", "/delete", "/rotate-secret"):
            answer = olga.post(f"/admin/clients/{client_id}{path}", overlap="0", client_name="x")
            assert answer.status_code in {400, 404, 405}, client_id


def everything(app):
    """The record, whole."""
    with app.app_context():
        rows = db.session.execute(select(AuditRecord.event, AuditRecord.subject))
        return [tuple(row) for row in rows]


@asvs("8.2.1", "8.3.1")
@mission("S85")
def test_every_page_of_the_back_office_names_its_permission(app):
    pages = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin")]

    assert pages
    assert [rule.endpoint for rule in pages if guard.needed(app, rule.endpoint) is None] == []


def test_support_sees_no_place_it_may_not_enter(office):
    browser = office("sol")

    assert browser.open("/admin/clients").status == 403
