"""Refresh tokens: one live leaf a family, the same successor on a retry, the end on reuse."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.auth import housekeeping
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.tokens import lookup, refresh
from app.auth.tokens.models import RefreshToken, RevokedToken
from app.foundation import digests, ids, sealing
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, rfc


def family():
    """Return the one family there is, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(RefreshToken)).one()


def told():
    """Return what the record tells of the grant, less its beginning."""
    rows = select(AuditRecord.event).order_by(AuditRecord.seq)
    mine = [event for event in db.session.scalars(rows) if event.startswith("grant:")]
    return mine[2:]


def altered(token, **changes):
    """Return ``token`` with another family, generation or secret."""
    parts = {"family": token.family, "generation": token.generation, "secret": token.secret}
    return refresh.Token(**(parts | changes))


@rfc("6749", "6")
@rfc("9700", "4.14.2")
def test_a_token_turns_over_and_its_family_keeps_one_row(world):
    grant, first = world.granted()

    turned, value = stage.rotate(first, "shop")

    second = refresh.parse(value)
    assert second.family == first.family
    assert second.generation == 2
    assert second.secret != first.secret
    assert turned == grant._replace(nonce=None)
    row = family()
    assert (row.generation, row.value_digest) == (2, digests.of(value))
    assert row.previous_digest == digests.of(first.value)
    assert told() == [events.GRANT_REFRESHED]


def test_the_successor_is_kept_sealed_under_the_token_it_replaced(world):
    _grant, first = world.granted()
    second = world.rotate(first)

    sealed, place = family().successor_sealed, f"refresh_tokens/{first.family}/successor_sealed"

    assert second.secret.encode() not in sealed
    assert sealing.open_under(first.value, sealed, place).decode() == second.secret
    with pytest.raises(sealing.CannotOpen):
        sealing.open_under(second.value, sealed, place)
    with pytest.raises(sealing.CannotOpen):
        sealing.open_under(first.value, sealed, place.replace(first.family, ids.new("rft")))


@rfc("9700", "4.14.2")
def test_a_retry_within_the_window_gets_the_same_successor(held_clock, world):
    _grant, first = world.granted()
    second = world.rotate(first)

    held_clock.shift(world.app.config["REFRESH_RETRY_SECONDS"] - 1)

    assert world.rotate(first) == second
    assert world.rotate(first) == second
    assert family().generation == 2
    assert told() == [events.GRANT_REFRESHED]


@abuse("M-01")
@rfc("9700", "4.14.2")
def test_a_retry_after_the_window_ends_the_family(held_clock, world):
    grant, first = world.granted()
    second = world.rotate(first)

    held_clock.shift(world.app.config["REFRESH_RETRY_SECONDS"])

    assert world.rotate(first) is None
    assert world.rotate(second) is None
    row = family()
    assert row.end_reason == events.REFRESH_TOKEN_REUSED
    assert row.successor_sealed is None
    assert told()[:2] == [events.GRANT_REFRESHED, events.REFRESH_TOKEN_REUSED]
    assert lookup.introspect(world.access_token(grant), world.client) == {"active": False}


@abuse("M-01")
@rfc("9700", "4.14.2")
def test_a_retry_once_the_successor_was_used_ends_the_family(world):
    _grant, first = world.granted()
    second = world.rotate(first)
    third = world.rotate(second)

    assert world.rotate(first) is None
    assert world.rotate(third) is None


def test_without_a_window_every_second_use_ends_the_family(held_clock, create_house):
    app = create_house("auth", REFRESH_RETRY_SECONDS=0)
    with app.app_context():
        client, user = stage.app_named(), persons.open_account()
        _grant, value = stage.granted(stage.come_in(user), client)
        first = refresh.parse(value)
        assert stage.rotate(first, "shop")

        assert stage.rotate(first, "shop") is None
        assert family().ended_at is not None


def test_a_wrong_secret_is_only_refused(world):
    _grant, first = world.granted()
    second = world.rotate(first)
    stranger = ids.secret()

    for token in (
        altered(second, secret=stranger),
        altered(first, secret=stranger),
        altered(second, generation=3),
        altered(second, generation=3, secret=stranger),
        altered(second, generation=999_999_999),
        altered(second, family=ids.new("rft")),
    ):
        assert world.rotate(token) is None
        assert refresh.find(token) is None

    assert family().ended_at is None
    assert world.rotate(second)


@rfc("6749", "6")
def test_another_clients_token_is_only_refused(world):
    stage.register("other")
    _grant, first = world.granted()
    second = world.rotate(first)

    for token in (first, second):
        assert world.rotate(token, "other") is None
        assert refresh.peek(token, "other") is None

    assert family().ended_at is None
    assert world.rotate(second)


def test_a_family_ends_after_its_days_whatever_turned(held_clock, world):
    _grant, token = world.granted("openid offline_access")
    half = world.app.config["REFRESH_TOKEN_SECONDS"] // 2
    held_clock.shift(half)
    token = world.rotate(token)
    held_clock.shift(half - 1)
    token = world.rotate(token)

    held_clock.shift(1)

    assert world.rotate(token) is None
    assert refresh.find(token) is None
    assert family().generation == 3


@abuse("M-06")
def test_a_locked_persons_token_is_refused_and_works_again_once_unlocked(world):
    _grant, token = world.granted("openid offline_access")
    mine = update(User).where(User.id == world.user.id)
    with kept(db):
        db.session.execute(mine.values(status="locked"))
    assert world.rotate(token) is None
    assert refresh.find(token) is None
    with kept(db):
        db.session.execute(mine.values(status="active"))

    assert world.rotate(token)


BAD_SHAPES = [
    "",
    "rft",
    "a.b.c",
    "rft_" + "a" * 25,
    f"rft_{'a' * 25}.0.{'a' * 43}",
    f"rft_{'a' * 25}.01.{'a' * 43}",
    f"rft_{'a' * 25}.-1.{'a' * 43}",
    f"rft_{'a' * 25}.1.{'a' * 42}",
    f"rft_{'a' * 25}.1.{'a' * 44}",
    f"rft_{'a' * 25}.1.{'a' * 43}\n",
    f"rft_{'a' * 25}.1.{'a' * 42}\x00",
    f"rft_{'A' * 25}.1.{'a' * 43}",
    f"rft_{'a' * 25}.٣.{'a' * 43}",
    f"rft_{'a' * 25}.9999999999.{'a' * 43}",
    " " + f"rft_{'a' * 25}.1.{'a' * 43}",
]


@pytest.mark.parametrize("value", BAD_SHAPES)
def test_what_is_not_shaped_like_ours_never_reaches_the_database(value):
    assert refresh.parse(value) is None


def test_a_glance_turns_nothing(world):
    grant, first = world.granted()

    assert refresh.peek(first, "shop") == grant._replace(nonce=None)
    assert refresh.find(first).scope == grant.scope
    assert family().generation == 1


@rfc("9700", "4.14.2")
def test_many_who_turn_one_token_at_once_get_one_successor(world):
    _grant, first = world.granted()

    got = stage.all_at_once(world.app, lambda _: world.rotate(first), 12)

    assert len(set(got)) == 1
    assert got[0].generation == 2
    row = family()
    assert (row.generation, row.ended_at) == (2, None)
    assert told() == [events.GRANT_REFRESHED]


def test_the_sealed_successor_is_wiped_once_the_window_is_past(held_clock, world):
    _grant, first = world.granted()
    second = world.rotate(first)
    window = world.app.config["REFRESH_RETRY_SECONDS"]
    held_clock.shift(window)
    assert housekeeping.run(window)["successors_wiped"] == 0

    held_clock.shift(1)

    assert housekeeping.run(window)["successors_wiped"] == 1
    assert family().successor_sealed is None
    assert world.rotate(second)


ROTATE_AND_DIE = """
import os, sys
from tests.auth import persons, stage
from tests.support import houses
from app.auth.tokens import refresh
app = houses.create("auth", sys.argv[1])
with app.app_context():
    for _ in range(2):
        _, value = stage.rotate(refresh.parse(sys.argv[2]), "shop")
        sys.argv[2] = value
print(value, flush=True)
os.kill(os.getpid(), 9)
"""


@abuse("M-12")
def test_a_rotation_is_not_forgotten_when_the_process_is_killed(auth_app):
    with auth_app.app_context():
        client, user = stage.app_named(), persons.open_account()
        grant, first = stage.granted(stage.come_in(user), client, "openid offline_access")

    url = auth_app.config["AUTH_DATABASE_URL"]
    killed = subprocess.run(
        [sys.executable, "-c", ROTATE_AND_DIE, url, first],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": "."},
    )

    assert killed.returncode == -9, killed.stderr
    with auth_app.app_context():
        assert stage.rotate(refresh.parse(first), "shop") is None
        assert stage.rotate(refresh.parse(killed.stdout.strip()), "shop") is None
        assert db.session.get(RevokedToken, f"grant:{grant.grant_id}")
