"""Claims asked for by name, as they are kept and as they stand in a consent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.consents import named, scopes
from tests.support.marks import rfc

names = st.lists(st.sampled_from(scopes.CLAIMS), unique=True)


@given(userinfo=names, id_token=names, acr=st.none() | st.text(min_size=1))
def test_what_is_kept_is_read_back_the_same(userinfo, id_token, acr):
    asked = named.Named(userinfo, id_token, acr)

    assert named.read(named.write(asked)) == (asked if any(asked) else named.Named())


def test_nothing_asked_is_nothing_kept():
    assert named.write(named.Named([], [])) is None
    assert named.read(None) == named.Named()


TO_ALLOW = [
    ("openid", {}, ()),
    ("openid", {"userinfo": ["email"]}, ("claim:email",)),
    ("openid", {"id_token": ["email", "name"]}, ("claim:name", "claim:email")),
    ("openid", {"userinfo": ["email"], "id_token": ["email"]}, ("claim:email",)),
    ("openid email", {"userinfo": ["email", "email_verified"]}, ()),
    ("openid email", {"userinfo": ["email", "birthdate"]}, ("claim:birthdate",)),
    ("openid", {"acr": "phr"}, ()),
]


@rfc("OIDC Core", "5.5")
@pytest.mark.parametrize(("scope", "asked", "beyond"), TO_ALLOW)
def test_a_person_allows_the_scopes_and_what_they_do_not_open(scope, asked, beyond):
    scope = tuple(scope.split())

    assert named.to_allow(scope, named.write(named.Named(**asked))) == (*scope, *beyond)


def test_no_scope_can_be_taken_for_a_claim():
    assert [name for name in scopes.CATALOGUE if named.claim(name)] == []
    assert named.claim("claim:email") == "email"
    assert named.covered(["email", "claim:name"]) == {"claim:email", "claim:email_verified"}
