"""What an application holds: people who allowed it something, and refresh tokens that live."""

from app.auth.consents import approval
from app.auth.database import db
from app.auth.tokens import ending, holdings
from app.foundation.database import kept
from tests.auth import stage


def test_who_allowed_it_something_and_what_still_lives_are_counted(world, held_clock):
    assert holdings.of_client("shop") == (0, 0)
    with kept(db):
        approval.give(world.user.id, world.user.sub, "shop", ["openid"])
    first, _ = world.granted()
    world.granted()
    assert holdings.of_client("shop") == (1, 2)

    with kept(db):
        ending.grant(first.grant_id, "grant:tokens:ended", actor="shop")
    assert holdings.of_client("shop") == (1, 1)
    held_clock.shift(world.app.config["REFRESH_TOKEN_SECONDS"])
    assert holdings.of_client("shop") == (1, 0)


def test_nobody_elses_are_counted(world):
    world.granted()
    stage.app_named("other")

    assert holdings.of_client("other") == holdings.of_client("nobody") == (0, 0)
