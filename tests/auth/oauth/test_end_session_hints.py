"""Which ID tokens are believed when they come to sign their person out."""

import pytest

from tests.auth.oauth.leaving import BACK, is_here, leave
from tests.support import factories, forging, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


@pytest.fixture
def app(server):
    """An application that wants people back after they leave."""
    return factories.app(server, post_logout_redirect_uris=[BACK, f"{BACK}?lang=pt"])


@pytest.fixture
def hint(browser, app, ana):
    """Ana's ID token; she is here."""
    return steps.tokens(browser, app, ana)["id_token"]


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


@asvs("6.8.2", "10.6.2")
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


@asvs("10.6.2")
@abuse("X-03")
def test_a_hint_at_somebody_else_does_not_sign_out_who_is_here(browser, app, bia, server, hint):
    theirs = steps.tokens(server.test_client(), app, bia)["id_token"]

    page = steps.follow(browser, leave(browser, id_token_hint=theirs))

    assert steps.page_of(page) == "logout"
    assert is_here(browser, app)
