"""May a client describe itself so: the addresses it returns to, and everything else it says."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.auth.clients import addresses, metadata
from app.auth.consents import scopes
from tests.support.marks import abuse, asvs, rfc

CALLBACK = "https://shop.example/callback"
PUBLIC = {"token_endpoint_auth_method": "none"}
NATIVE = {"application_type": "native"} | PUBLIC
OF_PEOPLE = "openid profile email address phone offline_access"


def check(**described):
    """Return what becomes of a web application's description."""
    return metadata.check({"redirect_uris": [CALLBACK]} | described, scopes.CATALOGUE)


def code_of(**described):
    """Return the error code of a refused description."""
    with pytest.raises(metadata.InvalidMetadata) as refusal:
        check(**described)
    assert refusal.value.status == 400
    assert refusal.value.description.isascii()
    return refusal.value.code


def test_what_a_client_leaves_out_is_filled_in():
    described = metadata.check({"redirect_uris": [CALLBACK]}, scopes.CATALOGUE)

    assert described["grant_types"] == ["authorization_code"]
    assert described["response_types"] == ["code"]
    assert described["token_endpoint_auth_method"] == "client_secret_basic"
    assert described["scope"] == OF_PEOPLE
    assert described["require_pkce"] is True
    assert "client_name" not in described


@rfc("7591", "2")
def test_a_null_member_is_one_left_out():
    assert check(scope=None, logo_uri=None)["scope"] == OF_PEOPLE


def test_a_scope_named_twice_is_meant_once():
    assert check(scope="  openid email  openid ")["scope"] == "openid email"


GOOD = [
    (CALLBACK, {}),
    ("https://shop.example:8443/cb?tenant=1", {}),
    ("https://shop.example/%2A", {}),
    ("http://localhost:3000/cb", {}),
    ("http://127.0.0.1/cb", {}),
    ("http://127.0.0.1:49152/cb", NATIVE),
    ("http://[::1]/cb", NATIVE),
    ("com.example.shop:/oauth2redirect", NATIVE),
    ("br.com.loja-1:/volta", NATIVE),
]


@rfc("8252", "7")
@pytest.mark.parametrize(("uri", "more"), GOOD)
def test_a_safe_redirect_uri_is_taken(uri, more):
    assert check(redirect_uris=[uri], **more)["redirect_uris"] == [uri]


UNSAFE = {
    "fragment": "https://shop.example/cb#",
    "fragment with a name": "https://shop.example/cb#part",
    "wildcard host": "https://*.shop.example/cb",
    "wildcard path": "https://shop.example/*",
    "user name": "https://shop.example@evil.example/cb",
    "empty user name": "https://@shop.example/cb",
    "user name and password": "https://a:b@shop.example/cb",
    "http elsewhere": "http://shop.example/cb",
    "http that looks like loopback": "http://127.0.0.1.evil.example/cb",
    "http to localhost of somebody": "http://localhost.evil.example/cb",
    "http to every address": "http://0.0.0.0/cb",
    "http to a private network": "http://192.168.0.1/cb",
    "empty": "",
    "relative": "/cb",
    "scheme-relative": "//shop.example/cb",
    "no host": "https:///cb",
    "no slashes": "https:shop.example/cb",
    "script": "javascript:alert(1)",
    "data": "data:text/html,x",
    "file": "file:///etc/passwd",
    "scheme without a domain": "shop:/cb",
    "backslash": "https://shop.example\\@evil.example/cb",
    "white space": "https://shop.example/c b",
    "tab": "https://shop.example/c\tb",
    "line end": "https://shop.example/cb\r\nSet-Cookie: a=b",
    "NUL": "https://shop.example/cb\x00",
    "not ASCII": "https://lója.example/cb",
    "right to left": "https://shop.example/\u202ecb",
    "port out of range": "https://shop.example:99999/cb",
    "port of letters": "https://shop.example:abc/cb",
    "broken IPv6": "https://[::1/cb",
    "characters no host has": "https://shop;example/cb",
    "10 kB": "https://shop.example/" + "a" * 10_000,
}


@asvs("1.2.2")
@abuse("C-03")
@rfc("7591", "5")
@rfc("9700", "4.1.3")
@pytest.mark.parametrize("case", UNSAFE)
@pytest.mark.parametrize("kind", [{}, NATIVE], ids=["web", "native"])
def test_an_unsafe_redirect_uri_is_refused(case, kind):
    assert code_of(redirect_uris=[UNSAFE[case]], **kind) == "invalid_redirect_uri"
    assert code_of(redirect_uris=[CALLBACK, UNSAFE[case]], **kind) == "invalid_redirect_uri"


@abuse("C-03")
@pytest.mark.parametrize("case", UNSAFE)
def test_nor_may_signing_out_lead_there(case):
    code_of(post_logout_redirect_uris=[UNSAFE[case]])


@rfc("8252", "7.1")
def test_a_scheme_of_ones_own_is_for_native_applications():
    assert code_of(redirect_uris=["com.example.shop:/cb"], **PUBLIC) == "invalid_redirect_uri"


@abuse("C-03")
@pytest.mark.parametrize(
    "uris",
    [[], [f"https://shop.example/{n}" for n in range(500)], [5], [[CALLBACK]], CALLBACK, {}],
    ids=["none", "500 of them", "a number", "a list", "a text", "an object"],
)
def test_redirect_uris_are_a_short_list_of_texts(uris):
    assert code_of(redirect_uris=uris) == "invalid_redirect_uri"


def test_without_the_code_grant_no_redirect_uri_is_needed():
    described = metadata.check({"grant_types": ["client_credentials"]}, scopes.CATALOGUE)

    assert described["redirect_uris"] == []


@asvs("2.2.3")
@rfc("OIDC Front-Channel Logout", "2")
@pytest.mark.parametrize(
    "page",
    [
        "https://shop.example/bye",
        "https://SHOP.example:443/bye?a=b",
        "https://other.example:8443/",
    ],
)
def test_a_page_to_open_at_the_end_has_the_origin_of_a_redirect_uri(page):
    more = [CALLBACK, "https://other.example:8443/cb", "http://127.0.0.1/cb"]

    described = check(redirect_uris=more, frontchannel_logout_uri=page)

    assert described["frontchannel_logout_uri"] == page


@rfc("OIDC Front-Channel Logout", "2")
@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/bye",
        "https://shop.example:8443/bye",
        "https://a.shop.example/bye",
        "https://shop.example;script-src/bye",
        "http://127.0.0.1/bye",
        "https://[::1/",
        "https://shop.example/bye#now",
        "https://ana@shop.example/bye",
    ],
)
def test_a_page_elsewhere_is_never_opened(page):
    more = [CALLBACK, "http://127.0.0.1/cb", "com.example.shop:/cb"]

    assert code_of(frontchannel_logout_uri=page) == "invalid_client_metadata"
    given = {"redirect_uris": more, "frontchannel_logout_uri": page} | NATIVE
    assert code_of(**given) == "invalid_client_metadata"


@pytest.mark.parametrize("case", UNSAFE)
def test_every_refusal_is_told_whatever_the_addresses_are_like(case):
    given = {"redirect_uris": [UNSAFE[case]], "frontchannel_logout_uri": "https://shop.example/"}

    told = {refusal.member for refusal in metadata.refusals(given, scopes.CATALOGUE)}

    assert "redirect_uris" in told


@rfc("OIDC Back-Channel Logout", "2.2")
@pytest.mark.parametrize(
    "uri", ["http://shop.example/out", "https://shop.example/out#now", "https:", "out"]
)
def test_a_server_is_told_over_https_alone(uri):
    assert code_of(backchannel_logout_uri=uri) == "invalid_client_metadata"


WRONG = {
    "unknown member": {"redirect_uri": CALLBACK},
    "unknown method": {"token_endpoint_auth_method": "private_key_jwt2"},
    "implicit": {"grant_types": ["implicit"]},
    "password": {"grant_types": ["password"]},
    "token from the authorization endpoint": {"response_types": ["token"]},
    "unknown scope": {"scope": "openid everything"},
    "no signature": {"id_token_signed_response_alg": "none"},
    "symmetric signature": {"id_token_signed_response_alg": "HS256"},
    "unsigned access tokens": {"access_token_signed_response_alg": "none"},
    "public without PKCE": {"require_pkce": False} | PUBLIC,
    "public for itself": {"grant_types": ["client_credentials"]} | PUBLIC,
    "logo over http": {"logo_uri": "http://shop.example/logo.png"},
    "logo without a host": {"logo_uri": "https:"},
    "logo with a user name": {"logo_uri": "https://a@shop.example/logo.png"},
    "broken logo": {"logo_uri": "https://[::1/logo.png"},
    "script for terms": {"tos_uri": "javascript:alert(1)"},
    "localized grant types": {"grant_types#en": ["authorization_code"]},
    "localized secret method": {"token_endpoint_auth_method#en": "none"},
    "name of another kind": {"client_name": 5},
    "name right to left": {"client_name": "Banco\u202eknaB"},
    "name with a line end": {"client_name": "Loja\nEntre aqui"},
    "name far too long": {"client_name": "a" * 3000},
    "truth in letters": {"require_pkce": "yes"},
    "list that is none": {"audiences": "https://api.example"},
    "list of numbers": {"contacts": [1]},
    "too many contacts": {"contacts": ["a@shop.example"] * 51},
    "too many ways out": {"post_logout_redirect_uris": [CALLBACK] * 51},
    "choice in a list": {"token_endpoint_auth_method": ["none"]},
    "nested choice": {"grant_types": [["authorization_code"]]},
}


@asvs("2.2.1")
@rfc("7591", "3.2.2")
@pytest.mark.parametrize("case", WRONG)
def test_wrong_metadata_is_refused_by_name(case):
    assert code_of(**WRONG[case]) == "invalid_client_metadata"


@pytest.mark.parametrize("given", [None, [], "text", 5, True])
def test_metadata_is_an_object(given):
    with pytest.raises(metadata.InvalidMetadata):
        metadata.check(given, scopes.CATALOGUE)


@asvs("1.3.3")
def test_a_member_unfit_to_be_shown_is_not_quoted():
    with pytest.raises(metadata.InvalidMetadata) as refusal:
        check(**{"evil\n\x1b[31m": 1})

    assert refusal.value.description.isprintable()


@rfc("OIDC Registration", "2.1")
def test_names_and_addresses_may_be_given_in_other_languages():
    described = check(**{"client_name": "Loja", "client_name#en": "Shop"})

    assert described["client_name#en"] == "Shop"


_parts = st.lists(
    st.sampled_from(
        [
            *("https://", "http://", "com.example.shop:/", "javascript:", "//", "/", "?", "#", "*"),
            *("shop.example", "localhost", "127.0.0.1", "[::1]", "evil.example", "@", ":", ":80"),
            *("\\", " ", "\t", "\r\n", "\x00", "%23", "%2a", "..", ".", "a", "é", "\u202e", "&"),
        ]
    ),
    min_size=1,
    max_size=7,
).map("".join)


@abuse("C-03")
@settings(max_examples=400, deadline=None)
@given(uri=st.one_of(_parts, st.text(string.printable, max_size=40)), native=st.booleans())
@example(uri="https://shop.example/cb#", native=False)
def test_nothing_accepted_has_a_fragment_a_wildcard_or_a_user_name(uri, native):
    kind = NATIVE if native else {}
    try:
        [taken] = check(redirect_uris=[uri], **kind)["redirect_uris"]
    except metadata.InvalidRedirectUri:
        return
    parts = urlsplit(taken)
    assert taken == uri
    assert not set("#*\\ ") & set(taken)
    assert taken.isascii()
    assert taken.isprintable()
    assert parts.username is None
    assert parts.scheme == "https" or (
        "." in parts.scheme if parts.scheme != "http" else addresses.is_loopback(parts.hostname)
    )


def test_every_refusal_of_a_description_is_yielded_where_its_kinds_are_right():
    described = {
        "redirect_uris": ["http://shop.example/cb", CALLBACK, "https://shop.example/#"],
        "logo_uri": "http://shop.example/logo.png",
        "token_endpoint_auth_method": "none",
        "grant_types": ["client_credentials", "implicit"],
        "scope": "everything",
    }

    found = metadata.refusals(described, scopes.CATALOGUE)

    assert {(refusal.member, refusal.rule, refusal.line) for refusal in found} == {
        ("redirect_uris", "scheme", 1),
        ("redirect_uris", "fragment", 3),
        ("logo_uri", "https", None),
        ("grant_types", "choice", None),
        ("grant_types", "public", None),
        ("scope", "scope", None),
    }
