"""What a plain request costs in statements; who asks for more pays for it alone."""

import json

import pytest
from sqlalchemy import event

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.factors import policy
from app.auth.institutions import members
from app.auth.tokens import owner
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.institutions import aurora
from tests.support import factories, steps
from tests.support.marks import mission


@pytest.fixture
def database_kind():
    """The statements are the same on both."""
    return "postgresql"


@pytest.fixture
def asked(server, monkeypatch):
    """Count the hot statements of one deed: ``asked(lambda: …)`` returns them, and its answer.

    Clients and keys are known by then, and stay so: the clock that says when to read them again
    stands still.
    """
    hot = server.extensions["hot_auth"]
    ticks = clock.ticks()
    monkeypatch.setattr(clock, "ticks", lambda: ticks)

    def count(deed):
        seen, run = [], type(hot).run
        with monkeypatch.context() as patch:
            patch.setattr(type(hot), "run", lambda self, s, v: seen.append(s) or run(self, s, v))
            answer = deed()
        return seen, answer

    return count


def known(browser, app, person, **more):
    """Tokens of an app that this process has just read once more (it notes the first use)."""
    answer = steps.tokens(browser, app, person, **more)
    steps.introspect(browser, app, answer["access_token"])
    return answer


def asking(*names, place):
    """A request for claims by name."""
    return {"claims": json.dumps({place: dict.fromkeys(names)}), "scope": "openid"}


def test_a_plain_flow_asks_no_more_than_before(browser, app, ana, asked):
    answer = known(browser, app, ana, scope="openid email")

    userinfo, _ = asked(lambda: steps.userinfo(browser, answer["access_token"]))
    turned, _ = asked(lambda: steps.refresh(browser, app, answer["refresh_token"]))
    authorized, arrived = asked(lambda: steps.authorize(browser, app, scope="openid email"))
    redeemed, _ = asked(lambda: steps.exchange(browser, app, arrived.code))

    assert userinfo == [owner.FIND]
    assert [len(each) for each in (turned, authorized, redeemed)] == [1, 3, 1]


@mission("C33")
def test_what_policy_asks_of_a_person_costs_an_authorization_nothing(
    browser, server, ana, asked, monkeypatch
):
    monkeypatch.setitem(server.config, "APP_ENV", "production")  # where roles count
    with server.app_context():
        aurora.open_bank()
        with kept(db):
            policy.ask(aurora.CODE, "at_first_money")
            members.admit(lookup.by_sub(ana.sub), aurora.CODE)
    app = factories.app(server, institution=aurora.CODE)
    known(browser, app, ana)
    with server.app_context():
        slow, engine = [], db.engine
    listening = (engine, "before_cursor_execute", lambda *told: slow.append(told[2]))
    event.listen(*listening)

    hot, arrived = asked(lambda: steps.authorize(browser, app))

    event.remove(*listening)
    assert arrived.code
    assert (len(hot), slow) == (3, [])


def test_names_for_userinfo_cost_nothing_more(browser, app, ana, asked):
    answer = known(browser, app, ana, **asking("email", place="userinfo"))

    userinfo, _ = asked(lambda: steps.userinfo(browser, answer["access_token"]))
    turned, _ = asked(lambda: steps.refresh(browser, app, answer["refresh_token"]))

    assert userinfo == [owner.FIND]
    assert len(turned) == 1


def test_names_for_the_id_token_ask_once_for_the_person(browser, app, ana, asked):
    more = asking("email", "name", place="id_token")
    answer = known(browser, app, ana, **more)

    turned, _ = asked(lambda: steps.refresh(browser, app, answer["refresh_token"]))

    assert turned[1:] == [owner.FIND_BY_ID]


def test_signed_userinfo_asks_no_more(browser, server, ana, asked):
    app = factories.app(server, userinfo_signed_response_alg="ES256")
    token = known(browser, app, ana)["access_token"]

    userinfo, answer = asked(lambda: steps.userinfo(browser, token))

    assert answer.mimetype == "application/jwt"
    assert userinfo == [owner.FIND]
