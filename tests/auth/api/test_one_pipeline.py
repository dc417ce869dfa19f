"""No document weakens another door: one count, one list of sessions, one end, whatever the way."""

from collections import Counter

import pytest

from app.auth.clients import registry
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens import lookup
from tests.auth import outbox
from tests.auth.api import ways
from tests.auth.api.phone import Phone, claims
from tests.auth.crowds import at_once
from tests.support import factories
from tests.support.marks import abuse, asvs, mission

NEW = "tres tigres na varanda"


@pytest.fixture
def found(server):
    """Every way in: the page, and each document that has addresses of its own."""
    names = ways.served(server)
    assert names == ["page", *ways.own()]
    return names


@pytest.fixture
def lives(server):
    """Tell whether an access token is still good, as its own app is told (RFC 7662)."""

    def ask(token):
        with server.app_context():
            return lookup.introspect(token, registry.find(claims(token)["client_id"]))["active"]

    return ask


@asvs("6.3.4")
@mission("C1", "S45")
@abuse("L-03")
def test_wrong_tries_at_every_door_add_up_to_one_limit(server, ana, found):
    order = [found[number % len(found)] for number in range(6)]

    tries = [ways.try_password(server, way, ana, "wrong") for way in order]

    assert tries == [ways.WRONG] * 5 + [ways.PAUSED]
    for way in found:
        assert ways.try_password(server, way, ana) == ways.PAUSED, way


@asvs("6.3.1")
@mission("C1", "S45")
@abuse("L-04")
def test_of_many_tries_at_every_door_at_once_five_are_judged(server, ana, found):
    results = []

    def knock(way):
        return lambda: results.append(ways.try_password(server, way, ana, "wrong"))

    works = [knock(found[number % len(found)]) for number in range(20)]
    at_once(works, len(works))

    assert Counter(results) == {ways.WRONG: 5, ways.PAUSED: 15}


@mission("C1", "S45")
@abuse("L-03")
def test_who_was_let_in_at_one_door_has_no_tries_of_its_own_at_another(server, ana, found):
    """A phone is known by what it calls itself, which anybody can say: it buys no tries."""
    for way in found:
        assert ways.try_password(server, way, ana) == ways.IN

    order = [found[number % len(found)] for number in range(6)]
    tries = [ways.try_password(server, way, ana, "wrong") for way in order]

    assert tries == [ways.WRONG] * 5 + [ways.PAUSED]


@mission("S81", "S82", "C18", "C30")
def test_whoever_came_in_by_a_document_is_in_the_list_and_ends_there(server, ana, found, lives):
    tokens = {way: ways.access_token(server, way, ana) for way in found if way != "page"}
    browser, _ = ways.page_of(server, ana)

    page = browser.open("/account/sessions")
    assert f"Abertas agora ({len(tokens) + 1})" in page.text
    assert all(lives(token) for token in tokens.values())
    browser.submit(browser.open("/account/sessions/others"), "revoke-others-form")

    assert {way: lives(token) for way, token in tokens.items()} == dict.fromkeys(tokens, False)
    with server.app_context():
        mine = db.session.query(Session).filter_by(user_id=ana.id, ended_at=None)
        assert mine.count() == 1


@mission("S68", "C30")
def test_a_new_password_at_the_page_ends_what_every_document_gave(server, ana, found, lives):
    tokens = {way: ways.access_token(server, way, ana) for way in found if way != "page"}
    assert all(lives(token) for token in tokens.values())
    browser, _ = ways.page_of(server, ana)
    page = browser.open("/account/password")
    fields = {"current_password": ana.password, "new_password": NEW}
    assert browser.submit(page, "password-form", **fields).name[0] == "account"

    assert {way: lives(token) for way, token in tokens.items()} == dict.fromkeys(tokens, False)
    for way in found:
        assert ways.try_password(server, way, ana) == ways.WRONG, way
    for way in found:
        assert ways.try_password(server, way, ana, NEW) == ways.IN, way


@mission("S66", "S68", "C30")
def test_a_reset_at_the_page_ends_what_every_document_gave(server, ana, found, lives):
    tokens = {way: ways.access_token(server, way, ana) for way in found if way != "page"}
    assert all(lives(token) for token in tokens.values())
    browser = ways.Visitor(server)
    page = browser.submit(browser.open("/forgot"), "forgot-form", identifier=ana.email)
    with server.app_context():
        code = outbox.code(ana.email)
    browser.submit(page, "reset-form", code=code, new_password=NEW)

    assert {way: lives(token) for way, token in tokens.items()} == dict.fromkeys(tokens, False)
    for way in found:
        assert ways.try_password(server, way, ana, NEW) == ways.IN, way


@asvs("6.3.4")
@mission("C7", "C8")
@abuse("O-14")
def test_a_second_factor_is_asked_for_at_every_door(server, ana, found):
    factories.authenticator(server, ana)

    _, page = ways.page_of(server, ana)

    assert page.name[0] == "second-factor"
    for way in found:
        if way != "page":
            path, name = ways.SIGN_INS[way]
            answer = Phone(server).post(path, **{name: ana.email}, password=ana.password)
            assert not {"access_token", "token"} & answer.json.keys(), way
    with server.app_context():
        assert db.session.query(Session).filter_by(user_id=ana.id).count() == 0


@asvs("1.5.3")
@abuse("N-03")
@pytest.mark.parametrize(
    "path",
    ["/auth", "/api/login", "/api/signup", "/api/forgot-password", "/auth/login", "/auth/register"],
)
def test_a_member_that_comes_twice_is_refused_at_every_address(server, path):
    twice = b'{"email": "ana@exemplo.com.br", "email": "eva@exemplo.com.br", "password": "x"}'
    browser = server.test_client()

    garbage, answer = [
        browser.post(path, data=body, content_type="application/json") for body in (b"{", twice)
    ]

    assert answer.status_code == garbage.status_code in {400, 422}
    hidden = answer.headers["X-Request-Id"], garbage.headers["X-Request-Id"]
    assert answer.text.replace(*hidden) == garbage.text
