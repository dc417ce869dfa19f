"""Whatever an application says of itself, the answer is RFC 7591's, and never a 5xx."""

import json
import os
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.auth.clients.members import MEMBERS, REFUSED, REFUSED_FLAGS
from tests.auth.clients.conftest import public
from tests.auth.oauth.registering import DESCRIBED, PATH, bearing, manage, refused, registered
from tests.support import factories, spans, steps
from tests.support.marks import abuse, asvs, rfc

SOAK = bool(os.environ.get("SOAK"))
MANY = settings(
    max_examples=10_000 if SOAK else 150,
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ERRORS = {"invalid_redirect_uri", "invalid_client_metadata", "unapproved_software_statement"}
JSON = "application/json"


@pytest.fixture
def database_kind():
    """PostgreSQL is the stricter of the two: it refuses what SQLite lets pass."""
    return "postgresql"


@pytest.fixture
def told(browser):
    """The answer an application got that registered itself."""
    return registered(browser)


KINDS = {
    "text": "text",
    "empty text": "",
    "number": 5,
    "negative": -1,
    "huge number": 10**30,
    "fraction": 0.5,
    "true": True,
    "false": False,
    "list of texts": ["text"],
    "list of numbers": [1],
    "list of nulls": [None],
    "list of lists": [["text"]],
    "list of objects": [{}],
    "object": {"a": "b"},
    "empty object": {},
    "deep object": {"keys": [{"a": {"b": {"c": [1]}}}]},
}
FITTING = {  # which of them a member of a kind may be
    "text": {"text", "empty text"},
    "uri": set(),
    "list": {"list of texts"},
    "flag": {"true", "false"},
    "seconds": {"number"},
    "object": set(),
}


@asvs("15.3.5")
@rfc("7591", "3.2.2")
@pytest.mark.parametrize("name", MEMBERS)
def test_a_value_of_the_wrong_kind_is_refused_for_every_member(browser, name):
    for kind, value in KINDS.items():
        answer = browser.post(PATH, json=DESCRIBED | {name: value})

        if kind not in FITTING[MEMBERS[name].kind]:
            assert answer.status_code == 400, (kind, answer.text)
        if answer.status_code == 201:
            assert kind in FITTING[MEMBERS[name].kind], kind
            assert answer.json[name] == value or name == "scope"
        else:
            assert answer.json["error"] in ERRORS
            steps.assert_plain(answer.json["error_description"])
            assert kind in FITTING[MEMBERS[name].kind] or name in answer.json["error_description"]


@pytest.mark.parametrize("name", sorted(REFUSED | REFUSED_FLAGS))
def test_what_is_known_and_not_served_is_refused_by_name(browser, name):
    answer = browser.post(PATH, json=DESCRIBED | {name: "A128GCM"})

    refused(answer, "invalid_client_metadata")
    assert answer.json["error_description"].startswith(name)


KEY_SETS = {
    "no keys": {},
    "an empty list": {"keys": []},
    "no list": {"keys": {}},
    "no key": {"keys": [5]},
    "an empty key": {"keys": [{}]},
    "a shared key": {"keys": [{"kty": "oct", "k": "AAAA"}]},
    "another kind": {"keys": [{"kty": "XYZ", "n": "AQAB"}]},
    "kty no text": {"keys": [public() | {"kty": ["EC"]}]},
    "kid no text": {"keys": [public() | {"kid": 5}]},
    "not on the curve": {"keys": [public() | {"x": "AAAA"}]},
    "too short": {"keys": [{"kty": "RSA", "n": "AQAB" * 20, "e": "AQAB"}]},
    "too many": {"keys": [public()] * 21},
    "a private half": {"keys": [public() | {"d": "AAAA"}]},
}


@abuse("J-02")
@rfc("7517", "9.2")
@pytest.mark.parametrize("case", KEY_SETS)
def test_a_key_set_that_could_not_be_used_is_refused(browser, case):
    refused(
        browser.post(PATH, json=DESCRIBED | {"jwks": KEY_SETS[case]}), "invalid_client_metadata"
    )


@asvs("2.2.3")
def test_a_key_set_comes_in_one_way(browser):
    both = {"jwks": {"keys": [public()]}, "jwks_uri": "https://app.cofrinho.example/jwks"}
    refused(browser.post(PATH, json=DESCRIBED | both), "invalid_client_metadata")

    signs = {"token_endpoint_auth_method": "private_key_jwt"}
    refused(browser.post(PATH, json=DESCRIBED | signs), "invalid_client_metadata")


BODIES = {
    "nothing": b"",
    "no JSON": b"redirect_uris=x",
    "half": b'{"redirect_uris": [',
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"5",
    "null": b"null",
    "no UTF-8": b'{"client_name": "\xff"}',
    "NUL": b'{"client_name": "a\\u0000b"}',
    "escape": b'{"client_name": "a\\u001b[31mb"}',
    "half a surrogate": b'{"client_name": "\\ud800"}',
    "half a surrogate for a name": b'{"\\ud800": 1}',
    "NaN": b'{"default_max_age": NaN}',
    "infinity": b'{"jwks": {"keys": [{"a": -Infinity}]}}',
    "beyond doubles": b'{"jwks": {"keys": [{"a": 1e400}]}}',
    "too many digits": b'{"default_max_age": ' + b"9" * 10_000 + b"}",
    "twice": b'{"scope": "openid", "scope": "openid wallet:transfer"}',
    "too deep": b'{"jwks": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep": b'{"nonsense": ' + b"[" * 900 + b"]" * 900 + b"}",
    "a byte order mark": b"\xef\xbb\xbf{}",
}


@asvs("1.5.3")
@abuse("N-03")
@pytest.mark.parametrize("case", BODIES)
def test_what_is_no_one_plain_object_is_refused(browser, told, case):
    for answer in (
        browser.post(PATH, data=BODIES[case], content_type=JSON),
        manage(browser, "PUT", told, data=BODIES[case], content_type=JSON),
    ):
        assert answer.status_code == 400, answer.text
        assert answer.json["error"] in {*ERRORS, "invalid_request"}
        steps.assert_plain(answer.json["error_description"])


@asvs("3.5.2")
@abuse("T-20", "C-11")
@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "",
     None, "text/json", "application/jsonx", "é", ";;;", "application/jwt"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(browser, told, kind):
    body = json.dumps(DESCRIBED)

    refused(browser.post(PATH, data=body, content_type=kind), "invalid_client_metadata", 415)
    answer = manage(browser, "PUT", told, data=body, content_type=kind)
    refused(answer, "invalid_client_metadata", 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_the_kind_may_be_written_in_any_way(browser, kind):
    answer = browser.post(PATH, data=json.dumps(DESCRIBED), content_type=kind)

    assert answer.status_code == 201


@abuse("N-01")
def test_a_giant_description_is_refused_at_once(browser):
    for body in (
        json.dumps({"client_name": "x" * 1_000_000}),
        json.dumps({"redirect_uris": ["https://a.example/"] * 100_000}),
    ):
        answer, spent = spans.work(partial(browser.post, PATH, data=body, content_type=JSON))
        assert spent < 0.2
        refused(answer, "invalid_client_metadata", 413)


@abuse("N-01")
def test_what_just_fits_takes_little_work(browser):
    for described in (
        {f"client_name#{a}{b}-{c}": "x" for a in "abcdefgh" for b in "abcdefgh" for c in range(60)},
        {"redirect_uris": ["https://a.example/" + "x" * 40] * 1000},
        {"scope": "openid " * 280},
        {"jwks": {"keys": [public("RS256")] * 20}},
        {f"n{n}": n for n in range(4000)},
    ):
        answer, spent = spans.work(partial(browser.post, PATH, json=DESCRIBED | described))
        assert spent < 0.5
        assert answer.status_code in {201, 400, 413}


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["code", "none", "openid", "RS256", "ES256", "web", "native", "pairwise", "", "x" * 3000,
         "authorization_code", "client_credentials", "refresh_token", "private_key_jwt",
         "client_secret_post", "https://127.0.0.1:9/", "http://localhost/cb", "com.example:/cb",
         "https://a.example/#", "javascript:x", "\u202e", "é", '"', "\\", "wallet:read", "EC"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)  # fmt: skip
KEYS = st.sampled_from(["keys", "kty", "crv", "x", "y", "n", "e", "kid", "use", "alg", "d", "k"])
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
TAGS = st.sampled_from(["", "", "", "#en", "#pt-BR", "#", "#\u202e", "##", "#" + "x" * 50])
NAMES = st.one_of(
    st.builds(
        "{}{}".format, st.sampled_from([*MEMBERS, *REFUSED, *REFUSED_FLAGS, "client_id"]), TAGS
    ),
    st.sampled_from(["client_secret", "software_statement", "registration_access_token", "x"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
)
BASES = st.sampled_from(
    [
        {},
        DESCRIBED,
        {"grant_types": ["client_credentials"]},
        DESCRIBED | {"token_endpoint_auth_method": "none", "application_type": "native"},
        DESCRIBED | {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public()]}},
    ]
)


@MANY
@given(base=BASES, more=st.dictionaries(NAMES, VALUES, max_size=6))
def test_no_description_breaks_the_server(browser, base, more):
    answer = browser.post(PATH, data=json.dumps(base | more), content_type=JSON)

    assert answer.status_code in {201, 400}, answer.text
    assert answer.mimetype == JSON
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.status_code == 400:
        assert answer.json["error"] in ERRORS
        assert set(answer.json) == {"error", "error_description"}
        steps.assert_plain(answer.json["error_description"])
    else:
        told = manage(browser, "GET", answer.json)
        assert told.status_code == 200
        assert manage(browser, "DELETE", answer.json).status_code == 204


@MANY
@given(base=BASES, more=st.dictionaries(NAMES, VALUES, max_size=6), named=st.booleans())
def test_no_change_breaks_the_server(browser, told, base, more, named):
    body = base | more | ({"client_id": told["client_id"]} if named else {})

    answer = manage(browser, "PUT", told, data=json.dumps(body), content_type=JSON)

    assert answer.status_code in {200, 400}, answer.text
    if answer.status_code == 400:
        assert answer.json["error"] in {*ERRORS, "invalid_request"}
        steps.assert_plain(answer.json["error_description"])
    else:
        told.update(answer.json)  # the examples share one client, whose token turns over
    assert manage(browser, "GET", told).status_code == 200


@MANY
@given(raw=st.binary(max_size=200))
def test_no_bytes_break_the_server(browser, raw):
    for body in (raw, b'{"a": ' + raw + b"}", b'{"client_name": "' + raw + b'"}'):
        answer = browser.post(PATH, data=body, content_type=JSON)
        assert answer.status_code in {201, 400}, answer.text


@MANY
@given(header=st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=60))
def test_no_authorization_header_breaks_the_server(browser, header):
    for value in (header, f"Bearer {header}"):
        environ = {"HTTP_AUTHORIZATION": value}
        for path, method in ((PATH, "POST"), (f"{PATH}/cli_x", "GET"), (f"{PATH}/x", "DELETE")):
            body = {"json": DESCRIBED} if method == "POST" else {}
            answer = browser.open(path, method=method, environ_overrides=environ, **body)
            assert answer.status_code in {201, 400, 401}, answer.text


def test_the_examples_of_the_papers_register(browser):
    rfc_7591 = {
        "redirect_uris": [
            "https://client.example.org/callback",
            "https://client.example.org/callback2",
        ],
        "client_name": "My Example Client",
        "client_name#ja-Jpan-JP": "クライアント名",
        "token_endpoint_auth_method": "client_secret_basic",
        "logo_uri": "https://127.0.0.1:9/logo.png",
        "jwks_uri": "https://client.example.org/my_public_keys.jwks",
        "example_extension_parameter": "example_value",
    }
    told = registered(browser, **rfc_7591)

    assert told["client_name#ja-Jpan-JP"] == "クライアント名"
    assert told["jwks_uri"] == rfc_7591["jwks_uri"]
    assert factories.CALLBACK not in told["redirect_uris"]
    assert bearing(told["registration_access_token"])
