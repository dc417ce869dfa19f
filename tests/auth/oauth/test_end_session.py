"""Signing out at an application's word (OIDC RP-Initiated Logout 1.0)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.auth.oauth.leaving import BACK, is_here, leave
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

DONE = "/logout/done"


@pytest.fixture
def app(server):
    """An application that wants people back after they leave."""
    return factories.app(server, post_logout_redirect_uris=[BACK, f"{BACK}?lang=pt"])


@pytest.fixture
def hint(browser, app, ana):
    """Ana's ID token; she is here."""
    return steps.tokens(browser, app, ana)["id_token"]


@behaviour(143, 145)
@rfc("OIDC RP-Logout", "3")
@pytest.mark.parametrize("state", ["s" * 128, "a b&c=%20é", "0"])
def test_a_good_hint_leads_back_with_the_same_state_and_nothing_else(browser, app, hint, state):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK, state=state)

    address = answer.headers["Location"]
    assert address.startswith(f"{BACK}?")
    assert parse_qsl(urlsplit(address).query) == [("state", state)]
    assert not is_here(browser, app)


@behaviour(144, 145)
def test_without_a_state_none_comes_back(browser, app, hint):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.headers["Location"] == BACK
    assert not is_here(browser, app)


@behaviour(143)
def test_a_registered_query_is_kept(browser, app, hint):
    uri = f"{BACK}?lang=pt"

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=uri, state="s")

    assert answer.headers["Location"] == f"{uri}&state=s"


@behaviour(145)
def test_another_app_finds_nobody_here_either(browser, app, other_app, ana, hint):
    steps.authorize(browser, other_app, ana)

    leave(browser, id_token_hint=hint)

    assert not is_here(browser, other_app)


@asvs("10.6.2")
@behaviour(147)
@pytest.mark.parametrize("asked", [{}, {"state": "s"}, {"client_id": "APP"}])
def test_without_a_hint_the_person_is_asked_first(browser, app, hint, asked):
    asked = {name: value.replace("APP", app.client_id) for name, value in asked.items()}

    page = steps.follow(browser, leave(browser, **asked))

    assert steps.page_of(page) == "logout"
    assert is_here(browser, app)
    page = steps.send(browser, page, decision="yes")
    assert page.request.path == DONE
    assert not is_here(browser, app)


def test_the_person_may_stay(browser, app, hint):
    page = steps.follow(browser, leave(browser))

    page = steps.send(browser, page, decision="no")

    assert page.request.path == "/account"
    assert is_here(browser, app)


@behaviour(147)
def test_a_hint_without_an_address_ends_on_our_own_page(browser, app, hint):
    answer = leave(browser, id_token_hint=hint)

    assert answer.headers["Location"] == DONE
    assert steps.follow(browser, answer).status_code == 200
    assert not is_here(browser, app)


@behaviour(147)
def test_who_is_not_here_has_left_already(browser, app):
    assert leave(browser).headers["Location"] == DONE


@asvs("3.7.2")
@behaviour(146)
@pytest.mark.parametrize(
    "uri",
    [
        *("https://evil.example/", f"{BACK}?x=1", f"{BACK}?lang=pt&x=1", f"{BACK}#f", f"{BACK}/"),
        *(
            BACK.upper(),
            BACK.replace("https", "http"),
            "javascript:alert(1)",
            "//evil.example",
            DONE,
        ),
        f"{BACK}\n",
    ],
)
def test_an_address_that_is_not_registered_is_never_gone_to(browser, app, hint, uri):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=uri, state="s")

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert is_here(browser, app)


@behaviour(146)
def test_another_clients_address_is_not_this_ones(browser, app, server, ana):
    other = factories.app(server, post_logout_redirect_uris=["https://other.example/bye"])
    hint = steps.tokens(browser, other, ana)["id_token"]

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.status_code == 400


@behaviour(146)
def test_an_address_without_a_hint_is_not_gone_to(browser, app, hint):
    asked = {"post_logout_redirect_uri": BACK, "client_id": app.client_id, "state": "s"}

    page = steps.follow(browser, leave(browser, **asked))

    assert steps.page_of(page) == "logout"
    page = steps.send(browser, page, decision="yes")
    assert page.request.path == DONE


@pytest.mark.parametrize("name", ["id_token_hint", "post_logout_redirect_uri", "state"])
def test_a_parameter_that_comes_twice_is_refused(browser, app, hint, name):
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s"}

    answer = leave(browser, **asked | {name: [asked[name], asked[name]]})

    assert answer.status_code == 400
    assert is_here(browser, app)


@rfc("OIDC RP-Logout", "2")
def test_a_form_posted_by_another_site_signs_out_although_it_brings_no_cookie(
    browser, app, hint, server
):
    form = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s"}

    # SameSite=Lax: the post comes without cookies, what it leads to with them.
    answer = leave(server.test_client(), "POST", **form)
    answer = steps.follow(browser, browser.get(answer.headers["Location"], headers=steps.HTML))

    assert answer.headers["Location"] == f"{BACK}?state=s"
    assert not is_here(browser, app)


def test_a_posted_form_too_long_for_an_address_signs_nobody_out_and_says_so(browser, app, hint):
    form = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "s" * 9000}

    answer = leave(browser, "POST", **form)

    assert answer.status_code == 400
    assert is_here(browser, app)


@abuse("B-02")
def test_leaving_is_confirmed_by_our_own_form_alone(browser, app, hint):
    page = steps.follow(browser, leave(browser))

    forged = browser.post(page.request.path, data={"decision": "yes"}, headers=steps.HTML)

    assert forged.status_code == 403
    assert is_here(browser, app)


def test_a_client_disabled_meanwhile_leads_nowhere(browser, app, hint, server):
    factories.disable(server, app)

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.status_code == 400
