"""Consent is asked for once, remembered, and asked again for more (OIDC Core §3.1.2.4)."""

import pytest

from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


def page_shown(browser, app, **asked):
    """The name of the page that a request of ``app`` stops at; None: it is answered at once."""
    page = steps.follow(browser, steps.ask(browser, app, **asked))
    return steps.page_of(page) if page.status_code == 200 else None


@behaviour(39)
def test_what_was_allowed_is_not_asked_again(browser, app, ana):
    steps.authorize(browser, app, ana, scope="openid profile email")

    assert page_shown(browser, app, scope="openid profile email") is None
    assert page_shown(browser, app, scope="openid email") is None
    assert page_shown(browser, app, scope="openid phone") == "consent"


@asvs("10.7.1")
def test_what_one_app_was_allowed_another_must_ask_for(browser, app, other_app, ana):
    steps.authorize(browser, app, ana)

    assert page_shown(browser, other_app) == "consent"


def test_what_one_person_allowed_another_is_asked(browser, app, ana, bia):
    steps.authorize(browser, app, ana)

    page = steps.follow(browser, steps.ask(browser, app, prompt="login"))
    assert steps.page_of(steps.sign_in(browser, page, bia)) == "consent"


@asvs("10.7.1")
def test_consents_add_up(browser, app, ana):
    steps.authorize(browser, app, ana, scope="openid email")
    steps.authorize(browser, app, ana, scope="openid phone")

    assert page_shown(browser, app, scope="openid email phone") is None


@behaviour(49)
@rfc("OIDC Core", "11")
def test_prompt_consent_asks_again_and_offline_access_brings_a_refresh_token(browser, app, ana):
    steps.authorize(browser, app, ana, scope="openid offline_access")

    asked = {"scope": "openid offline_access", "prompt": "consent"}
    assert page_shown(browser, app, **asked) == "consent"
    assert "refresh_token" in steps.tokens(browser, app, ana, **asked)


def test_consent_is_not_asked_for_ever(browser, app, ana):
    assert steps.authorize(browser, app, ana, prompt="consent").code


@behaviour(59)
def test_no_is_told_to_the_client_with_state_and_issuer(browser, app, ana, server):
    arrived = steps.authorize(browser, app, ana, decision="deny", state="s-9")

    assert arrived.error == "access_denied"
    assert arrived.answer["state"] == "s-9"
    assert arrived.answer["iss"] == server.config["ISSUER"]
    assert "code" not in arrived.answer
    assert page_shown(browser, app) == "consent"


def test_an_answer_is_given_once(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app))
    page = steps.sign_in(browser, page, ana)
    uid = page.request.path.rpartition("/")[2]
    steps.arrival(steps.send(browser, page, decision="allow"))

    again = browser.get(f"/oauth/authorize/{uid}", headers=steps.HTML)

    assert again.status_code == 409
    assert "Location" not in again.headers


@abuse("R-20")
@rfc("9700", "4.7")
def test_a_journey_belongs_to_the_browser_that_began_it(browser, app, ana, bia, server):
    page = steps.follow(browser, steps.ask(browser, app))
    uid = page.request.path.rpartition("/")[2]
    stranger = server.test_client()
    steps.authorize(stranger, app, bia)

    for path in (f"/oauth/authorize/{uid}", f"/login/{uid}", f"/consent/{uid}"):
        told = stranger.get(path, headers=steps.HTML)
        assert told.status_code == 403
        assert "Location" not in told.headers
    # and a browser that has never been here
    assert server.test_client().get(f"/oauth/authorize/{uid}").status_code == 403
    assert steps.walk(browser, page, ana).code


@abuse("R-20")
def test_what_the_person_sees_is_what_was_asked_whatever_the_address_says_later(browser, app, ana):
    page = steps.follow(browser, steps.ask(browser, app, scope="openid"))
    uid = page.request.path.rpartition("/")[2]
    steps.sign_in(browser, page, ana)
    more = {"scope": "openid wallet:transfer", "redirect_uri": "https://evil.example/"}

    page = steps.follow(browser, browser.get(f"/oauth/authorize/{uid}", query_string=more))
    arrived = steps.walk(browser, page)

    assert arrived.address.startswith(app.redirect_uri)
    assert steps.exchange(browser, app, arrived.code).json["scope"] == "openid"


@abuse("B-02")
@rfc("9700", "4.7")
@pytest.mark.parametrize("token", [None, "", "0" * 64])
def test_consent_without_the_forms_own_token_is_not_given(browser, app, ana, token):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)
    form = steps.present({"decision": "allow", "csrf_token": token})

    refused = browser.post(page.request.path, data=form, headers=steps.HTML)

    assert refused.status_code == 403
    assert page_shown(browser, app) == "consent"


@abuse("B-02")
def test_consent_with_another_persons_token_is_not_given(browser, app, ana, bia, server):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)
    stranger = server.test_client()
    theirs = steps.sign_in(stranger, steps.follow(stranger, steps.ask(stranger, app)), bia)
    form = {"decision": "allow", "csrf_token": steps.form_token(theirs)}

    assert browser.post(page.request.path, data=form, headers=steps.HTML).status_code == 403


def test_a_journey_is_over_after_its_time(browser, app, ana, server, held_clock):
    page = steps.follow(browser, steps.ask(browser, app))
    held_clock.shift(server.config["INTERACTION_SECONDS"] + 1)

    assert browser.get(page.request.path, headers=steps.HTML).status_code == 410
    uid = page.request.path.rpartition("/")[2]
    assert browser.get(f"/oauth/authorize/{uid}", headers=steps.HTML).status_code == 410


def test_a_client_disabled_on_the_way_gets_no_code(browser, app, ana, server):
    page = steps.sign_in(browser, steps.follow(browser, steps.ask(browser, app)), ana)
    factories.disable(server, app)

    told = steps.send(browser, page, decision="allow")

    assert told.status_code == 400
    assert "Location" not in told.headers
