"""The catalogue of scopes, which everybody reads."""

import tomllib
from pathlib import Path

import pytest

from app.auth.consents import scopes
from tests.support.marks import rfc

WORDS = Path(scopes.__file__).parents[1] / "pages" / "words"


def test_the_catalogue_names_every_scope_of_this_house():
    assert set(scopes.CATALOGUE) == {
        *("openid", "profile", "email", "address", "phone", "offline_access"),
        *("wallet:read", "wallet:transfer", "wallet:limits", "payments:write"),
        *("atm:withdraw", "reports:read"),
    }
    assert all(name == scope.name for name, scope in scopes.CATALOGUE.items())


def test_what_is_for_services_of_ours_is_in_no_catalogue_of_apps():
    assert set(scopes.INTERNAL) == {
        *("people:resolve", "notices:send", "wallet:deposit", "support:read")
    }
    assert not scopes.CATALOGUE.keys() & scopes.INTERNAL.keys()
    assert all(scope.internal for scope in scopes.INTERNAL.values())
    assert not any(scope.internal for scope in scopes.CATALOGUE.values())


def test_what_is_for_machines_is_in_no_catalogue_of_apps():
    assert set(scopes.MACHINES) == {"atm:validate"}
    assert not scopes.MACHINES.keys() & (scopes.CATALOGUE | scopes.INTERNAL).keys()
    assert scopes.for_bank(scopes.MACHINES)
    assert scopes.room_of("atm:validate") == "atm"


@rfc("6749", "3.3")
def test_a_scope_is_spelt_as_the_protocol_allows():
    for name in scopes.CATALOGUE:
        assert name.isascii()
        assert name.isprintable()
        assert not set(name) & set(' "\\')


@pytest.mark.parametrize("language", ["pt-BR", "en"])
def test_every_scope_has_words_for_people(language):
    told = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))["scope"]

    for name in scopes.CATALOGUE:
        words = told[name.replace(":", "_")]
        assert words["title"]
        assert words["detail"]


@rfc("OIDC Core", "5.4")
def test_a_scope_opens_its_claims():
    assert scopes.claims_of(["openid"]) == {"sub"}
    assert scopes.claims_of(["email", "phone"]) == {
        *("email", "email_verified", "phone_number", "phone_number_verified")
    }
    assert "birthdate" in scopes.claims_of(["profile"])
    assert scopes.claims_of(["wallet:read", "unknown"]) == frozenset()


def test_the_scopes_of_the_bank_are_those_with_a_room():
    for name, scope in scopes.CATALOGUE.items():
        assert scopes.for_bank(["openid", name]) is (scope.room is not None)
    assert not scopes.for_bank([])
