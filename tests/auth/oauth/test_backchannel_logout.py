"""Apps' servers hear of a sign-out before the browser is back (OIDC Back-Channel Logout 1.0)."""

import threading
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from app.auth.tokens import logout_delivery
from tests.auth.oauth.leaving import BACK, is_here, leave
from tests.support import factories, forging, steps
from tests.support.marks import abuse, asvs, behaviour, rfc

HEARD = "/logged-out"
DONE = "/logout/done"


@pytest.fixture
def server(create_house, listener):
    """A server that may call the listener."""
    made = create_house("auth", **listener.settings)
    factories.keys(made)
    return made


@pytest.fixture
def app(server, listener):
    """An application that wants people back, and its server to hear of the end."""
    address = listener.answer(HEARD)
    return factories.app(server, post_logout_redirect_uris=[BACK], backchannel_logout_uri=address)


@pytest.fixture
def hint(browser, app, ana):
    """Ana's ID token; she is here."""
    return steps.tokens(browser, app, ana)["id_token"]


def part(browser, answer):
    """Go to the page between; return what it answers."""
    address = answer.headers["Location"]
    assert address.startswith(f"{DONE}/")
    return browser.get(address, headers=steps.HTML)


def heard(listener, path=HEARD):
    return [request for request in listener.requests if request.path == path]


@behaviour(117, 143, 149)
@rfc("OIDC Back-Channel Logout", "2.6")
def test_the_app_can_verify_what_it_hears_before_the_browser_is_back(
    browser, app, ana, hint, listener
):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK, state="s 1")
    assert heard(listener) == []

    answer = part(browser, answer)

    token = listener.asked(HEARD).form["logout_token"]
    assert answer.headers["Location"] == f"{BACK}?state=s+1"
    keys = jwt.PyJWKSet.from_dict(browser.get("/oauth/jwks").json)
    claims = jwt.decode(
        token,
        keys[steps.header_of(token)["kid"]],
        algorithms=["RS256"],
        issuer="http://localhost:3000",
        audience=app.client_id,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
    )
    signed_in = steps.claims_of(hint)
    assert (claims["sub"], claims["sid"]) == (signed_in["sub"], signed_in["sid"])
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in claims
    assert not is_here(browser, app)


def test_an_app_that_pushed_its_request_hears_of_the_end_too(browser, app, ana, listener):
    opened = steps.open_pushed(browser, app, steps.pushed(browser, app))
    answer = steps.exchange(browser, app, steps.walk(browser, opened, ana).code)

    part(browser, leave(browser, id_token_hint=answer.json["id_token"]))

    assert len(heard(listener)) == 1


@behaviour(144)
def test_without_a_state_none_comes_back_by_way_of_the_page_either(browser, hint):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert part(browser, answer).headers["Location"] == BACK


def test_an_app_that_wants_to_hear_of_nothing_is_sent_back_at_once(browser, server, ana):
    plain = factories.app(server, post_logout_redirect_uris=[BACK])
    hint = steps.tokens(browser, plain, ana)["id_token"]

    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.headers["Location"] == BACK


def test_every_app_of_the_session_hears_it_and_no_other_sessions(
    browser, server, app, ana, hint, listener
):
    other = factories.app(server, backchannel_logout_uri=listener.answer("/other"))
    steps.tokens(browser, other, ana)
    steps.tokens(server.test_client(), other, factories.person(server))
    steps.tokens(server.test_client(), app, ana)

    part(browser, leave(browser, id_token_hint=hint))

    sid = steps.claims_of(hint)["sid"]
    for path in (HEARD, "/other"):
        [request] = heard(listener, path)
        assert steps.claims_of(request.form["logout_token"])["sid"] == sid


@behaviour(147, 149)
@pytest.mark.parametrize("status", [200, 503])
def test_asked_on_our_page_the_person_ends_there_and_is_told_who_did_not_answer(
    browser, hint, listener, status
):
    listener.answer(HEARD, status=status)
    page = steps.follow(browser, leave(browser))

    page = steps.send(browser, page, decision="yes")

    assert page.request.path.startswith(f"{DONE}/")
    assert 'id="logged-out"' in page.text
    assert "Cofrinho" in page.text
    assert ("Ainda não respondeu" in page.text) is (status == 503)
    assert f'data-state="{"waiting" if status == 503 else "ready"}"' in page.text
    assert len(heard(listener)) == 1


def test_signing_out_of_the_account_tells_the_apps_too(browser, hint, listener):
    page = browser.get("/account", headers=steps.HTML)
    form = {"csrf_token": steps.form_token(page)}

    page = steps.follow(browser, browser.post("/account/sign-out", data=form, headers=steps.HTML))

    assert 'id="logged-out"' in page.text
    assert len(heard(listener)) == 1


def test_the_page_shown_again_tells_nobody_again(browser, hint, listener):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)
    part(browser, answer)

    again = [part(browser, answer).headers["Location"] for _ in range(2)]

    assert again == [BACK, BACK]
    assert len(heard(listener)) == 1


def test_the_page_speaks_the_language_chosen_on_it(browser, hint, listener):
    answer = leave(browser, id_token_hint=hint)
    address = answer.headers["Location"]

    page = browser.get(f"{address}?ui_locales=en", headers=steps.HTML)

    assert '<html lang="en">' in page.text
    assert browser.get(address, headers=steps.HTML).status_code == 200
    assert len(heard(listener)) == 1


@abuse("R-20")
def test_the_page_is_for_the_browser_that_left_alone(browser, server, hint, listener):
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    page = part(server.test_client(), answer)

    assert page.status_code == 403
    assert heard(listener) == []


def test_a_page_that_was_never_begun_is_not_found(browser):
    assert browser.get(f"{DONE}/int_nothing", headers=steps.HTML).status_code == 404


@abuse("X-03")
def test_a_forged_hint_tells_nobody(browser, app, hint, listener):
    kid = steps.header_of(hint)["kid"]
    jwk = next(key for key in browser.get("/oauth/jwks").json["keys"] if key["kid"] == kid)

    for forged in forging.every_way(hint, jwk).values():
        leave(browser, id_token_hint=forged, post_logout_redirect_uri=BACK)

    assert heard(listener) == []
    assert is_here(browser, app)


@abuse("X-03", "J-09")
def test_a_logout_token_is_no_hint_and_no_access_token(browser, app, ana, hint, listener):
    part(browser, leave(browser, id_token_hint=hint))
    token = listener.asked(HEARD).form["logout_token"]
    steps.tokens(browser, app, ana)

    assert leave(browser, id_token_hint=token).status_code == 400
    assert steps.userinfo(browser, token).status_code == 401
    assert steps.introspect(browser, app, token).json == {"active": False}
    assert is_here(browser, app)


@rfc("OIDC RP-Logout", "2")
def test_a_hint_of_a_session_elsewhere_leads_back_and_ends_nothing(
    browser, app, server, hint, listener
):
    elsewhere = server.test_client()

    answer = leave(elsewhere, id_token_hint=hint, post_logout_redirect_uri=BACK)

    assert answer.headers["Location"] == BACK
    assert is_here(browser, app)
    assert heard(listener) == []


@abuse("X-05")
def test_what_the_app_held_of_the_session_is_good_for_nothing(browser, app, ana, listener):
    held = steps.tokens(browser, app, ana, scope="openid profile")

    part(browser, leave(browser, id_token_hint=held["id_token"]))

    assert steps.userinfo(browser, held["access_token"]).status_code == 401
    steps.refused(steps.refresh(browser, app, held["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("kind", ["public", "pairwise"])
def test_an_app_hears_of_the_person_by_the_name_it_knows(browser, server, ana, listener, kind):
    app = factories.app(
        server,
        subject_type=kind,
        scope="openid profile",
        backchannel_logout_uri=listener.answer(HEARD),
    )
    hint = steps.tokens(browser, app, ana)["id_token"]

    part(browser, leave(browser, id_token_hint=hint))

    sub = steps.claims_of(listener.asked(HEARD).form["logout_token"])["sub"]
    assert sub == steps.claims_of(hint)["sub"]
    assert (sub == ana.sub) is (kind == "public")


@abuse("X-04")
def test_a_slow_app_costs_the_person_two_seconds_at_most(browser, app, hint, listener):
    listener.answer(HEARD, script=lambda _write: time.sleep(20))
    answer = leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK)

    began = time.monotonic()
    answer = part(browser, answer)

    assert time.monotonic() - began < 10  # two, and what a busy machine adds
    assert answer.headers["Location"] == BACK


@asvs("15.4.4")
@abuse("X-04")
def test_slow_apps_do_not_take_every_thread_of_the_server(browser, app, ana, server, listener):
    listener.answer(HEARD, script=lambda _write: time.sleep(20))
    people = [server.test_client() for _ in range(4)]
    answers = []
    for person in people:
        hint = steps.tokens(person, app, ana)["id_token"]
        answers.append(leave(person, id_token_hint=hint, post_logout_redirect_uri=BACK))
    took = []

    def go(person, answer):
        began = time.monotonic()
        part(person, answer)
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=go, args=each) for each in zip(people, answers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([seconds for seconds in took if seconds > 1.9]) == 1
    assert max(took) < 10


def test_what_the_page_could_not_deliver_the_worker_does(browser, server, hint, listener):
    listener.answer(HEARD, status=503)
    part(browser, leave(browser, id_token_hint=hint))
    listener.answer(HEARD)

    with server.app_context():
        until = time.monotonic() + 10
        while logout_delivery.waiting(steps.claims_of(hint)["sid"]) and time.monotonic() < until:
            time.sleep(0.5)
            done = server.test_cli_runner().invoke(args=["logout", "deliver", "--json"])

    assert done.exit_code == 0
    assert '"delivered"' in done.stdout
    assert len(heard(listener)) == 2


@behaviour(145)
def test_with_the_apps_server_down_the_person_is_signed_out_all_the_same(
    browser, app, hint, listener
):
    listener.stop()

    answer = part(browser, leave(browser, id_token_hint=hint, post_logout_redirect_uri=BACK))

    assert urlsplit(answer.headers["Location"]).netloc == urlsplit(BACK).netloc
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {}
    assert not is_here(browser, app)
