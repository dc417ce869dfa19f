"""What the law makes us keep is kept so long, sealed; then its key goes; a hold stops it all."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.auth import housekeeping
from app.auth.accounts import closing, lookup
from app.auth.accounts.models import User
from app.auth.admin.people import held
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import Base, db
from app.auth.deeds import deciding, evidence, pending
from app.auth.flows.account import export_data
from app.auth.flows.people import legal_hold
from app.auth.retention import holds, kinds, person_keys
from app.auth.retention.models import PersonKey
from app.auth.sessions.models import Device
from app.foundation.database import kept
from app.foundation.problems import NotFound
from tests.auth import persons, stage
from tests.support import deeds, factories
from tests.support.marks import mission

REASON = "Ofício 123/2026 da 4ª Vara, CPF 529.982.247-25"
YEARS = kinds.YEAR * 10


@pytest.fixture
def bank(auth_app):
    """A bank; and keys of our own, for the statement."""
    factories.keys(auth_app)
    return deeds.serve(auth_app)


@pytest.fixture
def here(auth_context):
    """Ana is here."""
    return stage.come_in(persons.open_account())


@pytest.fixture
def answer(here, bank):
    """An answer of Ana's to a deed; its id."""
    deed = pending.judged(bank.sign(bank.deed(here.sub, "shop")), "shop")
    with kept(db):
        return deciding.decide(deed, here, "approved", method="sms")


def keep_house():
    db.session.rollback()
    db.session.expire_all()
    return {name: count for name, count in housekeeping.run(30).items() if count}


def close(here):
    with kept(db):
        closing.ask(lookup.held(here.user_id))


def recorded(event):
    db.session.rollback()
    mine = select(AuditRecord.subject, AuditRecord.data).where(AuditRecord.event == event)
    return [tuple(row) for row in db.session.execute(mine)]


@mission("S118")
def test_an_approval_says_nothing_in_the_database_and_all_in_its_evidence(here, answer):
    row = dict(db.session.execute(text("SELECT * FROM approvals")).one()._mapping)

    document = evidence.exported(answer)

    payee = json.loads(document["canonical_deed"])["payee"]["name"]
    clear = b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in row.values())
    assert len(payee) > 3
    assert payee.encode() not in clear
    assert document["deed"].encode() not in clear
    copy = export_data.of(here.user_id)
    assert copy["held"]["approvals"][0]["canonical"] == document["canonical_deed"]


@mission("C24")
def test_evidence_outlives_the_account_by_ten_years_and_then_its_key_is_destroyed(
    held_clock, auth_app, here, answer
):
    close(here)
    held_clock.shift(timedelta(days=auth_app.config["CLOSING_DAYS"], seconds=1))
    assert keep_house()["users"] == 1
    assert evidence.exported(answer)["decision"] == "approved"
    held_clock.shift(YEARS - timedelta(seconds=2))
    assert "person_keys" not in keep_house()
    assert evidence.exported(answer)
    held_clock.shift(2)

    assert keep_house()["person_keys"] == 1

    with pytest.raises(person_keys.Erased):
        evidence.exported(answer)
    assert recorded(events.EVIDENCE_ERASED) == [(here.sub, None)]
    assert "person_keys" not in keep_house()
    run = auth_app.test_cli_runner().invoke
    [listed] = json.loads(run(args=["evidence", "list", "--json"]).stdout)
    assert (listed["id"], listed["amount"]) == (answer, None)
    assert run(args=["audit", "verify"]).exit_code == 0  # the chain is whole


def test_a_key_of_somebody_who_is_still_here_is_never_destroyed(held_clock, here, answer):
    held_clock.shift(3 * YEARS)

    keep_house()

    assert db.session.scalars(select(PersonKey.sub)).all() == [here.sub]


@mission("S118")
def test_a_hold_stops_erasure_and_housekeeping_until_it_is_released(
    held_clock, auth_app, here, answer
):
    bia = stage.come_in(persons.open_account("bia@example.com"))
    run = auth_app.test_cli_runner().invoke
    placed = run(args=["people", "hold", here.sub, "--reason", REASON, "--json"])
    assert placed.exit_code == 0, placed.output
    for each in (here, bia):
        close(each)
    held_clock.shift(2 * YEARS)

    gone = keep_house()

    assert gone["users"] == 1
    statuses = dict(db.session.execute(select(User.sub, User.status)).all())
    assert statuses == {here.sub: "active", bia.sub: "closed"}
    assert db.session.scalars(select(Device.user_id)).all() in ([], [here.user_id])
    assert [row["sub"] for row in json.loads(run(args=["people", "holds", "--json"]).stdout)] == [
        here.sub
    ]
    assert run(args=["people", "release", here.sub]).exit_code == 0
    assert keep_house()["users"] == 1
    assert keep_house() == {}


def test_a_hold_keeps_the_key_of_somebody_erased_before(held_clock, auth_app, here, answer):
    close(here)
    held_clock.shift(timedelta(days=auth_app.config["CLOSING_DAYS"], seconds=1))
    keep_house()
    with kept(db):
        legal_hold.place(here.sub, REASON)
    held_clock.shift(2 * YEARS)

    assert "person_keys" not in keep_house()
    assert evidence.exported(answer)


def test_why_is_sealed_and_the_record_names_the_hold_alone(here):
    with kept(db):
        hold_id = legal_hold.place(here.sub, REASON)
    with kept(db):
        holds.release(here.sub)

    assert recorded(events.HOLD_PLACED) == [(here.sub, f'{{"hold":"{hold_id}"}}')]
    assert recorded(events.HOLD_RELEASED) == [(here.sub, f'{{"hold":"{hold_id}"}}')]
    rows = db.session.execute(text("SELECT * FROM legal_holds")).all()
    assert b"529" not in b"".join(v if isinstance(v, bytes) else b"" for v in rows[0])
    assert "Vara" not in str(rows)


@mission("S118")
def test_whom_a_hold_stands_on_is_told_nowhere_of_it(auth_app, here):
    with kept(db):
        legal_hold.place(here.sub, REASON)
    with kept(db):
        holds.release(here.sub)

    with auth_app.test_request_context("/"):
        copy, page = json.dumps(export_data.of(here.user_id)), held.happened(here.sub)

    assert events.ACCOUNT_CREATED in copy
    assert page
    for told in (copy, str(page)):
        assert "hold" not in told


def test_one_hold_stands_at_a_time_and_only_on_somebody(auth_app, here):
    got = stage.all_at_once(auth_app, lambda _: _hold(here.sub), 4)

    assert sum(isinstance(each, str) for each in got) == 1
    assert sum(isinstance(each, holds.Held) for each in got) == 3
    with kept(db):
        holds.release(here.sub)
    for deed in (lambda: holds.release(here.sub), lambda: legal_hold.place("nobody", "x")):
        with pytest.raises(NotFound):
            deed()
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(legal_hold.NoReason):
            legal_hold.place(here.sub, reason)


def _hold(sub):
    with kept(db):
        return legal_hold.place(sub, REASON)


def test_a_hold_and_an_erasure_at_once_never_both_succeed(held_clock, auth_app):
    with auth_app.app_context():
        people = [persons.open_account(f"p{n}@example.com") for n in range(6)]
        for person in people:
            with kept(db):
                closing.ask(lookup.held(person.id))
        subs = [(person.id, person.sub) for person in people]
    held_clock.shift(timedelta(days=auth_app.config["CLOSING_DAYS"], seconds=1))

    for user_id, sub in subs:

        def one(number, user_id=user_id, sub=sub):
            if number:
                return _hold(sub)
            with kept(db):
                return closing.erase(user_id)

        erased, placed = stage.all_at_once(auth_app, one, 2)

        with auth_app.app_context():
            status = db.session.scalar(select(User.status).where(User.id == user_id))
        assert (status == "closed") is (erased is True)
        if erased is not True:
            assert isinstance(placed, str)
        else:  # the hold came after, and may stand on what is left
            assert isinstance(placed, (str, NotFound))


ELSEWHERE = {  # tables that name a person and are in no copy, and why
    "legal_holds": "who is under investigation is not told by us",
    "person_keys": "a key; what it seals is in the copy, opened",
    "audit_records": "what they did is in the copy as activity",
}


@mission("S118")
def test_every_table_that_names_a_person_is_in_their_copy_or_has_a_reason():
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        if {"user_id", "sub", "owner_sub", "actor", "person"} & set(table.columns.keys())
    }

    copied = {table.name for table in export_data.tables()} | {"users"}
    assert naming - copied == set(ELSEWHERE)
