"""Find a client: kept for seconds, misses not kept; what its record answers."""

import pytest

from app.auth.clients import registry
from app.auth.database import db
from app.auth.flows import disable_client
from app.foundation.database import kept
from tests.auth import stage
from tests.support.marks import asvs, rfc


def test_a_change_elsewhere_is_seen_within_the_seconds_of_the_cache(
    auth_app, create_house, ticking
):
    elsewhere = create_house("auth", url=auth_app.config["AUTH_DATABASE_URL"])
    seconds = auth_app.config["CACHE_SECONDS"]
    assert seconds <= 5
    with elsewhere.app_context():
        stage.register()
    with auth_app.app_context():
        first = registry.find("shop")
    with elsewhere.app_context(), kept(db):
        disable_client.now("shop")

    with auth_app.app_context():
        ticking(seconds - 0.1)
        assert registry.find("shop") is first
        ticking(0.2)
        assert registry.find("shop").disabled


def test_a_change_here_is_seen_at_once(auth_context):
    assert not stage.app_named().disabled

    with kept(db):
        disable_client.now("shop")

    assert registry.find("shop").disabled


def test_a_miss_is_not_kept(auth_context):
    assert registry.find("shop") is None

    stage.register()

    assert registry.find("shop").client_id == "shop"


def test_an_odd_id_is_nobody(auth_context):
    stage.register()

    for client_id in ("", "a" * 201, "shop\x00", "sh\nop", "\ud800", "' OR 1=1", "SHOP", "shop "):
        assert registry.find(client_id) is None


def test_the_cache_does_not_grow_without_end(auth_context, monkeypatch):
    monkeypatch.setattr(registry, "MOST", 3)
    for number in range(7):
        stage.app_named(f"shop-{number}")

    assert len(auth_context.extensions["clients"]) <= 3


LOOPBACK = {
    "http://127.0.0.1:8080/cb": [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8080/cb",
        "http://127.0.0.1:49152/cb",
    ],
    "http://[::1]/cb": ["http://[::1]/cb", "http://[::1]:49152/cb"],
    "http://127.0.0.1/cb?a=1": ["http://127.0.0.1:1/cb?a=1"],
}


@pytest.fixture
def native(auth_context):
    """A native app that waits on loopback addresses."""
    return stage.app_named(
        redirect_uris=[*LOOPBACK, "http://localhost:3000/cb", "com.example.shop:/cb"],
        application_type="native",
        token_endpoint_auth_method="none",
        grant_types=["authorization_code"],
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@rfc("8252", "7.3")
def test_on_a_loopback_address_the_port_may_differ(native):
    for uris in LOOPBACK.values():
        assert all(native.check_redirect_uri(uri) for uri in uris)


@asvs("10.4.1")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@rfc("9700", "4.1.3")
def test_anything_else_is_compared_exactly(native):
    assert native.check_redirect_uri("com.example.shop:/cb")
    assert native.check_redirect_uri("http://localhost:3000/cb")
    for uri in (
        "",
        "http://localhost:3001/cb",
        "http://localhost/cb",
        "http://127.0.0.2:8080/cb",
        "http://127.0.0.1:8080/cb/",
        "http://127.0.0.1:8080/cb?a=2",
        "http://127.0.0.1:8080/cb#",
        "http://127.0.0.1:8080/c%62",
        "http://127.0.0.1:8080/x/../cb",
        "https://127.0.0.1:8080/cb",
        "http://a@127.0.0.1:8080/cb",
        "http://127.0.0.1:8080@evil.example/cb",
        "http://127.0.0.1.evil.example:8080/cb",
        "http://127.0.0.1:abc/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:8080/c\nb",
        "http:\n//127.0.0.1:8080/cb",
        " http://127.0.0.1:8080/cb",
        "\x00http://127.0.0.1:8080/cb",
        "http://127.0.0.1:8080/cb\t",
        "HTTP://127.0.0.1:8080/cb",
        "http://[::1:8080/cb",
        "com.example.shop:/cb/",
        "COM.example.shop:/cb",
    ):
        assert not native.check_redirect_uri(uri), uri


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_record_answers_what_was_registered(auth_context):
    client = stage.app_named(**{"client_name#en": "Shop", "require_pkce": False})

    assert client.name == "Loja"
    assert client.localized("client_name", "en") == "Shop"
    assert client.localized("client_name", "pt-BR") == "Loja"
    assert client.logo_uri is None
    assert client.audiences == []
    assert not client.needs_pkce
    assert client.get_default_redirect_uri() == stage.CALLBACK
    assert client.get_allowed_scope("email openid everything") == "openid email"
    assert client.get_allowed_scope(None) == ""
    assert client.check_grant_type("refresh_token")
    assert not client.check_grant_type("password")
    assert client.check_response_type("code")
    assert not client.check_response_type("token")
    assert client.check_endpoint_auth_method("client_secret_basic", "introspection")
    assert not client.check_endpoint_auth_method("none", "introspection")
    with pytest.raises(AttributeError):
        _ = client._nothing_private


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_public_client_always_uses_pkce(auth_context):
    client = stage.app_named(token_endpoint_auth_method="none", grant_types=["authorization_code"])

    assert client.needs_pkce
