"""Proof Key for Code Exchange: S256 alone, asked of everyone (RFC 7636, RFC 9700 §2.1.1)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


@pytest.fixture
def database_kind():
    """Challenges are compared in one statement, proved on both where codes are."""
    return "postgresql"


@pytest.fixture
def lax_app(server):
    """A confidential application registered without PKCE, as certification runs."""
    return factories.app(server, require_pkce=False)


NO_CHALLENGE = {"code_challenge": None, "code_challenge_method": None}


@asvs("10.4.6")
@rfc("7636", "4.4.1")
@abuse("T-22")
@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_request_without_a_challenge_is_refused(browser, server, method):
    app = factories.app(server, method)

    assert steps.arrival(steps.ask(browser, app, **NO_CHALLENGE)).error == "invalid_request"


@asvs("10.4.6")
@abuse("T-07", "T-22")
@rfc("9700", "2.1.1")
@pytest.mark.parametrize("method", ["plain", None, "", "s256", "S512", "S256 plain"])
def test_no_method_but_s256_exists_and_plain_is_not_the_default(
    browser, public_app, lax_app, method
):
    for app in (public_app, lax_app):
        arrived = steps.arrival(steps.ask(browser, app, code_challenge_method=method))
        assert arrived.error == "invalid_request"


@pytest.mark.parametrize(
    "challenge", ["x", "x" * 42, "x" * 44, "x" * 42 + "=", "é" * 43, "x" * 5000]
)
def test_a_challenge_that_is_no_digest_is_refused(browser, public_app, challenge):
    arrived = steps.arrival(steps.ask(browser, public_app, code_challenge=challenge))

    assert arrived.error == "invalid_request"


def test_a_method_without_a_challenge_is_refused_even_where_none_is_needed(browser, lax_app):
    assert (
        steps.arrival(steps.ask(browser, lax_app, code_challenge=None)).error == "invalid_request"
    )


@asvs("10.4.6")
@abuse("T-06", "T-07")
@behaviour(92)
@rfc("7636", "4.6")
@pytest.mark.parametrize(
    "verifier",
    [
        *(None, "", steps.CHALLENGE, steps.VERIFIER[:-1], steps.VERIFIER + "x"),
        *("x" * 42, "x" * 43, "x" * 128, "x" * 129, "é" * 43, steps.VERIFIER + " "),
        steps.VERIFIER.swapcase(),
    ],
)
@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_a_missing_or_wrong_verifier_is_invalid_grant_and_burns_no_code(
    browser, server, ana, method, verifier
):
    app = factories.app(server, method)
    code = steps.authorize(browser, app, ana).code

    steps.refused(steps.exchange(browser, app, code, code_verifier=verifier), "invalid_grant")

    assert steps.exchange(browser, app, code).status_code == 200


@behaviour(37)
def test_a_challenge_that_was_sent_is_checked_even_where_none_is_needed(browser, lax_app, ana):
    code = steps.authorize(browser, lax_app, ana).code

    steps.refused(steps.exchange(browser, lax_app, code, code_verifier=None), "invalid_grant")

    assert steps.exchange(browser, lax_app, code).status_code == 200


def test_a_confidential_app_registered_so_may_do_without(browser, lax_app, ana):
    code = steps.authorize(browser, lax_app, ana, **NO_CHALLENGE).code

    assert steps.exchange(browser, lax_app, code, code_verifier=None).status_code == 200


@abuse("T-06")
@rfc("9700", "4.8.2")
def test_a_verifier_without_a_challenge_is_refused(browser, lax_app, ana):
    code = steps.authorize(browser, lax_app, ana, **NO_CHALLENGE).code

    steps.refused(steps.exchange(browser, lax_app, code), "invalid_grant")


def test_the_longest_verifier_will_do(browser, public_app, ana):
    verifier = "aZ09-._~" * 16
    code = steps.authorize(browser, public_app, ana, code_challenge=steps.challenge(verifier)).code

    assert steps.exchange(browser, public_app, code, code_verifier=verifier).status_code == 200


@rfc("7636", "appendix B")
def test_the_specifications_own_example_holds():
    assert steps.challenge(steps.VERIFIER) == steps.CHALLENGE
