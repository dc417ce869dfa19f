"""Whatever is generated, the answer is a refusal and never a 5xx."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.auth.oauth import signing
from tests.auth.oauth.inputs import FIELDS, FORM, FORMS, NAMES
from tests.support import forging, steps

PLAUSIBLE = st.sampled_from(
    ["code", "openid", "none", "S256", "authorization_code", "refresh_token", "client_credentials",
     "0", "-1", "99999999999999999999", "https://app.cofrinho.example/callback", "query", "login",
     "form_post", '{"id_token": {"acr": {"essential": true, "values": ["phr"]}}}',
     '{"userinfo": {"email": null, "x": {}}, "id_token": {"sub": {"value": "x"}}}',
     "http://localhost:3000/bank/wallet",
     "a.b.c", "e30.e30.", "x" * 43, "[]", "{}", "null", "%00", "%", "+", "'", '"', "\\", "\x00",
     "\r\n", "\ud83d\udc0e".encode("utf-16", "surrogatepass").decode("utf-16"), "é", "../", "${x}"]
)  # fmt: skip
VALUES = st.one_of(PLAUSIBLE, st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
SOAK = bool(os.environ.get("SOAK"))
MANY = settings(
    max_examples=10_000 if SOAK else 150,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def database_kind():
    """PostgreSQL is the stricter of the two: it refuses what SQLite lets pass."""
    return "postgresql"


@MANY
@given(asked=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8), post=st.booleans())
def test_no_authorization_request_breaks_the_server(browser, app, asked, post):
    parameters = steps.asking(app)
    for name, value in asked:
        if value in {"\\", "'"}:
            parameters.pop(name, None)
        elif value == '"':
            parameters.add(name, "x")
        else:
            parameters[name] = value
    where = {"data": parameters} if post else {"query_string": parameters}

    answer = browser.open("/oauth/authorize", method="POST" if post else "GET", **where)
    if answer.headers.get("Location", "").startswith("/oauth/authorize?"):
        answer = browser.get(answer.headers["Location"])

    brought = steps.page_of(answer) == "form-post"
    assert answer.status_code in ({200} if brought else {303, 400}), answer.text
    if brought:
        assert steps.arrival(answer).address == app.redirect_uri
    if answer.status_code == 303:
        address = answer.headers["Location"]
        assert address.startswith((app.redirect_uri, "/login/"))


@MANY
@given(
    sent=st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=8),
    path=st.sampled_from(FORMS),
    known=st.booleans(),
)
def test_no_posted_form_breaks_the_server(browser, app, sent, path, known):
    headers, _ = steps.credentials(app) if known else ({}, None)

    answer = browser.post(path, data=dict(sent), headers=headers)

    assert answer.status_code in {200, 201, 400, 401}, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code >= 400:
        steps.assert_plain(answer.json.get("error_description", ""))


@MANY
@given(raw=st.binary(max_size=200), path=st.sampled_from([*FORMS, "/oauth/authorize", "/logout"]))
def test_no_bytes_break_the_server(browser, raw, path):
    for request in ({"data": raw}, {"data": b"token=" + raw}, {"data": b"client_id=" + raw}):
        answer = browser.post(path, content_type=FORM, **request)
        assert answer.status_code in {200, 303, 400, 401}, answer.text


@MANY
@given(header=st.binary(max_size=80), claims=st.binary(max_size=80), tail=st.text(max_size=20))
def test_no_token_breaks_the_server(browser, app, header, claims, tail):
    token = f"{forging.part(header)}.{forging.part(claims)}.{tail}"

    for path, name in (("/oauth/introspect", "token"), ("/oauth/revoke", "token")):
        answer = steps.post(browser, app, path, **{name: token})
        assert answer.status_code in {200, 400}, answer.text
    answer = browser.get("/logout", query_string={"id_token_hint": token})
    assert answer.status_code == 400


@MANY
@given(claims=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "b64"]),
       st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=2), max_leaves=4)))  # fmt: skip
def test_no_token_header_breaks_the_server(browser, app, claims):
    token = f"{forging.part(claims)}.{forging.part({'sub': 'x'})}.AAAA"

    assert steps.introspect(browser, app, token).json == {"active": False}
    assert steps.userinfo(browser, token).status_code == 401


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
CLAIMS = ("iss", "aud", "exp", "nbf", "iat", "sub", "jti", "request", *NAMES)
SIGNED = st.tuples(
    st.booleans(), st.dictionaries(st.sampled_from(CLAIMS), ODD | PLAUSIBLE, max_size=5)
)
HEADERS = st.fixed_dictionaries({}, optional={"typ": ODD, "kid": ODD})
OUTSIDE = st.sampled_from([None, "https://app.cofrinho.example/callback", "https://evil.example/"])


@pytest.fixture
def signer(server):
    """An application that signs its requests."""
    return signing.app(server)


@MANY
@given(claims=SIGNED | st.binary(max_size=60), header=HEADERS, redirect_uri=OUTSIDE)
def test_no_request_object_breaks_the_server_or_leads_away(
    browser, server, signer, claims, header, redirect_uri
):
    if isinstance(claims, tuple):
        whole, odd = claims
        plain = steps.claims_of(signing.request_object(signer, server)) if whole else {}
        claims = json.dumps(plain | odd).encode()
    leads_nowhere_else(browser, signer, signing.by_hand(claims, **header), redirect_uri)


@MANY
@given(token=VALUES | st.text("ey.AJ_-=", max_size=60), redirect_uri=OUTSIDE)
def test_no_garbage_for_a_request_object_breaks_the_server_or_leads_away(
    browser, signer, token, redirect_uri
):
    leads_nowhere_else(browser, signer, token, redirect_uri)


def leads_nowhere_else(browser, app, token, redirect_uri):
    """Come and push with ``token``; assert that each answer is one of ours or the client's own."""
    parameters = steps.asking(app, request=token, redirect_uri=redirect_uri)
    answer = browser.get("/oauth/authorize", query_string=parameters)
    assert answer.status_code in {303, 400}, answer.text
    if answer.status_code == 303:
        assert answer.headers["Location"].startswith((f"{app.redirect_uri}?", "/login/"))
    headers, _ = steps.credentials(app)
    answer = browser.post("/oauth/par", data=parameters, headers=headers)
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 400:
        steps.assert_plain(answer.json.get("error_description", ""))
