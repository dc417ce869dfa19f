"""How a token may be shown, and what is said of every other way."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.marks import abuse, asvs, rfc


def challenge(answer):
    return answer.headers["WWW-Authenticate"]


@rfc("6750", "3")
def test_without_a_token_the_challenge_has_no_error_code(api):
    answer = api.get("/things")

    assert answer.status_code == 401
    assert challenge(answer).startswith("Bearer ")
    assert "error" not in challenge(answer)


@rfc("9728", "5.1")
def test_every_challenge_says_where_the_metadata_is(api):
    answer = api.get("/things")

    where = 'resource_metadata="https://api.example/.well-known/oauth-protected-resource"'
    assert where in challenge(answer)


@rfc("9110", "11.1")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_read_in_any_case(api, issuer, scheme):
    answer = api.get("/things", headers={"Authorization": f"{scheme} {issuer.token()}"})

    assert answer.status_code == 200


@rfc("6750", "3.1")
@pytest.mark.parametrize("shown", ["Basic YTpi", "DPoP abc", "Digest x=y", ""])
def test_another_scheme_counts_as_no_token(api, shown):
    answer = api.get("/things", headers={"Authorization": shown})

    assert answer.status_code == 401
    assert "error" not in challenge(answer)


@asvs("14.2.1")
@abuse("M-13")
@rfc("6750", "2.3")
@rfc("9700", "4.3.2")
def test_a_token_in_the_query_is_refused(api, issuer):
    answer = api.get("/things", query_string={"access_token": issuer.token()})

    assert answer.status_code == 400
    assert 'error="invalid_request"' in challenge(answer)


@abuse("M-13")
@rfc("6750", "2")
def test_a_token_in_header_and_query_is_refused(api, issuer):
    token = issuer.token()
    shown = {"Authorization": f"Bearer {token}"}

    answer = api.get("/things", query_string={"access_token": token}, headers=shown)

    assert answer.status_code == 400


@abuse("M-13")
@rfc("6750", "2.2")
def test_a_token_in_the_body_is_refused(api, issuer):
    token = issuer.token()
    shown = {"Authorization": f"Bearer {token}"}

    alone = api.post("/things", data={"access_token": token})
    both = api.post("/things", data={"access_token": token}, headers=shown)

    assert (alone.status_code, both.status_code) == (400, 400)


@abuse("M-13")
def test_two_authorization_headers_are_refused(api, issuer):
    token = issuer.token()
    shown = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]

    answer = api.get("/things", headers=shown)

    assert answer.status_code == 400


@pytest.mark.parametrize("value", ["", "a b", "a,b", "é", "a\tb", "=", "{}", "Bearer x"])
def test_what_is_no_token_is_an_invalid_request(api, value):
    answer = api.get("/things", headers={"Authorization": f"Bearer {value}"})

    assert answer.status_code in {400, 401}
    assert answer.status_code == 401 or 'error="invalid_request"' in challenge(answer)


@abuse("J-10")
@rfc("8725", "3.2")
def test_a_giant_token_is_refused_unread(ask, issuer):
    whole = issuer.token().split(".")
    giants = [f"{whole[0]}{'A' * 1_000_000}.{whole[1]}.{whole[2]}"]
    giants += [f"{whole[0]}.{whole[1]}.{'A' * 1_000_000}", "A" * 9000]

    statuses = [ask(giant).status_code for giant in giants]

    assert statuses == [401, 401, 401]
    assert issuer.asked.total() == 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=string.printable + "é\u00ff", max_size=200))
def test_no_authorization_header_breaks_the_gate(api, shown):
    answer = api.get(
        "/things", headers={"Authorization": shown.replace("\r", "").replace("\n", "")}
    )

    assert answer.status_code in {400, 401}
