"""The dashboard tells what went on, and what needs somebody."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.auth import chaining
from app.auth.audit import events, tallies, trail
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import stage


def happen(event, times):
    """Let an event have happened so often, and link it."""
    with kept(db):
        for number in range(times):
            trail.record(event, actor="operator", subject=f"p{number}")
    chaining.seal(now=True)


def figure(page, name):
    """What stands under a figure: of the last day, and of the day before."""
    shown = page.html.partition(f'id="figure-{name}"')[2]
    return int(shown.partition("<b>")[2].partition("<")[0])


def test_figures_are_those_of_the_last_day(app, office, held_clock):
    with app.app_context():
        stage.make_keys()
        happen(events.DEED_APPROVED, 3)
    held_clock.shift(timedelta(hours=30))
    with app.app_context():
        happen(events.DEED_APPROVED, 2)
        happen(events.DEED_REFUSED, 1)

    page = office(None).enter("olga", "/admin/dashboard")

    assert (figure(page, "approved"), figure(page, "refused")) == (2, 1)
    assert "3 nas 24 horas anteriores" in page.text
    assert "chart-deeds-title" in page.elements


def test_a_new_house_is_told_what_to_do_first(olga):
    page = olga.open("/admin/dashboard")

    assert "steps" in page.elements
    assert "Cadastre o primeiro app." in page.text


def test_a_worker_that_is_away_is_told(app, olga, held_clock):
    with app.app_context(), kept(db):
        trail.record(events.DEED_REFUSED, actor="operator", subject="p")
    held_clock.shift(timedelta(minutes=20))

    assert "O registro não está sendo assinado" in olga.open("/admin/dashboard").text


def test_hours_are_counted_once_however_many_batches(app):
    with app.app_context():
        stage.make_keys()
        happen(events.DEED_REFUSED, 3)
        happen(events.DEED_REFUSED, 4)

        found = tallies.since(clock.now(), [events.DEED_REFUSED, events.DEED_APPROVED])

    assert found == {tallies.hour_of(clock.now()): {events.DEED_REFUSED: 7}}


@pytest.mark.usefixtures("held_clock")
def test_what_nobody_of_ours_wrote_is_not_counted(app):
    with app.app_context():
        stage.make_keys()
        slipped = {"at": clock.now(), "event": events.DEED_APPROVED, "actor": "operator"}
        with kept(db):
            db.session.execute(insert(AuditRecord.__table__), slipped)
        chaining.seal(now=True)
        stamped = tallies.since(clock.now(), [events.DEED_APPROVED])

    assert stamped == {}
