"""Signing out at an application's word (OIDC RP-Initiated Logout 1.0)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.support import factories, forging, steps
from tests.support.marks import abuse, behaviour, rfc

BACK = "https://app.cofrinho.example/bye"
DONE = "/logout/done"


@pytest.fixture
def app(server):
    """An application that wants people back after they leave."""
    return factories.app(server, post_logout_redirect_uris=[BACK, f"{BACK}?lang=pt"])


@pytest.fixture
def hint(browser, app, ana):
    """Ana's ID token; she is here."""
    return steps.tokens(browser, app, ana)["id_token"]


def leave(browser, method="GET", **asked):
    """Come to the end-session endpoint as an application sends people there."""
    asked = steps.present(asked)
    if method == "POST":
        return browser.post("/logout", data=asked, headers=steps.HTML)
    return browser.get("/logout", query_string=asked, headers=steps.HTML)


def is_here(browser, app):
    """Is anybody signed in on this browser?"""
    return "code" in steps.arrival(steps.ask(browser, app, prompt="none")).answer


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


@behaviour(148)
@abuse("X-03")
@rfc("OIDC RP-Logout", "2")
def test_an_expired_hint_is_a_good_one(browser, app, hint, ana, server, held_clock):
    held_clock.shift(server.config["ID_TOKEN_SECONDS"] + 7200)
    steps.authorize(browser, app, ana)

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.headers["Location"] == BACK
    assert not is_here(browser, app)


@behaviour(148)
def test_a_hint_signed_by_a_key_of_twelve_hours_ago_is_a_good_one(create_house, held_clock):
    server = create_house("auth")
    factories.keys(server)
    app = factories.app(server, post_logout_redirect_uris=[BACK])
    browser, ana = server.test_client(), factories.person(server)
    hint = steps.tokens(browser, app, ana)["id_token"]
    factories.rotate_keys(server)
    for _ in range(25):
        held_clock.shift(1700)
        factories.keep_key_timetable(server)
        assert is_here(browser, app)

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.headers["Location"] == BACK
    assert not is_here(browser, app)


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


@behaviour(146)
@abuse("X-03", "J-01", "J-02", "J-03")
def test_a_forged_hint_is_never_believed(browser, app, hint):
    kid = steps.header_of(hint)["kid"]
    jwk = next(key for key in browser.get("/oauth/jwks").json["keys"] if key["kid"] == kid)

    for way, forged in forging.every_way(hint, jwk).items():
        answer = leave(browser, id_token_hint=forged, post_logout_redirect_uri=BACK)
        assert answer.status_code == 400, way
        assert "Location" not in answer.headers, way
    assert is_here(browser, app)


@abuse("X-03")
def test_another_kind_of_token_is_no_hint(browser, app, ana, hint):
    answer = steps.tokens(browser, app, ana)

    for name in ("access_token", "refresh_token"):
        refused = leave(browser, id_token_hint=answer[name], post_logout_redirect_uri=BACK)
        assert refused.status_code == 400
    assert is_here(browser, app)


@abuse("X-03")
def test_a_hint_of_another_client_than_named_is_refused(browser, app, other_app, hint):
    answer = leave(browser, id_token_hint=hint, client_id=other_app.client_id)

    assert answer.status_code == 400
    assert leave(browser, id_token_hint=hint, client_id=app.client_id).status_code == 303


@abuse("X-03")
def test_a_hint_at_somebody_else_does_not_sign_out_who_is_here(browser, app, bia, server, hint):
    theirs = steps.tokens(server.test_client(), app, bia)["id_token"]

    page = steps.follow(browser, leave(browser, id_token_hint=theirs))

    assert steps.page_of(page) == "logout"
    assert is_here(browser, app)


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
