"""A factor is taken away after a day in which the person hears of it and can stop it."""

import pytest

from app.auth.audit import events
from app.auth.database import db
from app.auth.factors import registry
from app.auth.flows import sign_in
from app.auth.flows.factors import lost_factors
from app.auth.flows.people import locking, reset_factor, whom
from app.auth.recoveries import rounds, waiting
from app.auth.recoveries.models import FactorRecovery
from app.foundation.database import kept
from tests.auth import outbox, persons, stage
from tests.auth.flows.people.conftest import NUMBER
from tests.support.marks import abuse, mission

DAY = 86_400


def factors(cast):
    """Return the names of the factors that Ana has."""
    db.session.rollback()
    return [each.name for each in registry.enrolled(cast.users["ana"].id)]


def ask(cast, factor=None):
    """Olga asks for it."""
    with kept(db):
        return reset_factor.begin(whom.held(cast.ana, cast.olga), factor, by=cast.olga)


def work():
    """Let the worker go round once."""
    db.session.rollback()
    return {name: n for name, n in (reset_factor.go() | rounds.go()).items() if n}


@mission("S84")
@abuse("O-14")
@pytest.mark.parametrize("factor", ["totp", None])
def test_it_happens_after_the_delay_and_ends_every_session(
    cast, app_of_ana, recorded, held_clock, factor
):
    recovery = ask(cast, factor)

    assert {"factor_reset_asked"} == {*outbox.names("ana@example.com"), *outbox.names(NUMBER)}
    held_clock.shift(DAY - 60)
    assert "factors_reset" not in work()
    assert factors(cast) == ["totp"]
    held_clock.shift(61)
    assert work()["factors_reset"] == 1
    assert work().get("factors_reset") is None
    assert factors(cast) == []
    assert recorded(app_of_ana.session_id)[-1] == (events.SESSION_ENDED, cast.olga)
    told = [each for each in recorded(cast.ana) if "factor" in each[0]]
    assert told == [
        (events.FACTOR_RECOVERY_BEGUN, cast.olga),
        (events.FACTOR_RECOVERY_COMPLETED, cast.olga),
    ]
    assert outbox.names("ana@example.com")[-1] == ("factor_off" if factor else "recovery_completed")
    with kept(db):
        assert sign_in.by_password("ana@example.com", persons.PASSWORD)
    assert recovery.factor == factor


@abuse("O-14")
@pytest.mark.parametrize("way", ["link", "page", "staff", "lock"])
def test_the_person_stops_it_from_any_message_and_nothing_happens(
    cast, app_of_ana, held_clock, way
):
    ask(cast)
    link = outbox.waiting("ana@example.com")[-1].context["stop_link"]

    with kept(db):
        if way == "link":
            assert lost_factors.stop_by_link(link.partition("token=")[2])
        elif way == "page":
            assert lost_factors.stop(cast.users["ana"].id, "stopped_here")
        elif way == "staff":
            assert reset_factor.stop(cast.ana, by=cast.olga)
        else:
            locking.lock(cast.ana, by=cast.olga)

    held_clock.shift(DAY + 60)
    assert work() == {}
    assert factors(cast) == ["totp"]


def test_one_is_under_way_at_a_time_and_only_of_what_there_is(cast, app_of_ana):
    with pytest.raises(reset_factor.NoFactor):
        ask(cast, "passkey")
    with pytest.raises(reset_factor.NoFactor):
        reset_factor.begin(whom.held(cast.lia, cast.olga), by=cast.olga)
    ask(cast, "totp")

    with pytest.raises(waiting.Begun):
        ask(cast)


def test_who_was_asked_for_cannot_be_completed_by_who_knows_the_password(
    cast, app_of_ana, held_clock
):
    ask(cast, "totp")
    held_clock.shift(DAY + 60)

    assert lost_factors.deed(cast.users["ana"].id) is None
    with pytest.raises(waiting.NotOpen):
        waiting.complete(cast.users["ana"])


def test_many_workers_do_it_once(cast, app_of_ana, auth_app, held_clock):
    ask(cast)
    held_clock.shift(DAY + 60)

    got = stage.all_at_once(auth_app, lambda _: reset_factor.go(), 8)

    assert sum(each["factors_reset"] for each in got) == 1
    db.session.rollback()
    assert db.session.query(FactorRecovery).one().outcome == "completed"
