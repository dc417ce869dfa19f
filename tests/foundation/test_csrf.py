"""A form is let through only from our page, in the browser we gave it to, for its purpose."""

import pytest

from app.foundation import csrf
from tests.support.marks import abuse, asvs

OURS = "http://localhost:3000"


@pytest.fixture
def send(house):
    """Send a form whose token was given to browser ``b1`` for ``consent int_1``."""

    def sent(browser="b1", purpose="consent int_1", origin=None, token=None):
        with house.app_context():
            given = csrf.token("b1", "consent int_1") if token is None else token
        headers = {"Origin": origin} if origin else {}
        with house.test_request_context(method="POST", data={csrf.FIELD: given}, headers=headers):
            csrf.check(browser, purpose)

    return sent


@abuse("B-02")
@pytest.mark.parametrize("origin", [None, "null", OURS])
def test_our_form_comes_through(send, origin):
    send(origin=origin)


@asvs("3.5.1")
@abuse("B-02")
@pytest.mark.parametrize(
    "wrong",
    [
        {"browser": "b2"},
        {"purpose": "consent int_2"},
        {"token": ""},
        {"token": "0" * 64},
        {"token": "é"},
        {"origin": "http://localhost:4000"},
        {"origin": "https://localhost:3000"},
        {"origin": "http://localhost:3000.evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "http://[bad"},
    ],
)
def test_any_other_form_is_stale(send, wrong):
    with pytest.raises(csrf.Stale):
        send(**wrong)


def test_a_default_port_is_the_same_origin_written_or_not(built):
    app = built(ISSUER="https://login.bank.example")
    with app.app_context():
        given = csrf.token("b", "p")
    for origin in ("https://login.bank.example", "https://login.bank.example:443"):
        with app.test_request_context(
            method="POST", data={csrf.FIELD: given}, headers={"Origin": origin}
        ):
            csrf.check("b", "p")


def test_a_browser_and_a_purpose_never_run_together(house):
    with house.app_context():
        assert csrf.token("ab", "c") != csrf.token("a", "bc")


def test_a_stale_form_is_a_403_with_a_message_for_people():
    assert csrf.Stale.status == 403
    assert csrf.Stale.key == "form.stale"
