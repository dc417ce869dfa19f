"""Return to keep, raise to undo."""

import pytest
from flask import abort, jsonify
from sqlalchemy import event, text

from app.foundation import clock, database, keeping
from app.foundation.problems import Problem
from tests.foundation.conftest import Thing, db, names
from tests.support.marks import asvs


class Refused(Problem):
    """A refusal of the tests."""

    status = 409


@pytest.fixture
def client(thing_house):
    """Doors that write, then answer in each way an answer can be given."""

    def door(path, answer):
        def view():
            db.session.add(Thing(name=path))
            db.session.flush()
            return answer()

        thing_house.add_url_rule(f"/{path}", path, view)

    def refuse():
        raise Refused

    def fail():
        raise RuntimeError("unexpected")

    door("returned-200", lambda: {"ok": True})
    door("returned-400", lambda: (jsonify(error="invalid_grant"), 400))
    door("raised-409", refuse)
    door("raised-500", fail)
    door("aborted-404", lambda: abort(404))
    return thing_house.test_client()


@pytest.mark.parametrize("path", ["returned-200", "returned-400"])
def test_what_a_returned_answer_wrote_is_kept(client, thing_house, path):
    answer = client.get(f"/{path}")

    assert answer.status_code == int(path.rpartition("-")[2])
    assert names(thing_house) == {path}


@asvs("2.3.3")
@pytest.mark.parametrize("path", ["raised-409", "raised-500", "aborted-404"])
def test_what_a_raised_answer_wrote_is_undone(client, thing_house, path):
    answer = client.get(f"/{path}")

    assert answer.status_code == int(path.rpartition("-")[2])
    assert names(thing_house) == set()


def test_an_answer_from_before_the_view_is_kept(client, thing_house):
    @thing_house.before_request
    def early():
        db.session.add(Thing(name="early"))
        return "early"

    assert client.get("/returned-200").text == "early"
    assert names(thing_house) == {"early"}


def test_a_step_put_off_finds_the_work_kept_and_makes_the_answer(client, thing_house):
    seen = []

    @thing_house.get("/stepped")
    def stepped():
        def step(answer):
            assert not database.is_writing(db)
            seen.append((answer.json, names(thing_house)))
            db.session.add(Thing(name="second"))
            return {"step": 2}, 201

        db.session.add(Thing(name="first"))
        keeping.then(step)
        assert keeping.goes_on()
        return {"step": 1}

    answer = client.get("/stepped")

    assert (answer.status_code, answer.json) == (201, {"step": 2})
    assert seen == [({"step": 1}, {"first"})]
    assert names(thing_house) == {"first", "second"}


def test_a_step_that_raises_undoes_its_own_work_alone(client, thing_house):
    @thing_house.get("/stepped")
    def stepped():
        def step(_answer):
            db.session.add(Thing(name="second"))
            db.session.flush()
            raise Refused

        db.session.add(Thing(name="first"))
        keeping.then(step)
        return "first"

    assert client.get("/stepped").status_code == 409
    assert names(thing_house) == {"first"}


def test_a_refused_request_takes_no_step(client, thing_house):
    taken = []

    @thing_house.get("/refused")
    def refused():
        keeping.then(taken.append)
        raise Refused

    assert client.get("/refused").status_code == 409
    assert taken == []


def test_a_commit_that_fails_gives_a_clean_500_without_the_answers_cookie(client, thing_house):
    @thing_house.get("/cookie")
    def cookie():
        db.session.add(Thing(name="cookie"))
        answer = jsonify(ok=True)
        answer.set_cookie("session", "value")
        return answer

    def fail(_session):
        raise RuntimeError("the commit failed")

    with thing_house.app_context():
        event.listen(db.session, "before_commit", fail)
        try:
            answer = client.get("/cookie")
        finally:
            event.remove(db.session, "before_commit", fail)

    assert answer.status_code == 500
    assert "Set-Cookie" not in answer.headers
    assert names(thing_house) == set()


def test_a_transaction_apart_is_kept_though_the_request_is_undone(client, thing_house):
    @thing_house.get("/counted")
    def counted():
        with database.apart(db) as connection:
            connection.execute(Thing.__table__.insert().values(name="try", count=1, live=True))
        db.session.add(Thing(name="undone"))
        raise Refused

    assert client.get("/counted").status_code == 409
    assert names(thing_house) == {"try"}


@pytest.mark.parametrize("how", ["pending", "flushed", "core"])
def test_a_transaction_apart_is_refused_while_writes_are_pending(thing_house, how):
    with thing_house.app_context():
        if how == "core":
            db.session.execute(Thing.__table__.insert().values(name="a", count=0, live=True))
        else:
            db.session.add(Thing(name="a"))
            if how == "flushed":
                db.session.flush()

        with pytest.raises(RuntimeError, match="pending"), database.apart(db):
            pass


def test_reading_alone_never_opens_a_session_for_a_request_that_needs_none(client, thing_house):
    used = []
    thing_house.add_url_rule("/none", "none", lambda: {"used": db.session.registry.has()})
    thing_house.teardown_request(lambda _error: used.append(db.session.registry.has()))

    assert client.get("/none").json == {"used": False}
    assert used == [False]


def test_the_same_session_is_never_seen_by_two_requests(client, thing_house):
    thing_house.add_url_rule("/in", "in", lambda: str(db.session().in_transaction()))
    thing_house.add_url_rule(
        "/read", "read", lambda: str(db.session.execute(text("SELECT 1")).scalar())
    )

    assert client.get("/read").text == "1"
    assert client.get("/in").text == "False"


@pytest.mark.parametrize("ending", ["returned-200", "raised-409"])
def test_an_answer_that_must_wait_does_so_with_its_work_done(client, thing_house, ending):
    at = {}
    thing_house.before_request(
        lambda: keeping.answer_no_sooner(at.setdefault("until", clock.ticks() + 0.1))
    )

    client.get(f"/{ending}")

    assert clock.ticks() >= at["until"]
    begun = clock.ticks()
    with thing_house.app_context():
        client.get("/unknown")
    assert clock.ticks() - begun < 0.1  # it was of one request alone
