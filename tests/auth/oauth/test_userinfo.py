"""Userinfo: what the scopes open, of the person, to who holds the token (OIDC Core §5.3)."""

import secrets

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, mission, rfc

EVERYTHING = {
    "given_name": "Ana",
    "family_name": "Souza",
    "middle_name": "Maria",
    "nickname": "Aninha",
    "preferred_username": "ana",
    "profile": "https://ana.example/",
    "picture": "https://ana.example/me.png",
    "website": "https://ana.example/blog",
    "gender": "female",
    "birthdate": "1990-02-28",
    "zoneinfo": "America/Sao_Paulo",
    "locale": "pt-BR",
    "email_verified": True,
    "phone_number_verified": True,
    "address": {
        "formatted": "Rua A, 1\nSão Paulo",
        "street_address": "Rua A, 1",
        "locality": "São Paulo",
        "region": "SP",
        "postal_code": "01000-000",
        "country": "BR",
    },
}
PROFILE = (
    "name given_name family_name middle_name nickname preferred_username profile picture website"
    " gender birthdate zoneinfo locale updated_at"
)
OPENED = {
    "profile": set(PROFILE.split()),
    "email": {"email", "email_verified"},
    "phone": {"phone_number", "phone_number_verified"},
    "address": {"address"},
}


@pytest.fixture
def whole(server):
    """A person of whom everything is known."""
    phone = f"+55119{secrets.randbelow(10**8):08}"
    return factories.person(server, name="Ana Maria Souza", phone=phone, claims=EVERYTHING)


def told(browser, app, person, scope):
    """What userinfo tells under ``scope`` (dict)."""
    token = steps.tokens(browser, app, person, scope=scope)["access_token"]
    answer = steps.userinfo(browser, token)
    assert answer.status_code == 200
    return answer.json


@behaviour(119, 121, 122)
@rfc("OIDC Core", "5.4")
def test_every_scope_together_tells_every_standard_claim(browser, app, whole):
    claims = told(browser, app, whole, "openid profile email address phone")

    assert set(claims) == {"sub"}.union(*OPENED.values())
    assert claims["sub"] == whole.sub
    assert claims["name"] == "Ana Maria Souza"
    assert claims["email"] == whole.email
    assert {name: claims[name] for name in EVERYTHING} == EVERYTHING
    assert claims["email_verified"] is True
    assert claims["phone_number_verified"] is True
    assert claims["phone_number"].startswith("+55119")
    assert type(claims["updated_at"]) is int
    assert claims["birthdate"] == "1990-02-28"


@asvs("8.2.3", "15.3.1")
@behaviour(123)
@pytest.mark.parametrize("scope", list(OPENED))
def test_a_scope_opens_its_own_claims_and_no_other(browser, app, whole, scope):
    assert set(told(browser, app, whole, f"openid {scope}")) == {"sub"} | OPENED[scope]


@behaviour(123)
def test_openid_alone_tells_the_subject_alone(browser, app, whole):
    assert told(browser, app, whole, "openid wallet:read") == {"sub": whole.sub}


@behaviour(120, 121)
@rfc("OIDC Core", "5.3.2")
def test_what_is_not_known_is_left_out(browser, app, server):
    bare = factories.person(server)

    claims = told(browser, app, bare, "openid profile email address phone")

    assert set(claims) == {"sub", "email", "email_verified", "updated_at"}
    assert claims["email_verified"] is False
    assert not {None, "", "null", "None"} & {str(value) for value in claims.values()}


@behaviour(118, 119)
@rfc("OIDC Core", "5.3.1")
def test_the_token_may_come_in_the_header_or_in_a_posted_form(browser, app, ana):
    answer = steps.tokens(browser, app, ana)
    token = answer["access_token"]

    answers = [
        steps.userinfo(browser, token),
        steps.userinfo(browser, token, "POST"),
        browser.post("/oauth/userinfo", data={"access_token": token}),
    ]

    subject = steps.claims_of(answer["id_token"])["sub"]
    for told in answers:
        assert told.status_code == 200
        assert told.mimetype == "application/json"
        assert told.json["sub"] == subject
        assert told.headers["Cache-Control"] == "no-store"


@behaviour(127)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_may_be_in_any_letter_case(browser, app, ana, scheme):
    token = steps.tokens(browser, app, ana)["access_token"]
    headers = {"Authorization": f"{scheme} {token}"}

    assert browser.get("/oauth/userinfo", headers=headers).status_code == 200


@behaviour(128)
@pytest.mark.parametrize("accept", ["*/*", "application/json; charset=utf-8", "image/png", "x", ""])
def test_an_unusual_accept_header_changes_nothing(browser, app, ana, accept):
    token = steps.tokens(browser, app, ana)["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}

    answer = browser.get("/oauth/userinfo", headers=headers)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"


@mission("S34")
@abuse("M-13")
@behaviour(126)
@rfc("6750", "2.3")
def test_a_token_in_the_query_is_refused(browser, app, ana):
    token = steps.tokens(browser, app, ana)["access_token"]

    alone = browser.get("/oauth/userinfo", query_string={"access_token": token})
    beside = steps.userinfo(browser, token, query_string={"access_token": token})

    assert alone.status_code == beside.status_code == 400
    assert alone.json["error"] == "invalid_request"


@abuse("M-13")
@rfc("6750", "2")
def test_a_token_that_comes_twice_is_refused(browser, app, ana):
    token = steps.tokens(browser, app, ana)["access_token"]

    both = steps.userinfo(browser, token, "POST", data={"access_token": token})
    twice = browser.post("/oauth/userinfo", data={"access_token": [token, token]})
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    two_headers = browser.get("/oauth/userinfo", headers=headers)

    assert both.status_code == twice.status_code == 400
    assert two_headers.status_code in {400, 401}


@rfc("6750", "3.1")
def test_without_a_token_the_challenge_names_no_error(browser):
    answer = browser.get("/oauth/userinfo")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="portaria"'
    assert not answer.data


@mission("S34")
@rfc("6750", "3.1")
@pytest.mark.parametrize("token", ["x", "a.b.c", "", " ", "a b", "." * 50_000, "ÿ"])
def test_a_token_that_is_none_is_invalid(browser, token):
    answer = steps.userinfo(browser, token)

    assert answer.status_code in {400, 401}
    if answer.status_code == 401:
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_other_schemes_present_no_token(browser, app):
    basic = {"Authorization": steps.basic(app.client_id, app.client_secret)}

    assert browser.get("/oauth/userinfo", headers=basic).status_code == 401


@rfc("6750", "3.1")
def test_without_openid_the_token_does_not_reach(browser, app, ana):
    token = steps.tokens(browser, app, ana, scope="profile email")["access_token"]

    answer = steps.userinfo(browser, token)

    assert answer.status_code == 403
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="openid"' in challenge


@abuse("J-09")
def test_no_other_token_of_ours_opens_it(browser, app, ana):
    answer = steps.tokens(browser, app, ana)

    for name in ("id_token", "refresh_token"):
        assert steps.userinfo(browser, answer[name]).status_code == 401


@mission("S32", "S34")
def test_a_token_is_good_for_its_fifteen_minutes(browser, app, ana, held_clock):
    token = steps.tokens(browser, app, ana)["access_token"]
    held_clock.shift(899)
    assert steps.userinfo(browser, token).status_code == 200

    held_clock.shift(1)

    assert steps.userinfo(browser, token).status_code == 401


def test_a_posted_token_in_another_kind_of_body_is_none(browser, app, ana):
    token = steps.tokens(browser, app, ana)["access_token"]

    assert browser.post("/oauth/userinfo", json={"access_token": token}).status_code == 401
