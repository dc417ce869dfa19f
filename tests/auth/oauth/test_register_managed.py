"""A client looks after its own registration (RFC 7592): read, replace, remove; nobody else does."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import registration, registry
from app.auth.clients.models import Client, ClientSecret
from app.auth.consents import scopes
from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.flows import disable_client, register_client
from app.foundation.database import kept
from tests.auth.clients.conftest import public
from tests.auth.oauth.registering import (
    DESCRIBED,
    PATH,
    app_of,
    bearing,
    change,
    manage,
    refused,
    register,
    registered,
)
from tests.support import factories, steps
from tests.support.marks import abuse, behaviour, rfc

BANK = "http://localhost:3000/bank"
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
ISSUED = ("client_id_issued_at", "registration_client_uri", "registration_access_token")


@pytest.fixture
def told(browser):
    """The answer an application got that registered itself."""
    return registered(browser, grant_types=GRANTS)


def operator_changes(server, client_id, **described):
    """Change a client as the command does."""
    with server.app_context(), kept(db):
        register_client.change(client_id, DESCRIBED | described, scopes=scopes.CATALOGUE)


@behaviour(136)
@rfc("7592", "2.1")
def test_it_reads_what_is_registered(browser, told):
    answer = manage(browser, "GET", told)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    secrets = {"client_secret", "client_secret_expires_at"}
    assert answer.json == {name: v for name, v in told.items() if name not in secrets}
    assert manage(browser, "GET", answer.json).json == answer.json


@behaviour(136)
def test_the_address_it_is_given_is_where_it_is_read(browser, server, told):
    path = told["registration_client_uri"].removeprefix(server.config["ISSUER"])

    answer = browser.get(path, headers=bearing(told["registration_access_token"]))

    assert answer.json["client_id"] == told["client_id"]


@abuse("C-10")
def test_the_secret_is_not_told_again(browser, told):
    for answer in (manage(browser, "GET", told), change(browser, told, grant_types=GRANTS)):
        assert answer.status_code == 200
        assert "client_secret" not in answer.json
        assert told["client_secret"] not in answer.text


@rfc("7592", "2.2")
def test_it_replaces_its_whole_description(browser, told):
    new = "https://app.cofrinho.example/new"
    with_more = change(browser, told, redirect_uris=[new], contacts=["a@cofrinho.example"]).json
    assert with_more["redirect_uris"] == [new]
    assert with_more["contacts"] == ["a@cofrinho.example"]

    without = change(browser, with_more, client_name=None)

    assert without.status_code == 200
    assert "client_name" not in without.json
    assert without.json["contacts"] == []
    assert without.json["redirect_uris"] == [factories.CALLBACK]
    assert without.json["grant_types"] == ["authorization_code"]
    assert without.json["client_id"] == told["client_id"]
    assert without.json["client_id_issued_at"] == told["client_id_issued_at"]


@rfc("7592", "2.2")
def test_what_it_read_it_may_send_back(browser, told, server):
    operator_changes(server, told["client_id"], audiences=[BANK], scope="openid wallet:read")
    read = manage(browser, "GET", told).json

    answer = manage(browser, "PUT", told, json={n: v for n, v in read.items() if n not in ISSUED})

    assert answer.status_code == 200, answer.text
    token = "registration_access_token"
    assert {n: v for n, v in answer.json.items() if n != token} == {
        n: v for n, v in read.items() if n != token
    }
    assert answer.json["audiences"] == [BANK]


@abuse("C-07")
def test_what_the_operator_set_stays_whatever_it_says(browser, told, server):
    operator_changes(server, told["client_id"], audiences=[BANK])

    kept_silent = change(browser, told)
    assert kept_silent.json["audiences"] == [BANK]
    for more in ([], [BANK, "x"], ["http://localhost:3000"], "x", [[]]):
        answer = change(browser, kept_silent.json, audiences=more)
        refused(answer, "invalid_client_metadata")


@rfc("7592", "3")
def test_its_token_turns_over_with_each_change(browser, told):
    first = told["registration_access_token"]
    answer = change(browser, told)
    second = answer.json["registration_access_token"]

    assert first != second
    for method in ("GET", "PUT", "DELETE"):
        sent = {"json": DESCRIBED | {"client_id": told["client_id"]}} if method == "PUT" else {}
        refused(manage(browser, method, told, first, **sent), "invalid_token", 401)
    assert manage(browser, "GET", told, second).status_code == 200


def test_a_change_that_is_refused_turns_nothing_over(browser, told):
    refused(change(browser, told, redirect_uris=[]), "invalid_redirect_uri")
    refused(change(browser, told, scope="all"), "invalid_client_metadata")

    assert manage(browser, "GET", told).json["redirect_uris"] == [factories.CALLBACK]


@rfc("7592", "2.2")
@abuse("C-07")
@pytest.mark.parametrize(
    "sent",
    [
        {"client_id": None},
        {"client_id": "cli_other"},
        {"client_id": ["x"]},
        {"registration_access_token": "x"},
        {"registration_client_uri": "https://x.example"},
        {"client_secret_expires_at": 0},
        {"client_id_issued_at": 5},
        {"client_secret": "a secret of my own, and long enough"},
        {"client_secret": 5},
        {"client_secret": ""},
        {"client_secret": ["x"]},
    ],
    ids=lambda sent: next(iter(sent.items())),
)
def test_a_change_says_nothing_that_is_the_servers_to_say(browser, told, sent):
    refused(change(browser, told, **sent), "invalid_request")

    assert steps.post(
        browser, app_of(told), "/oauth/token", grant_type="client_credentials"
    ).status_code == 200  # fmt: skip


@rfc("7592", "2.2")
def test_it_may_name_the_secret_it_has(browser, told):
    secret = told["client_secret"]

    answer = change(browser, told, client_secret=secret, grant_types=GRANTS)

    assert answer.status_code == 200
    own = steps.post(browser, app_of(told), "/oauth/token", grant_type="client_credentials")
    assert own.status_code == 200


@abuse("C-07")
@rfc("7592", "2.2")
@pytest.mark.parametrize(
    "weaker",
    [
        {"token_endpoint_auth_method": "none"},
        {"require_pkce": False},
        {"scope": "openid admin"},
        {"grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"]},
        {"redirect_uris": ["http://evil.example/cb"]},
        {"id_token_signed_response_alg": "none"},
        {"software_statement": "x"},
    ],
    ids=lambda weaker: next(iter(weaker)),
)
def test_a_change_weakens_nothing(browser, told, weaker):
    before = manage(browser, "GET", told).json

    assert change(browser, told, **weaker).status_code == 400

    assert manage(browser, "GET", told).json == before


def test_it_keeps_the_scopes_it_has_and_adds_those_that_anyone_may_ask(create_house):
    server = create_house("auth", REGISTRATION_SCOPES="openid email")
    browser = server.test_client()
    told = registered(browser)
    operator_changes(server, told["client_id"], scope="openid wallet:read")

    for more in ("openid wallet:transfer", "openid wallet:read profile"):
        refused(change(browser, told, scope=more), "invalid_client_metadata")
    told = change(browser, told, scope="openid wallet:read email").json
    assert told["scope"] == "openid wallet:read email"
    told = change(browser, told).json
    assert told["scope"] == "openid email"
    refused(change(browser, told, scope="openid wallet:read"), "invalid_client_metadata")


@rfc("7592", "2.2")
def test_to_sign_instead_of_keeping_a_secret_ends_the_secret_and_back_draws_another(
    browser, told, server
):
    signs = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public()]}}
    changed = change(browser, told, grant_types=GRANTS, **signs).json
    assert "client_secret" not in changed
    with server.app_context():
        mine = ClientSecret.client_id == told["client_id"]
        assert db.session.scalars(select(ClientSecret).where(mine)).all() == []

    again = change(browser, changed, grant_types=GRANTS).json

    assert again["client_secret"] != told["client_secret"]
    assert again["client_secret_expires_at"] == 0
    own = {"grant_type": "client_credentials"}
    assert steps.post(browser, app_of(again), "/oauth/token", **own).status_code == 200
    steps.refused(steps.post(browser, app_of(told), "/oauth/token", **own), "invalid_client", 401)


@abuse("C-08")
@pytest.mark.parametrize(
    ("changed", "stays"),
    [
        ({}, True),
        ({"contacts": ["a@b.example"], "default_max_age": 60}, True),
        ({"client_name": "Banco do Brasil"}, False),
        ({"client_name#en": "Bank of Brazil"}, False),
        ({"client_name": None}, False),
        ({"logo_uri": "https://127.0.0.1:9/logo.png"}, False),
        ({"policy_uri": "https://evil.example/"}, False),
        ({"redirect_uris": [factories.CALLBACK, "https://evil.example/cb"]}, False),
    ],
    ids=str,
)
def test_who_vouched_for_it_vouched_for_what_people_see(browser, told, server, changed, stays):
    with server.app_context(), kept(db):
        registration.verify(told["client_id"])

    assert change(browser, told, **changed).status_code == 200

    with server.app_context():
        assert registry.find(told["client_id"]).verified is stays


@behaviour(135)
@rfc("7592", "2.3")
@abuse("M-06", "M-15")
def test_it_removes_itself_and_all_it_holds(browser, ana, told, server):
    app = app_of(told)
    tokens = steps.tokens(browser, app, ana)
    own = steps.post(browser, app, "/oauth/token", grant_type="client_credentials").json
    watcher = factories.app(server, audiences=[BANK, server.config["ISSUER"]])
    for token in (tokens["access_token"], own["access_token"]):
        assert steps.introspect(browser, watcher, token).json["active"]

    answer = manage(browser, "DELETE", told)

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    for token in (tokens["access_token"], own["access_token"]):
        assert steps.introspect(browser, watcher, token).json == {"active": False}
    assert steps.userinfo(browser, tokens["access_token"]).status_code == 401
    refresh = steps.refresh(browser, app, tokens["refresh_token"])
    steps.refused(refresh, "invalid_client", 401)
    assert steps.ask(browser, app).status_code == 400
    for method in ("GET", "DELETE"):
        refused(manage(browser, method, told), "invalid_token", 401)
    refused(change(browser, told), "invalid_token", 401)
    with server.app_context():
        assert db.session.get(Client, app.client_id) is None
        mine = select(Consent).where(Consent.client_id == app.client_id)
        assert db.session.scalars(mine).all() == []


@rfc("7592", "2.1")
@rfc("6750", "3.1")
def test_a_missing_or_wrong_token_and_an_unknown_client_are_told_alike(browser, told, server):
    other = registered(browser)["registration_access_token"]
    operators = factories.app(server)
    mine = told["registration_access_token"]
    unknown = {"client_id": "cli_" + "0" * 25, "registration_access_token": mine}
    silent = {"client_id": operators.client_id, "registration_access_token": mine}
    answers = [
        manage(browser, method, client, token, json={"client_id": client["client_id"]})
        for method in ("GET", "PUT", "DELETE")
        for client, token in [
            *((told, token) for token in ("", "x", other, mine[:-1], mine + "A", "\x20")),
            *((told, token) for token in (told["client_secret"], told["client_id"])),
            (unknown, None),
            (silent, None),
            (silent, ""),
        ]
    ]
    answers += [browser.open(f"{PATH}/{told['client_id']}", method=m) for m in ("GET", "DELETE")]
    for header in (f"Basic {mine}", mine, f"DPoP {mine}"):
        path = f"{PATH}/{told['client_id']}"
        answers.append(browser.get(path, headers={"Authorization": header}))
    path = f"{PATH}/{told['client_id']}"
    answers.append(browser.get(path, query_string={"access_token": mine}))

    assert len({(answer.status_code, answer.data) for answer in answers}) == 1
    refused(answers[0], "invalid_token", 401)
    assert manage(browser, "GET", told).status_code == 200


def test_they_take_the_same_work(browser, told, server):
    unknown = {"client_id": "cli_" + "0" * 25, "registration_access_token": "x" * 43}
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    def work(method, client):
        asked.clear()
        manage(browser, method, client, "x" * 43, json={"client_id": client["client_id"]})
        return [*asked]

    with server.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for method in ("GET", "PUT", "DELETE"):
            assert work(method, told) == work(method, unknown)
            assert len(asked) == 1
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_scheme_may_be_in_any_letter_case(browser, told):
    path, token = f"{PATH}/{told['client_id']}", told["registration_access_token"]

    for scheme in ("bearer", "BEARER", "Bearer"):
        answer = browser.get(path, headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == 200


@abuse("C-07")
def test_a_disabled_client_manages_nothing_and_once_enabled_does_again(browser, told, server):
    with server.app_context(), kept(db):
        disable_client.now(told["client_id"])

    refused(manage(browser, "GET", told), "invalid_token", 401)
    refused(change(browser, told), "invalid_token", 401)
    refused(manage(browser, "DELETE", told), "invalid_token", 401)
    with server.app_context(), kept(db):
        registration.enable(told["client_id"])
    assert manage(browser, "GET", told).status_code == 200


def at_once(server, many, deed):
    """Do ``deed(browser, number)`` in ``many`` threads that start together."""
    start = Barrier(many)

    def one(number):
        browser = server.test_client()
        start.wait()
        return deed(browser, number)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(one, range(many)))


@pytest.fixture
def crowded(create_house):
    """A server with connections enough for a crowd."""
    return create_house("auth", DATABASE_POOL_SIZE=20)


def test_of_two_changes_at_once_one_wins(crowded):
    browser = crowded.test_client()
    told = registered(browser)

    answers = at_once(crowded, 8, lambda b, n: change(b, told, client_name=f"Cofrinho {n}"))

    [won] = [answer.json for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer.status_code != 200:
            refused(answer, "invalid_token", 401)
    assert manage(browser, "GET", won).json["client_name"] == won["client_name"]


def test_removed_and_changed_at_once_it_is_gone_or_changed_and_never_half(crowded):
    browser = crowded.test_client()
    for _ in range(3):
        told = registered(browser)

        answers = at_once(
            crowded,
            4,
            lambda b, n, told=told: change(b, told) if n % 2 else manage(b, "DELETE", told),
        )

        codes = [answer.status_code for answer in answers]
        assert sum(code in {200, 204} for code in codes) == 1
        assert sum(code == 401 for code in codes) == 3
        with crowded.app_context():
            assert (db.session.get(Client, told["client_id"]) is None) == (204 in codes)


def test_changes_and_the_removal_are_on_the_record_by_its_own_name(browser, told, server):
    changed = change(browser, told).json
    manage(browser, "DELETE", changed)

    with server.app_context():
        mine = AuditRecord.subject == told["client_id"]
        rows = db.session.scalars(select(AuditRecord).where(mine).order_by(AuditRecord.seq)).all()
    assert [(row.event, row.actor) for row in rows] == [
        (events.CLIENT_REGISTERED, events.NOBODY),
        (events.CLIENT_CHANGED, told["client_id"]),
        (events.CLIENT_DELETED, told["client_id"]),
    ]


@pytest.mark.parametrize(
    "name", ["a%00b", "%ff", "x" * 5000, "%20", "'", "..", "cli_%E2%80%AE", "%2e%2e%2fregister"]
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_odd_client_id_is_an_unknown_one(browser, method, name):
    answer = browser.open(f"{PATH}/{name}", method=method, headers=bearing("x"), json={})

    assert answer.status_code in {400, 401, 404, 405}


def test_no_other_method_is_there(browser, told):
    for method in ("POST", "PATCH"):
        answer = manage(browser, method, told, json=DESCRIBED)
        assert answer.status_code == 405
        assert "PUT" in answer.headers["Allow"]
    assert browser.get(PATH).status_code == 405
    assert register(browser).status_code == 201


def test_an_operators_client_manages_nothing_itself(browser, server):
    app = factories.app(server)

    for token in ("", app.client_secret):
        told = {"client_id": app.client_id, "registration_access_token": token}
        refused(manage(browser, "GET", told), "invalid_token", 401)


def test_an_operators_change_between_reading_and_changing_is_not_undone(
    browser, told, server, monkeypatch
):
    described = registration.described

    def slow(*arguments, **options):
        monkeypatch.setattr(registration, "described", described)
        operator_changes(server, told["client_id"], audiences=[BANK])
        return described(*arguments, **options)

    monkeypatch.setattr(registration, "described", slow)

    refused(change(browser, told), "invalid_request", 409)

    assert manage(browser, "GET", told).json["audiences"] == [BANK]
