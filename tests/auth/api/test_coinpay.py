"""Document 001: a pair for a password, a new access token for a refresh token, one's own data."""

import base64

import pytest
import time_machine

from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens import ending
from app.foundation.database import kept
from tests.auth.api.phone import Phone, claims, header
from tests.support import factories
from tests.support.marks import abuse, mission

ISSUER = "http://localhost:3000"


@mission("S31", "S32", "S33", "S51", "S52", "C4", "C11", "A13-1")
def test_a_password_is_answered_with_a_pair(phone, ana):
    answer = phone.sign_in(ana)

    assert answer.status_code == 200
    assert answer.json.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    access, refresh = answer.json["access_token"], answer.json["refresh_token"]
    assert header(access) | {"kid": ""} == {"alg": "RS256", "typ": "at+jwt", "kid": ""}
    told = claims(access)
    assert told["exp"] - told["iat"] == 900 == answer.json["expires_in"]
    assert (told["sub"], told["name"], told["iss"]) == (ana.sub, "Ana Souza", ISSUER)
    assert {"aud", "roles"} <= told.keys()
    assert header(refresh)["typ"] == "rt+jwt"
    told = claims(refresh)
    assert told["exp"] - told["iat"] == 2_592_000
    assert (told["sub"], told["iss"], told["aud"]) == (ana.sub, ISSUER, ISSUER)


@mission("S34", "S35", "A13-3")
def test_the_access_token_reads_ones_own_data(phone, ana):
    token = phone.sign_in(ana).json["access_token"]

    answer = phone.call("GET", "/dados-pessoais", token=token)

    assert answer.status_code == 200
    assert answer.json["sub"] == ana.sub
    assert (answer.json["email"], answer.json["name"]) == (ana.email, "Ana Souza")


@mission("S34", "A13-3")
@pytest.mark.parametrize("token", [None, "nothing of ours", "é"])
def test_without_a_good_token_there_is_a_challenge(phone, token):
    answer = phone.call("GET", "/dados-pessoais", token=token)

    assert answer.status_code in {400, 401}
    if answer.status_code == 401:
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="portaria"')
    assert answer.json["error"] in {"token_missing", "invalid_token", "invalid_request"}


@mission("S36", "C9", "A13-2")
def test_the_refresh_token_stays_the_same_and_is_good_again_and_again(phone, ana):
    pair = phone.sign_in(ana).json

    answers = [phone.post("/auth/refresh", refresh_token=pair["refresh_token"]) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json["refresh_token"] for answer in answers} == {pair["refresh_token"]}
    fresh = {answer.json["access_token"] for answer in answers}
    assert len(fresh) == 3
    for token in fresh:
        assert phone.call("GET", "/dados-pessoais", token=token).status_code == 200


@mission("S37", "A14")
def test_tokens_end_to_the_second(phone, ana):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        pair = phone.sign_in(ana).json

        def reads():
            return phone.call("GET", "/dados-pessoais", token=pair["access_token"]).status_code

        def renews():
            again = phone.post("/auth/refresh", refresh_token=pair["refresh_token"])
            return again.status_code

        held.shift(899)
        assert reads() == 200
        held.shift(1)
        assert (reads(), renews()) == (401, 200)  # renewed with an access token long over
        held.shift(2_592_000 - 901)
        assert renews() == 200
        held.shift(1)
        assert renews() == 401


@mission("C10", "S34")
def test_a_refresh_token_is_refused_at_every_api(phone, ana):
    token = phone.sign_in(ana).json["refresh_token"]

    for path in ("/dados-pessoais", "/oauth/userinfo"):
        assert phone.call("GET", path, token=token).status_code == 401


@mission("S82", "C18", "C30")
def test_the_sign_in_is_in_the_list_and_ends_there(phone, ana, server):
    pair = phone.sign_in(ana).json
    with server.app_context(), kept(db):
        session = db.session.get(Session, claims(pair["access_token"])["sid"])
        assert session.user_agent == phone.agent
        assert (session.ends_at - session.created_at).days == 30
        assert session.expires_at == session.ends_at
        ending.session(session.id, "ended_from_list", offline=True)

    assert phone.call("GET", "/dados-pessoais", token=pair["access_token"]).status_code == 401
    assert phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).status_code == 401


@abuse("L-01")
@mission("A13-1")
def test_who_cannot_enter_is_told_the_same(phone, ana):
    known = phone.sign_in(ana, "not the password")
    unknown = phone.post("/auth", email="nobody@example.com", password="not the password")

    assert known.status_code == unknown.status_code == 401
    assert known.json == unknown.json
    assert known.json["error"] == "invalid_credentials"


@abuse("L-14")
@mission("A13-1")
def test_who_has_not_proved_the_address_is_told_so_after_the_right_password(phone, server):
    rita = factories.newcomer(server)

    assert phone.sign_in(rita, "wrong").json["error"] == "invalid_credentials"
    answer = phone.sign_in(rita)

    assert (answer.status_code, answer.json["error"]) == (403, "email_not_verified")
    with server.app_context():
        assert db.session.query(Session).filter_by(user_id=rita.id).count() == 0


@mission("S45", "C21")
def test_the_sixth_try_is_told_when_to_come_again(phone, ana):
    for _ in range(5):
        assert phone.sign_in(ana, "wrong").status_code == 401

    answer = phone.sign_in(ana)

    assert (answer.status_code, answer.json["error"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


@mission("C20")
@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"data": "{}", "content_type": "text/plain"}, 415, "unsupported_media_type"),
        ({"data": "[", "content_type": "application/json"}, 400, "invalid_request"),
        ({"json": {"email": "a@b.example"}}, 400, "invalid_request"),
        ({"json": {"email": ["a"], "password": "x"}}, 400, "invalid_request"),
        ({"data": b" " * 70_000, "content_type": "application/json"}, 413, "content_too_large"),
    ],
)
def test_a_bad_request_is_told_what_was_wrong(server, sent, status, error):
    answer = server.test_client().post("/auth", **sent)

    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"


@mission("C27")
def test_an_app_of_somebody_else_is_refused(phone, ana, server):
    theirs = factories.app(server)

    answer = phone.call(
        "POST",
        "/auth",
        {"email": ana.email, "password": ana.password},
        Authorization="Basic " + _basic(theirs),
    )

    assert (answer.status_code, answer.json["error"]) == (403, "unauthorized_client")


@mission("C27")
def test_the_token_of_somebody_elses_app_reads_nothing_here(phone, server, ana):
    answer = phone.call("GET", "/dados-pessoais", token=factories.token_for_app(server, ana))

    assert (answer.status_code, answer.json["error"]) == (403, "unauthorized_client")


def test_it_leaves_no_cookie_and_comes_again_as_the_same_device(server, ana):
    with_cookies = server.test_client()
    body = {"email": ana.email, "password": ana.password}
    for _ in range(2):
        answer = with_cookies.post("/auth", json=body, headers={"User-Agent": "Coinpay/3.1"})
        assert "Set-Cookie" not in answer.headers

    with server.app_context():
        sessions = db.session.query(Session).filter_by(user_id=ana.id).all()
    assert len({session.device_id for session in sessions}) == 1 < len(sessions)


def test_a_document_that_is_off_answers_nowhere(own_server):
    phone = Phone(own_server(LEGACY_DOCUMENTS="002"))

    assert phone.post("/auth", email="a@b.example", password="x").status_code == 404
    assert phone.post("/auth/refresh", refresh_token="x").status_code == 404


def _basic(app):
    return base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()


@mission("C7", "C8", "A13-1")
def test_who_has_a_second_factor_shows_it_with_the_password(phone, ana, server):
    app = factories.authenticator(server, ana)

    without = phone.sign_in(ana)
    wrong = phone.post("/auth", email=ana.email, password=ana.password, twoFactorCode="000000")
    right = phone.post("/auth", email=ana.email, password=ana.password, twoFactorCode=app.now())

    assert (without.status_code, without.json["error"]) == (401, "two_factor_required")
    assert (wrong.status_code, wrong.json["error"]) == (401, "two_factor_invalid")
    assert right.status_code == 200
    assert claims(right.json["access_token"])["amr"] == ["pwd", "otp", "mfa"]
