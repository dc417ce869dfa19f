"""What ends with a session, a person or a client, row by row of the table of endings.

Each test holds three things of one sign-in: an access token, a refresh token that stands on the
browser session, and one that was granted to outlive it (`offline_access`, OIDC Core §11).
"""

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from app.auth.accounts.models import User
from app.auth.database import db
from app.foundation.database import kept
from tests.support import factories, steps
from tests.support.marks import abuse, asvs, behaviour, rfc


@dataclass
class Held:
    """What an app holds of one sign-in; asked whether it is still good."""

    browser: object
    app: object
    bound: dict
    offline: dict

    def bound_refresh(self):
        """Is the refresh token that stands on the session still good?"""
        return self._turns(self.bound)

    def offline_refresh(self):
        """Is the refresh token that outlives the session still good?"""
        return self._turns(self.offline)

    def access(self):
        """Are the access tokens still good, at introspection and at userinfo alike?"""
        good = set()
        for answer in (self.bound, self.offline):
            token = answer["access_token"]
            good.add(steps.introspect(self.browser, self.app, token).json["active"])
            good.add(steps.userinfo(self.browser, token).status_code == 200)
        assert len(good) == 1
        return good.pop()

    def _turns(self, answer):
        turned = steps.refresh(self.browser, self.app, answer["refresh_token"])
        if turned.status_code == 200:
            answer |= turned.json
        else:
            steps.refused(turned, "invalid_grant")
        return turned.status_code == 200


@pytest.fixture
def held(browser, app, ana):
    """What the app holds of Ana's sign-in on this browser."""
    bound = steps.tokens(browser, app, ana, scope="openid email")
    offline = steps.tokens(browser, app, ana, scope="openid email offline_access")
    return Held(browser, app, bound, offline)


def change(server, person, **values):
    """Change columns of a person, as support would."""
    with server.app_context(), kept(db) as session:
        session.execute(update(User).where(User.id == person.id).values(values))


def press(browser, path, **fields):
    """Send a form of the account pages."""
    page = browser.get("/account/sessions", headers=steps.HTML)
    form = {"csrf_token": steps.form_token(page)} | fields
    answer = browser.post(path, data=form, headers=steps.HTML)
    assert answer.status_code == 303, answer.text


def test_nothing_ends_while_the_person_stays(held):
    assert held.access()
    assert held.bound_refresh()
    assert held.offline_refresh()


@asvs("7.6.1")
def test_a_session_that_runs_out_takes_its_own_refresh_tokens(
    browser, app, ana, server, held_clock
):
    bound = steps.tokens(browser, app, ana)
    offline = steps.tokens(browser, app, ana, scope="openid offline_access")
    held_clock.shift(server.config["SESSION_IDLE_SECONDS"] + 1)
    held = Held(browser, app, bound, offline)

    assert not held.bound_refresh()
    assert held.offline_refresh()


def test_an_access_token_outlives_a_session_that_runs_out(create_house, held_clock):
    server = create_house("auth", SESSION_IDLE_SECONDS=60)
    factories.keys(server)
    browser, app = server.test_client(), factories.app(server)
    token = steps.tokens(browser, app, factories.person(server))["access_token"]
    held_clock.shift(61)
    assert steps.arrival(steps.ask(browser, app, prompt="none")).error == "login_required"

    assert steps.userinfo(browser, token).status_code == 200
    held_clock.shift(900 - 61)
    assert steps.userinfo(browser, token).status_code == 401


@asvs("7.4.1")
@abuse("M-06", "X-05", "M-15")
@rfc("OIDC Core", "11")
def test_signing_out_ends_all_but_what_was_granted_to_outlive_it(browser, held):
    press(browser, "/account/sign-out")

    assert not held.access()
    assert not held.bound_refresh()
    assert held.offline_refresh()


@abuse("X-05")
def test_an_outliving_refresh_token_brings_good_access_tokens_after_sign_out(browser, held):
    press(browser, "/account/sign-out")

    assert held.offline_refresh()
    assert steps.userinfo(browser, held.offline["access_token"]).status_code == 200
    assert "sid" not in steps.claims_of(held.offline["id_token"])


@abuse("X-05")
@behaviour(145)
def test_the_app_that_signs_the_person_out_ends_the_same(browser, app, held):
    browser.get("/logout", query_string={"id_token_hint": held.bound["id_token"]})

    assert not held.access()
    assert not held.bound_refresh()
    assert held.offline_refresh()
    assert steps.arrival(steps.ask(browser, app, prompt="none")).error == "login_required"


@abuse("M-06")
def test_ending_a_session_from_the_list_ends_everything_of_it(held, ana, server, app):
    elsewhere = server.test_client()
    steps.authorize(elsewhere, app, ana)
    sid = steps.claims_of(held.bound["id_token"])["sid"]

    press(elsewhere, "/account/sessions/end", sid=sid)

    assert not held.access()
    assert not held.bound_refresh()
    assert not held.offline_refresh()


@abuse("M-06")
def test_ending_every_other_session_ends_everything_of_them(held, ana, server, app):
    elsewhere = server.test_client()
    mine = steps.tokens(elsewhere, app, ana)

    press(elsewhere, "/account/sessions/others")

    assert not held.access()
    assert not held.bound_refresh()
    assert not held.offline_refresh()
    assert steps.refresh(elsewhere, app, mine["refresh_token"]).status_code == 200


@abuse("M-06")
def test_a_changed_password_ends_everything_elsewhere(held, ana, server, app):
    change(server, ana, must_change_password=True)
    elsewhere = server.test_client()
    page = steps.sign_in(elsewhere, steps.follow(elsewhere, steps.ask(elsewhere, app)), ana)
    assert steps.page_of(page) == "new-password"
    steps.walk(elsewhere, steps.send(elsewhere, page, new_password="janela azul no morro"))

    assert not held.access()
    assert not held.bound_refresh()
    assert not held.offline_refresh()


@asvs("7.4.2")
@abuse("M-06")
@pytest.mark.parametrize("status", ["locked", "closed"])
def test_a_person_who_may_not_enter_holds_nothing(held, ana, server, status):
    change(server, ana, status=status)

    assert not held.bound_refresh()
    assert not held.offline_refresh()
    assert steps.userinfo(held.browser, held.bound["access_token"]).status_code == 401
    assert steps.arrival(steps.ask(held.browser, held.app, prompt="none")).error == "login_required"


@abuse("M-06")
def test_a_disabled_client_holds_nothing(held, server, other_app, browser):
    factories.disable(server, held.app)

    for answer in (held.bound, held.offline):
        steps.refused(
            steps.refresh(browser, held.app, answer["refresh_token"]), "invalid_client", 401
        )
        assert steps.userinfo(browser, answer["access_token"]).status_code == 401


@asvs("8.3.2")
@abuse("M-15", "M-06")
def test_a_disabled_clients_tokens_are_inactive_to_the_bank_at_once(browser, server, ana):
    bank = factories.app(server, audiences=[server.config["BANK_AUDIENCE"]])
    app = factories.app(server)
    answer = steps.tokens(browser, app, ana, scope="openid wallet:read")
    assert steps.introspect(browser, bank, answer["access_token"]).json["active"]

    factories.disable(server, app)

    assert steps.introspect(browser, bank, answer["access_token"]).json == {"active": False}


def test_another_person_on_the_same_browser_ends_the_session_before(held, bia, app):
    answer = steps.tokens(held.browser, app, bia, prompt="login")

    assert not held.access()
    assert not held.bound_refresh()
    assert steps.userinfo(held.browser, answer["access_token"]).status_code == 200
