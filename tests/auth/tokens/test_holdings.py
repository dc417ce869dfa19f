"""What a client holds is counted before it is ended: people, and refresh tokens that still live."""

from app.auth.audit import events
from app.auth.consents import approval
from app.auth.database import db
from app.auth.tokens import ending, holdings
from app.foundation.database import kept
from tests.auth import persons, stage


def test_a_client_nobody_used_holds_nothing(auth_context):
    stage.register()

    assert holdings.of_client("shop") == holdings.of_client("nobody") == (0, 0)


def test_people_and_living_families_of_this_client_are_counted(auth_context, held_clock):
    client, other = stage.app_named(), stage.app_named("other")
    user = persons.open_account()
    here = stage.come_in(user)
    for client_id in ("shop", "other"):
        with kept(db):
            approval.give(user.id, here.sub, client_id, ("openid",))
    stage.granted(here, other)
    lasting, _ = stage.granted(here, client, "openid offline_access")
    stage.granted(here, client, "openid")
    assert holdings.of_client("shop") == (1, 2)

    with kept(db):
        ending.session(here.session_id, "signed_out")
    assert holdings.of_client("shop") == (1, 1)
    with kept(db):
        ending.grant(lasting.grant_id, events.GRANT_ENDED, actor="shop")
    assert holdings.of_client("shop") == (1, 0)


def test_what_expired_is_not_counted(auth_context, held_clock):
    here = stage.come_in(persons.open_account())
    stage.granted(here, stage.app_named(), "openid offline_access")
    assert holdings.of_client("shop") == (0, 1)

    held_clock.shift(auth_context.config["REFRESH_TOKEN_SECONDS"])

    assert holdings.of_client("shop") == (0, 0)
