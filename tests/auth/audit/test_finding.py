"""Whoever's lines are found by an index, in a record that has others' by the thousand."""

import pytest
from sqlalchemy import insert

from app.auth.audit import events, reading, searching, trail
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.foundation import clock
from app.foundation.database import kept
from tests.auth.audit import plans
from tests.support.marks import mission

SUB, APP, GRANT = "a0000000-0000-4000-8000-000000000001", "loja", "grt_1"
OTHERS = 4000
ASKED = {
    "the copy of a person": lambda: list(reading.everything(SUB)),
    "a page of the person's": lambda: reading.of_person(SUB, [events.PROFILE_CHANGED]),
    "a search": lambda: searching.page(searching.Asked(whose=(SUB,))),
    "a search that finds nobody": lambda: searching.page(searching.Asked(whose=("nobody",))),
    "a file of a search": lambda: list(searching.batches(searching.Asked(whose=(SUB,)))),
}


@pytest.fixture
def crowd(auth_context):
    """A record of others by the thousand, and a few lines of a person and of an app."""
    with kept(db):
        line = {"at": clock.now(), "event": events.GRANT_ISSUED, "actor": "other"}
        rows = [line | {"subject": f"grt_{n}", "actor": f"app{n}"} for n in range(OTHERS)]
        db.session.execute(insert(AuditRecord.__table__), rows)
    with kept(db):
        trail.record(events.PROFILE_CHANGED, actor=SUB, subject=SUB)
        trail.record(events.ACCOUNT_LOCKED, actor="operator", subject=SUB)
        trail.record(events.CLIENT_DISABLED, actor=SUB, subject=APP)
        trail.record(events.GRANT_ISSUED, actor=APP, subject=GRANT)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


@mission("S57")
@pytest.mark.parametrize("name", ASKED)
def test_nobodys_lines_are_looked_for_in_the_whole_record(crowd, name):
    with plans.sent() as statements:
        ASKED[name]()
    [*asked] = [each for each in statements if "audit_records" in each[0]]

    assert asked
    for statement, values in asked:
        told = plans.of(statement, values)
        assert "ix_audit_records_actor_seq" in told, told
        assert "ix_audit_records_subject_seq" in told, told
        assert "Seq Scan on audit_records" not in told, told
        assert "SCAN audit_records" not in told, told


def test_everything_about_somebody_is_found_once_and_in_order(crowd):
    lines = list(reading.everything(SUB))

    told = [line.event for line in lines]
    assert told == [events.PROFILE_CHANGED, events.ACCOUNT_LOCKED, events.CLIENT_DISABLED]
    found, more = searching.page(searching.Asked(whose=(SUB,)))
    assert ([line.event for line in found], more) == (told[::-1], False)


def test_what_turns_over_by_the_thousand_is_found_by_its_name(crowd):
    for whose in (APP, GRANT):
        asked = searching.Asked(whose=(whose,), events=(events.GRANT_ISSUED,))
        [line] = [each for each in searching.page(asked)[0] if each.actor == APP]
        assert (line.actor, line.subject) == (APP, GRANT)
    assert [line.event for line in searching.page(searching.Asked(whose=(APP,)))[0]] == [
        events.CLIENT_DISABLED
    ]
