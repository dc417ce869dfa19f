"""What was exchanged ends with the grant, the session, the person and the app (RFC 8693)."""

import pytest
from sqlalchemy import update

from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.clients.members import CLIENT
from app.auth.database import db
from app.auth.tokens import ending
from app.foundation.database import kept
from tests.auth.oauth.exchanges import BANK, SCOPE, WALLET, api, exchange, exchanged, is_active
from tests.support import factories, steps
from tests.support.marks import abuse, rfc


@pytest.fixture
def payments(server):
    """The API of payments: it answers for the whole bank."""
    return api(server, BANK)


@pytest.fixture
def token(browser, app, ana):
    """An access token with which the app calls the bank for Ana."""
    return steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]


def test_the_new_token_lives_no_longer_than_the_one_shown(held_clock, browser, payments, app, ana):
    token = steps.tokens(browser, app, ana, scope=SCOPE)["access_token"]
    held_clock.shift(800)

    answer = exchange(browser, payments, token)

    assert answer.json["expires_in"] == 100
    after = steps.claims_of(answer.json["access_token"])
    assert after["exp"] == steps.claims_of(token)["exp"]
    assert after["iat"] == steps.claims_of(token)["iat"] + 800
    held_clock.shift(100)
    steps.refused(exchange(browser, payments, token), "invalid_request")
    assert not is_active(browser, payments, answer.json["access_token"])


def end_grant(server, claims):
    with server.app_context(), kept(db):
        ending.grant(claims["grant"], events.GRANT_ENDED, actor="test")


def end_session(server, claims):
    with server.app_context(), kept(db):
        ending.session(claims["sid"], "test")


def lock(server, claims):
    with server.app_context(), kept(db):
        db.session.execute(update(User).where(User.sub == claims["sub"]).values(status="locked"))
        ending.session(claims["sid"], "test", offline=True)


def disable(name):
    def end(server, claims):
        factories.disable(server, factories.App(claims[name], None, "none"))

    end.__name__ = f"disable_{name}"
    return end


@abuse("M-06", "M-15")
@pytest.mark.parametrize(
    "end", [end_grant, end_session, lock, disable("grantee"), disable("client_id")]
)
def test_what_ends_the_grant_ends_what_was_exchanged(browser, server, payments, token, end):
    bank = factories.app(server, grant_types=[CLIENT], audiences=[BANK])
    wallet = api(server, WALLET)
    first = exchanged(browser, payments, token)
    second = exchanged(browser, wallet, first)
    assert is_active(browser, bank, first)
    assert is_active(browser, bank, second)

    end(server, steps.claims_of(first))

    assert not is_active(browser, bank, first)
    steps.refused(exchange(browser, wallet, first), "invalid_request")
    if end.__name__ != "disable_client_id":  # the second one is another client's by now
        assert not is_active(browser, bank, second)
        assert steps.userinfo(browser, second).status_code in {401, 403}


def test_an_ended_grant_has_nothing_to_exchange(browser, server, payments, token):
    end_grant(server, steps.claims_of(token))

    steps.refused(exchange(browser, payments, token), "invalid_request")


@rfc("7009", "2.1")
def test_the_api_may_revoke_its_own_and_not_the_one_it_was_shown(browser, payments, token):
    acting = exchanged(browser, payments, token)

    steps.revoke(browser, payments, token)
    steps.revoke(browser, payments, acting)

    assert not is_active(browser, payments, acting)
    assert is_active(browser, payments, token)
