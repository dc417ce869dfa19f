"""An application registers itself (RFC 7591): who may, for what, and what it is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.clients import invitations, registry
from app.auth.clients.models import Client
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.clients.conftest import key, public
from tests.auth.oauth import asserting
from tests.auth.oauth.registering import (
    DESCRIBED,
    PATH,
    app_of,
    bearing,
    refused,
    register,
    registered,
)
from tests.support import factories, houses, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

PRODUCTION = {
    "APP_ENV": "production",
    "MAIL_SERVER": "smtp.example",
    "MAIL_FROM": "nao-responda@portaria.example",
    "ISSUER": "https://id.banco.example",
    "RATE_LIMITS": "on",
    "ADMIN_PASSWORD": "cavalo bateria grampo certo",
    "CPF_VALIDATION": "strict",
}
BANK = "openid wallet:read"


def invite(server, **told):
    """Make an initial access token; return its value."""
    with server.app_context(), kept(db):
        return invitations.issue(**told)[1]


def invitation(server):
    """Return the one initial access token there is, as a row."""
    with server.app_context():
        [row] = invitations.everyone()
        return row


def everyone(server):
    """Return the ids of the clients there are."""
    with server.app_context():
        return set(db.session.scalars(select(Client.id)).all())


@behaviour(134)
@rfc("7591", "3.2.1")
def test_the_answer_tells_everything_that_is_registered(browser, server):
    sent = {
        "client_name": "Cofrinho",
        "client_name#en": "Piggy Bank",
        "redirect_uris": [factories.CALLBACK, "https://app.cofrinho.example/other?a=b"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_post",
        "contacts": ["dev@cofrinho.example"],
        "logo_uri": "https://127.0.0.1:9/logo.png",
        "policy_uri": "https://app.cofrinho.example/policy",
        "tos_uri": "https://app.cofrinho.example/tos",
        "scope": "openid email",
        "require_pkce": True,
    }

    answer = browser.post(PATH, json=sent)

    assert answer.status_code == 201
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert {name: told[name] for name in sent} == sent
    assert told["response_types"] == ["code"]
    assert told["id_token_signed_response_alg"] == "RS256"
    assert told["application_type"] == "web"
    assert told["client_id"].startswith("cli_")
    assert isinstance(told["client_id_issued_at"], int)
    assert len(told["client_secret"]) == len(told["registration_access_token"]) == 43
    assert told["client_secret_expires_at"] == 0
    issuer = server.config["ISSUER"]
    assert told["registration_client_uri"] == f"{issuer}{PATH}/{told['client_id']}"


@behaviour(140)
@rfc("7591", "2")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_what_registered_itself_signs_people_in(browser, ana, method):
    grants = ["authorization_code", "refresh_token"]
    told = registered(browser, token_endpoint_auth_method=method, grant_types=grants)

    answer = steps.tokens(browser, app_of(told), ana)

    assert {"access_token", "refresh_token", "id_token"} <= set(answer)
    assert ("client_secret" in told) == (method != "none")
    assert ("client_secret_expires_at" in told) == (method != "none")


@behaviour(140)
def test_a_client_that_signs_registers_its_keys_and_gets_no_secret(browser):
    keys = {"keys": [public()]}
    told = registered(
        browser,
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_signing_alg="ES256",
        grant_types=["authorization_code", "client_credentials"],
        jwks=keys,
    )

    assert told["jwks"] == keys
    assert "client_secret" not in told
    own = {"grant_type": "client_credentials"}
    app = app_of(told)
    assert asserting.post(browser, app, "/oauth/token", **own).status_code == 200


@behaviour(140)
@rfc("OIDC Registration", "2")
def test_a_machine_needs_no_redirect_uri(browser):
    answer = browser.post(PATH, json={"grant_types": ["client_credentials"]})

    assert answer.status_code == 201
    assert answer.json["grant_types"] == ["client_credentials"]


@behaviour(140)
@rfc("8252", "7")
@pytest.mark.parametrize(
    "uri",
    ["com.example.cofrinho:/cb", "http://127.0.0.1/cb", "http://[::1]:5000/cb",
     "https://app.cofrinho.example/cb"],
)  # fmt: skip
def test_a_native_application_registers_a_scheme_of_its_own_or_loopback(browser, uri):
    told = registered(
        browser,
        redirect_uris=[uri],
        application_type="native",
        token_endpoint_auth_method="none",
    )

    assert told["redirect_uris"] == [uri]
    assert steps.page_of(steps.follow(browser, steps.ask(browser, app_of(told)))) == "login"


@rfc("7591", "2")
def test_a_member_nobody_knows_is_passed_over_and_a_null_is_one_left_out(browser):
    told = registered(browser, nonsense={"a": [1]}, redirect_uri="x", logo_uri=None, scope=None)

    assert not {"nonsense", "redirect_uri", "logo_uri"} & set(told)
    assert told["client_name"] == "Cofrinho"


@behaviour(137)
@abuse("C-03")
@rfc("7591", "3.2.2")
@pytest.mark.parametrize(
    "uri",
    ["https://a.example/cb#f", "https://a.example/cb#", "https://*.a.example/cb", "",
     "https://u:p@a.example/cb", "http://a.example/cb", "javascript:alert(1)", "/cb",
     "https://a.example/" + "x" * 10_000, "com.example.app:/cb"],
    ids=lambda uri: uri[:30] or "empty",
)  # fmt: skip
def test_an_unsafe_redirect_uri_is_refused(browser, server, uri):
    before = everyone(server)

    refused(register(browser, redirect_uris=[uri]), "invalid_redirect_uri")
    refused(register(browser, redirect_uris=[factories.CALLBACK, uri]), "invalid_redirect_uri")

    assert everyone(server) == before


@abuse("C-03")
def test_five_hundred_redirect_uris_are_too_many(browser):
    uris = [f"https://app.cofrinho.example/{n}" for n in range(500)]

    refused(register(browser, redirect_uris=uris), "invalid_redirect_uri")


@behaviour(138)
@rfc("OIDC Registration", "2")
def test_a_login_is_begun_over_https_alone(browser):
    refused(
        register(browser, initiate_login_uri="http://app.cofrinho.example/login"),
        "invalid_client_metadata",
    )
    good = "https://app.cofrinho.example/login"
    assert registered(browser, initiate_login_uri=good)["initiate_login_uri"] == good


REFUSED = {
    "audiences": ["http://localhost:3000/bank"],
    "institution": "aurora",
    "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"],
    "require_pkce": False,
    "dpop_bound_access_tokens": True,
    "id_token_encrypted_response_alg": "RSA-OAEP",
    "id_token_signed_response_alg": "none",
    "response_types": ["token"],
    "client_name": "Banco\u202eknaB",
    "jwks": {"keys": [key().as_dict(private=True)]},
    "client_name#\u202e": "Cofrinho",
    "client_name#" + "a" * 40: "Cofrinho",
}


@rfc("7591", "2")
@abuse("C-08")
@pytest.mark.parametrize("name", list(REFUSED), ids=ascii)
def test_what_a_client_may_not_say_of_itself_is_refused(browser, name):
    refused(register(browser, **{name: REFUSED[name]}), "invalid_client_metadata")


@rfc("7591", "2.3")
def test_a_software_statement_is_refused_by_name(browser):
    answer = register(browser, software_statement="e30.e30.AAAA")

    refused(answer, "unapproved_software_statement")
    assert answer.json["error_description"] == "Software statements are not supported."


@rfc("7591", "2.2")
def test_an_empty_list_of_privileges_is_none(browser):
    assert registered(browser, audiences=[])["audiences"] == []


@abuse("C-10")
def test_the_secret_and_the_token_are_kept_as_digests(browser, server):
    told = registered(browser)

    with server.app_context():
        client = db.session.get(Client, told["client_id"])
        whole = repr([getattr(client, column.key) for column in client.__table__.columns])
        records = db.session.scalars(
            select(AuditRecord).where(AuditRecord.subject == told["client_id"])
        )
        whole += repr([vars(row) for row in records])
    for secret in ("client_secret", "registration_access_token"):
        assert told[secret] not in whole


@asvs("10.4.7")
@abuse("C-08")
def test_nobody_has_vouched_for_a_client_that_registered_itself(browser, server):
    told = registered(browser)

    with server.app_context():
        assert registry.find(told["client_id"]).verified is False
        client = db.session.get(Client, told["client_id"])
        assert client.registered_by == events.NOBODY


@asvs("10.4.7")
@rfc("7591", "3")
def test_openly_an_application_gets_the_scopes_set_free_and_no_others(create_house):
    server = create_house("auth", REGISTRATION_SCOPES="openid email wallet:read")
    browser = server.test_client()

    assert registered(browser, scope=BANK)["scope"] == BANK
    assert registered(browser)["scope"] == "openid email"  # a bank's is asked for by name
    refused(register(browser, scope="openid profile"), "invalid_client_metadata")
    refused(register(browser, scope="openid wallet:transfer"), "invalid_client_metadata")


def test_in_production_none_of_a_banks_scopes_is_free(create_house):
    server = create_house("auth", **PRODUCTION, REGISTRATION="open")
    browser = server.test_client()

    assert "wallet" not in registered(browser)["scope"]
    refused(register(browser, scope=BANK), "invalid_client_metadata")
    assert registered(browser, invite(server), scope=BANK)["scope"] == BANK


@asvs("10.4.7")
def test_in_production_nobody_registers_without_a_token_unless_told_so(create_house):
    browser = create_house("auth", **PRODUCTION).test_client()

    refused(register(browser), "invalid_token", 401)


@rfc("7591", "3")
@rfc("6750", "3")
def test_with_tokens_nobody_registers_without_a_good_one(create_house, held_clock):
    server = create_house("auth", REGISTRATION="token")
    browser = server.test_client()
    good, revoked = invite(server, uses=2, days=1), invite(server)
    with server.app_context(), kept(db):
        [row] = [row for row in invitations.everyone() if row.uses_left == 1]
        invitations.revoke(row.id)

    for token in (None, "", "x", "é".encode().hex(), revoked, good[:-1], good + "A", "a b"):
        refused(register(browser, token), "invalid_token", 401)
    for header in (f"Basic {good}", good, f"Bearer{good}", f"DPoP {good}"):
        answer = browser.post(PATH, json=DESCRIBED, headers={"Authorization": header})
        refused(answer, "invalid_token", 401)
    for elsewhere in ({"query_string": {"access_token": good}}, {}):
        body = DESCRIBED | {"access_token": good}
        refused(browser.post(PATH, json=body, **elsewhere), "invalid_token", 401)

    assert registered(browser, good, scope=BANK)["scope"] == BANK
    with server.app_context():
        [row] = invitations.everyone()
        [client] = db.session.scalars(select(Client)).all()
        assert client.registered_by == row.id
        assert client.verified_at is None
    held_clock.shift(86_400)
    refused(register(browser, good), "invalid_token", 401)


def test_a_token_shown_where_none_is_needed_must_be_good(browser, server):
    spent = invite(server)
    registered(browser, spent)

    for token in ("", "x", spent):
        refused(register(browser, token), "invalid_token", 401)


def test_a_token_loses_a_use_only_when_all_went_well(create_house):
    server = create_house("auth", REGISTRATION="token")
    browser, token = server.test_client(), invite(server)

    for wrong in ({"redirect_uris": []}, {"scope": "all"}, {"client_name": 5}, {"jwks": {}}):
        assert register(browser, token, **wrong).status_code == 400
    assert browser.post(PATH, data="{", headers=bearing(token)).status_code == 415
    assert invitation(server).uses_left == 1

    registered(browser, token)
    assert invitation(server).uses_left == 0
    refused(register(browser, token), "invalid_token", 401)


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_of_many_at_once_no_more_register_than_the_token_has_uses(create_house, new_database, kind):
    many, uses = 12, 3
    server = create_house(
        "auth", url=new_database("auth", kind), REGISTRATION="token", DATABASE_POOL_SIZE=20
    )
    token, start = invite(server, uses=uses), Barrier(many)

    def one(_):
        start.wait()
        return register(server.test_client(), token)

    with ThreadPoolExecutor(many) as threads:
        answers = list(threads.map(one, range(many)))

    assert sorted(a.status_code for a in answers) == [201] * uses + [401] * (many - uses)
    assert len(everyone(server)) == uses
    assert invitation(server).uses_left == 0


@abuse("L-20")
def test_switched_off_nothing_is_there(create_house):
    server = create_house("auth", REGISTRATION="off")
    browser = server.test_client()
    token = invite(server)

    for method in ("GET", "POST", "PUT", "DELETE"):
        for path in (PATH, f"{PATH}/cli_x", f"{PATH}/"):
            request = {"json": DESCRIBED} if method in {"POST", "PUT"} else {}
            answer = browser.open(path, method=method, headers=bearing(token), **request)
            assert answer.status_code == 404, (method, path)
    assert everyone(server) == set()
    factories.keys(server)
    for place in ("openid-configuration", "oauth-authorization-server"):
        assert "registration_endpoint" not in browser.get(f"/.well-known/{place}").json


def test_the_metadata_says_where(browser):
    document = browser.get("/.well-known/openid-configuration").json

    assert document["registration_endpoint"] == f"{houses.ISSUER}{PATH}"


def test_an_address_registers_so_many_a_minute(create_house):
    server = create_house("auth", RATE_LIMITS="on")
    browser = server.test_client()
    other = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}

    answers = [browser.post(PATH, json={}) for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {400}
    refused(answers[60], "temporarily_unavailable", 429)
    assert int(answers[60].headers["Retry-After"]) <= 61
    assert browser.post(PATH, json=DESCRIBED, **other).status_code == 201


def test_registering_is_on_the_record(browser, server):
    token = invite(server)
    made = {None: registered(browser), token: registered(browser, token)}

    with server.app_context():
        for shown, told in made.items():
            [row] = db.session.scalars(
                select(AuditRecord).where(AuditRecord.subject == told["client_id"])
            ).all()
            assert row.event == events.CLIENT_REGISTERED
            assert row.actor.startswith("iat_") if shown else row.actor == events.NOBODY


def test_pkce_is_for_all_unless_the_settings_say_for_public_clients(create_house):
    strict = create_house("auth").test_client()
    relaxed = create_house("auth", PKCE_REQUIRED="public").test_client()
    public_one = {"token_endpoint_auth_method": "none"}

    assert registered(strict)["require_pkce"] is True
    assert registered(relaxed)["require_pkce"] is False
    assert registered(relaxed, require_pkce=True)["require_pkce"] is True
    assert registered(relaxed, **public_one)["require_pkce"] is True
    refused(register(relaxed, **public_one, require_pkce=False), "invalid_client_metadata")
