"""What was asked is kept as text and read back the same."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.interactions.request import AuthorizationRequest

text = st.text(max_size=20)
requests = st.builds(
    AuthorizationRequest,
    client_id=text,
    redirect_uri=st.none() | text,
    redirect_uri_sent=st.booleans(),
    scope=st.lists(text, max_size=4).map(tuple),
    audience=text,
    asked_at=st.integers(0, 2**33),
    state=st.none() | text,
    nonce=st.none() | text,
    code_challenge=st.none() | text,
    prompt=st.frozensets(st.sampled_from(["login", "consent", "none", "select_account"])),
    max_age=st.none() | st.integers(0, 2**31),
    acr_values=st.lists(text, max_size=3).map(tuple),
    acr_essential=st.booleans(),
    claims=st.none() | text,
    hinted_sub=st.none() | text,
    login_hint=st.none() | text,
    ui_locales=st.none() | text,
    device=st.none() | text,
    user_code_sealed=st.none() | text,
)


@given(asked=requests)
def test_what_is_kept_is_read_back_the_same(asked):
    assert AuthorizationRequest.from_json(asked.as_json()) == asked


@given(asked=requests)
def test_what_a_newer_version_kept_besides_is_passed_over(asked):
    kept = json.dumps(json.loads(asked.as_json()) | {"dpop_jkt": "x"})

    assert AuthorizationRequest.from_json(kept) == asked


def test_a_checked_request_does_not_change():
    asked = AuthorizationRequest("c", "https://a.example/", True, (), "", 0)

    with pytest.raises(dataclasses.FrozenInstanceError):
        asked.scope = ("wallet:transfer",)
