"""Every claim of a request object is looked at, and what is wrong is named (RFC 9101 §6.3)."""

import json

import pytest

from tests.auth.oauth import signing
from tests.support import steps
from tests.support.marks import behaviour, rfc

MINUTE, HOUR = 60, 3600


@pytest.fixture
def database_kind():
    """Objects are read in the process: one database tells."""
    return "postgresql"


@pytest.fixture
def signer(server):
    """An application that signs with ES256."""
    return signing.app(server)


@pytest.fixture
def now(held_clock):
    """The moment at which time stands still."""
    return signing.clock.seconds()


@pytest.fixture
def refusal(browser, server, signer):
    """Come, and push, with an object changed so; return what is wrong as told at both places."""

    def ask(**changed):
        token = signing.request_object(signer, server, **changed)
        pushed = steps.push(browser, signer, request=token)
        arrived = steps.arrival(steps.ask(browser, signer, request=token))
        steps.refused(pushed, "invalid_request_object")
        assert arrived.error == "invalid_request_object"
        assert arrived.answer["state"] == "s-1"
        assert arrived.answer["error_description"] == pushed.json["error_description"]
        return pushed.json["error_description"]

    return ask


@pytest.fixture
def taken(browser, server, signer):
    """Push an object changed so; say whether it is taken."""

    def push(**changed):
        token = signing.request_object(signer, server, **changed)
        return steps.push(browser, signer, request=token).status_code == 201

    return push


@behaviour(79)
@pytest.mark.parametrize("iss", [None, "", "someone", 5, ["x"], {}, True])
def test_the_issuer_is_the_client(refusal, iss):
    assert "iss" in refusal(iss=iss)


@behaviour(79)
@pytest.mark.parametrize(
    "aud",
    [None, "", "https://evil.example", "http://localhost:3000/", "http://localhost:3000/oauth/par",
     [], ["https://evil.example"], {"http://localhost:3000": 1}, 5, True, [["x"]]],
    ids=str,
)  # fmt: skip
def test_the_audience_is_this_server(refusal, aud):
    assert "aud" in refusal(aud=aud)


@behaviour(80)
def test_the_audience_may_be_a_list_with_this_server_in_it(taken, server):
    assert taken(aud=["https://other.example", server.config["ISSUER"]])
    assert taken(aud=[server.config["ISSUER"]])


@behaviour(79, 80)
@rfc("9101", "4")
@pytest.mark.parametrize("ahead", [0, -1, -HOUR, HOUR + 1, 10 * HOUR, 10**12])
def test_the_end_is_ahead_and_within_the_hour(refusal, now, ahead):
    assert "exp" in refusal(exp=now + ahead)
    assert "exp" in refusal(exp=now + ahead, nbf=None)


@behaviour(80)
@pytest.mark.parametrize("ahead", [1, 0.5, MINUTE, HOUR])
def test_an_end_within_the_hour_is_good(taken, now, ahead):
    assert taken(exp=now + ahead)
    assert taken(exp=now + ahead, nbf=None, iat=None)


@behaviour(80)
@pytest.mark.parametrize(("begins", "ends"), [(-HOUR, 0.5), (-HOUR + 1, 1), (8, HOUR + 8)])
def test_the_hour_counts_from_the_beginning(taken, refusal, now, begins, ends):
    assert "exp" in refusal(nbf=now + begins, exp=now + begins + HOUR + 1)
    if ends <= begins + HOUR:
        assert taken(nbf=now + begins, exp=now + ends)


@behaviour(79, 80)
@pytest.mark.parametrize("off", [-HOUR - 1, -2 * HOUR, MINUTE + 1, HOUR, 10**12, -(10**12)])
def test_the_beginning_is_now_or_lately(refusal, now, off):
    assert "nbf" in refusal(nbf=now + off, exp=now + 9)


@behaviour(80)
@pytest.mark.parametrize("off", [-HOUR + 10, -1, 0, 8, MINUTE])
def test_a_beginning_a_little_off_is_good(taken, now, off):
    assert taken(nbf=now + off, exp=now + 9)


@pytest.mark.parametrize("off", [MINUTE + 1, HOUR])
def test_it_was_not_made_in_times_to_come(refusal, now, off):
    assert "iat" in refusal(iat=now + off)


@pytest.mark.parametrize("off", [-HOUR, -1, 8, MINUTE])
def test_it_was_made_before_or_by_a_clock_a_little_fast(taken, now, off):
    assert taken(iat=now + off)


@pytest.mark.parametrize("value", ["", "1", "2030-01-01", True, [], {}, [1]], ids=str)
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_a_moment_is_a_number(refusal, name, value):
    assert name in refusal(**{name: value})


def test_it_cannot_go_without_an_end(refusal):
    assert "exp" in refusal(exp=None)


@rfc("9101", "5")
@pytest.mark.parametrize("client_id", ["", "someone", "cli_0"])
def test_the_client_inside_is_the_client_outside(refusal, client_id):
    assert "client_id" in refusal(client_id=client_id)


def test_the_client_need_not_be_named_twice(taken):
    assert taken(client_id=None)


@rfc("9101", "10.8")
def test_it_could_not_pass_for_a_client_assertion(refusal, taken, signer):
    assert "sub" in refusal(sub=signer.client_id)
    assert taken(sub="somebody")


@behaviour(72)
@rfc("9101", "4")
@pytest.mark.parametrize("name", ["request", "request_uri"])
@pytest.mark.parametrize("value", ["x", "", 5, {}])
def test_no_request_is_inside_a_request(refusal, name, value):
    assert name in refusal(**{name: value})


@pytest.mark.parametrize(
    "claims",
    [
        b"", b"null", b"[]", b'"x"', b"5", b"{", b'{"a":1,}', b"\xff\xfe", b"{}x",
        b'{"exp": NaN}', b'{"exp": Infinity}', b'{"exp": 1e999}', b"[" * 12_000,
        b'{"exp": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda claims: repr(claims[:12]),
)  # fmt: skip
def test_what_is_no_object_of_claims_is_refused(browser, signer, claims):
    told(browser, signer, claims)


@pytest.mark.parametrize(
    "more",
    ['"state": "a\\u0000b"', '"state": "\\ud800"', '"state": "\\u001b"', '"nbf": NaN',
     '"scope": "x", "scope": "y"', '"nbf": 1e999', '"exp": 1e999', '"iat": 1e999',
     '"\\u0000": 1', '"nbf": null'],
)  # fmt: skip
def test_what_no_form_could_say_no_object_may_say(browser, server, signer, more):
    plain = json.dumps(steps.claims_of(signing.request_object(signer, server, nbf=None)))

    told(browser, signer, f"{plain[:-1]}, {more}}}".encode())


def told(browser, signer, claims):
    """Assert that ``claims`` (bytes), well signed, are refused at both places."""
    token = signing.by_hand(claims)
    arrived = steps.arrival(steps.ask(browser, signer, request=token))
    assert arrived.error == "invalid_request_object"
    steps.refused(steps.push(browser, signer, request=token), "invalid_request_object")
