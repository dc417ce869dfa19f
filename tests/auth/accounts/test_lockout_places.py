"""Where tries come from, and what is kept of it."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lockout
from app.auth.accounts.models import LoginTries
from app.auth.database import db
from app.foundation import clock
from tests.auth import persons

HOME, AWAY = "203.0.113.7", "192.0.2.77"


@pytest.fixture
def ana(auth_context):
    return persons.open_account()


def knock(user, address=HOME, *, device=None):
    return lockout.count(user, "ana@example.com", address, device=device)


def counts():
    db.session.rollback()
    return sorted(db.session.scalars(select(LoginTries.tries)))


def paused(user, address=HOME, *, device=None):
    with pytest.raises(lockout.Paused) as pause:
        knock(user, address, device=device)
    return pause.value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.200", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("::ffff:203.0.113.7", "203.0.113.8", True),
        ("2001:db8:1:0::1", "2001:db8:1:ff::2", True),
        ("2001:db8:1:0::1", "2001:db8:1:100::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        (None, "not an address", True),
    ],
)
def test_a_network_is_a_neighbourhood(ana, one, other, same):
    burn(ana, one)

    if same:
        paused(ana, other)
    else:
        assert knock(ana, other)


def test_the_table_names_nobody(ana):
    lockout.clear(knock(ana, device="browser"))
    keys = db.session.scalars(select(LoginTries.key)).all()

    assert all(len(key) == 32 for key in keys)


def test_housekeeping_may_take_what_is_past_and_knows_nobody(ana, held_clock):
    lockout.clear(knock(ana, HOME))
    knock(ana, AWAY)
    held_clock.shift(3600)

    past = select(LoginTries).where(LoginTries.past(clock.now()))

    assert len(db.session.scalars(past).all()) == 4
    held_clock.shift(91 * 86400)
    past = select(LoginTries).where(LoginTries.past(clock.now()))
    assert len(db.session.scalars(past).all()) == len(counts())


def burn(user, address):
    for _ in range(5):
        try:
            knock(user, address)
        except lockout.Paused:
            return
