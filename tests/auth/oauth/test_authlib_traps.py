"""The library's traps, one test each, numbered as in `docs/dependencies.md` §1.3.

What the library does by default is told in the name; what the server does instead is asserted.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import inspect, text

from app.auth.database import db
from app.auth.keys import jose
from app.foundation import clock
from tests.auth.oauth import asserting
from tests.support import factories, steps
from tests.support.marks import abuse, rfc


def eight(server, deed):
    """Do ``deed`` with eight browsers at once."""
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(lambda _: deed(server.test_client()), range(8)))


def test_01_double_refresh_gives_eight_different_successors(browser, app, ana, server):
    first = steps.tokens(browser, app, ana)["refresh_token"]

    answers = eight(server, lambda each: steps.refresh(each, app, first))

    assert len({answer.json["refresh_token"] for answer in answers}) == 1


def test_02_a_code_raced_or_replayed_leaves_the_family_alive(browser, app, ana, server):
    code = steps.authorize(browser, app, ana).code

    answers = eight(server, lambda each: steps.exchange(each, app, code))

    [won] = [answer.json for answer in answers if answer.status_code == 200]
    steps.refused(steps.refresh(browser, app, won["refresh_token"]), "invalid_grant")


def test_03_nothing_commits_for_you(browser, app, ana, server, create_house):
    answer = steps.tokens(browser, app, ana)
    elsewhere = create_house("auth", url=server.config["AUTH_DATABASE_URL"]).test_client()

    assert steps.refresh(elsewhere, app, answer["refresh_token"]).status_code == 200
    assert steps.userinfo(elsewhere, answer["access_token"]).status_code == 200


def test_04_what_was_kept_is_read_again_after_every_commit():
    assert db.session.session_factory.kw["expire_on_commit"] is False


def test_05_keys_are_parsed_at_every_signature(browser, app, ana, monkeypatch):
    steps.tokens(browser, app, ana)

    def fail(*_, **__):
        raise AssertionError("a key was parsed in a request")

    for kind in (RSAKey, ECKey):
        monkeypatch.setattr(kind, "import_key", fail)
    answer = steps.tokens(browser, app, ana)
    assert steps.userinfo(browser, answer["access_token"]).status_code == 200


def test_06_a_set_of_keys_signs_with_a_random_one_and_a_lone_key_without_a_name(browser, app, ana):
    answers = [steps.tokens(browser, app, ana) for _ in range(6)]

    for name in ("access_token", "id_token"):
        assert len({steps.header_of(answer[name])["kid"] for answer in answers}) == 1


@pytest.mark.parametrize("alg", jose.ALGORITHMS)
def test_07_algorithms_that_are_listed_fail_where_none_is_passed(browser, server, ana, alg):
    app = factories.app(
        server, id_token_signed_response_alg=alg, access_token_signed_response_alg=alg
    )
    answer = steps.tokens(browser, app, ana)

    assert steps.header_of(answer["id_token"])["alg"] == alg
    assert steps.header_of(answer["access_token"])["alg"] == alg
    assert steps.userinfo(browser, answer["access_token"]).status_code == 200
    assert (
        browser.get("/logout", query_string={"id_token_hint": answer["id_token"]}).status_code
        == 303
    )


@rfc("9068", "4")
@abuse("J-09")
def test_08_a_token_without_a_type_is_accepted_and_a_revoked_one_stays_active(
    browser, app, ana, server
):
    token = steps.tokens(browser, app, ana)["access_token"]
    untyped = factories.signed(server, steps.claims_of(token), typ=None)
    assert steps.userinfo(browser, untyped).status_code == 401

    claims = steps.claims_of(token)
    del claims["scope"]
    bare = factories.signed(server, claims, typ="at+jwt")
    assert steps.introspect(browser, app, bare).json["active"] is True
    assert steps.userinfo(browser, bare).status_code == 403

    steps.revoke(browser, app, token)
    assert steps.introspect(browser, app, token).json == {"active": False}


def test_09_codes_and_clients_tokens_live_ten_days_and_refresh_tokens_do_not_turn(
    browser, app, ana, held_clock
):
    own = steps.post(browser, app, "/oauth/token", grant_type="client_credentials").json
    assert own["expires_in"] == 900
    first = steps.tokens(browser, app, ana)
    second = steps.refresh(browser, app, first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]

    code = steps.authorize(browser, app, ana).code
    held_clock.shift(61)
    steps.refused(steps.exchange(browser, app, code), "invalid_grant")


@abuse("T-10")
def test_10_the_sample_models_keep_tokens_and_secrets_in_clear(browser, app, ana, server):
    code = steps.authorize(browser, app, ana).code
    first = steps.exchange(browser, app, code).json
    second = steps.refresh(browser, app, first["refresh_token"]).json
    secrets = [code, app.client_secret, browser.get_cookie("session_3000").value, ana.password]
    names = ("access_token", "refresh_token", "id_token")
    secrets += [answer[name] for answer in (first, second) for name in names]

    with server.app_context():
        kept = "\n".join(
            str(row)
            for table in inspect(db.engine).get_table_names()
            for row in db.session.execute(text(f"SELECT * FROM {table}"))
        )

    for secret in secrets:
        assert secret not in kept
        assert secret.rpartition(".")[2] not in kept
    assert "authlib.integrations.sqla_oauth2" not in sys.modules


def test_11_a_client_assertion_may_last_for_years_and_speak_of_another_client(
    browser, app, server, public_app
):
    signer = asserting.app(server)
    own = {"grant_type": "client_credentials"}
    assert asserting.post(browser, signer, "/oauth/token", **own).status_code == 200

    for wrong in (
        {"claims": {"exp": clock.seconds() + 3 * 365 * 86_400}},
        {"client_id": app.client_id},
        {"client_id": public_app.client_id},
    ):
        answer = asserting.post(browser, signer, "/oauth/token", **own, **wrong)
        steps.refused(answer, "invalid_client", 401)


def test_12_two_methods_repeated_fields_and_the_query_all_pass(browser, app):
    form = {"grant_type": "client_credentials"}
    both = steps.post(
        browser, app, "/oauth/token", **form, client_id=app.client_id, client_secret="x"
    )
    steps.refused(both, "invalid_request")
    twice = steps.post(browser, app, "/oauth/token", grant_type=["client_credentials"] * 2)
    steps.refused(twice, "invalid_request")
    headers, _ = steps.credentials(app)
    queried = browser.post(
        "/oauth/token?grant_type=client_credentials", data={"x": "y"}, headers=headers
    )
    steps.refused(queried, "unsupported_grant_type")


@abuse("T-20")
def test_13_hostile_input_is_a_server_error(browser, app):
    for pair in ({"Authorization": "Basic /w=="}, {"Authorization": "Basic AA=="}):
        answer = browser.post("/oauth/token", data={"grant_type": "x"}, headers=pair)
        assert answer.status_code in {400, 401}
    assert steps.ask(browser, app, client_id="a\x00b").status_code == 400
    assert steps.ask(browser, app, redirect_uri='https://x/"é').status_code == 400


def test_14_http_from_a_proxy_is_an_error_outside_every_handler(create_house):
    assert "AUTHLIB_INSECURE_TRANSPORT" not in os.environ
    server = create_house("auth", ISSUER="https://id.banco.example", TRUSTED_PROXIES=1)
    factories.keys(server)
    app = factories.app(server)
    headers, form = steps.credentials(app)
    form |= {"grant_type": "client_credentials", "scope": "wallet:read"}

    for base in ("http://10.0.0.7:8080", "http://id.banco.example"):
        for more in ({}, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "id.banco.example"}):
            answer = server.test_client().post(
                "/oauth/token", base_url=base, data=form, headers=headers | more
            )
            assert answer.status_code == 200
            token = answer.json["access_token"]
            assert steps.claims_of(token)["iss"] == "https://id.banco.example"
