"""Signing out, here and elsewhere; changing a password that was handed out."""

import pytest
from sqlalchemy import select

from app.auth.audit import events
from app.auth.database import db
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.auth import doors, persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, asvs, mission

NEW = "outra frase bem comprida"


@pytest.fixture
def app(auth_app):
    with auth_app.app_context():
        for email in ("ana@example.com", "bia@example.com"):
            persons.open_account(email)
    return doors.open_all(auth_app)


def came_in(app, email="ana@example.com"):
    """A browser on which the person has signed in, and the session's id."""
    client = app.test_client()
    answer = sign_in(client, email)
    return client, answer.json["sid"]


def sign_in(client, email="ana@example.com", password=persons.PASSWORD):
    return client.post("/t/sign-in", data={"username": email, "password": password})


def is_here(client):
    return client.get("/t/here").json["here"] is not None


def reason(app, session_id):
    with app.app_context():
        return db.session.scalar(select(Session.end_reason).where(Session.id == session_id))


@asvs("7.4.1")
def test_signing_out_ends_the_session_and_drops_the_cookie(app):
    ana, sid = came_in(app)
    secret = ana.get_cookie("session_3000").value

    ana.post("/t/sign-out")

    assert not is_here(ana)
    assert ana.get_cookie("session_3000") is None
    ana.set_cookie("session_3000", secret)
    assert not is_here(ana)
    assert reason(app, sid) == "signed_out"
    with app.app_context():
        assert (events.SESSION_ENDED, sid) in persons.recorded()


def test_signing_out_where_nobody_is_changes_nothing(app):
    assert app.test_client().post("/t/sign-out").json == {"here": None}


def test_one_session_is_ended_from_the_list(app):
    phone, lost = came_in(app)
    laptop, _ = came_in(app)

    assert laptop.post("/t/sign-out/one", data={"sid": lost}).status_code == 200

    assert not is_here(phone)
    assert is_here(laptop)


def test_ending_the_session_in_use_forgets_it_here(app):
    ana, sid = came_in(app)

    ana.post("/t/sign-out/one", data={"sid": sid})

    assert ana.get_cookie("session_3000") is None


@pytest.mark.parametrize("sid", ["ses_unknown", "", "x" * 9999])
def test_a_session_that_is_not_there_is_not_found(app, sid):
    ana, _ = came_in(app)

    assert ana.post("/t/sign-out/one", data={"sid": sid}).status_code == 404


@mission("C15")
def test_somebody_elses_session_is_not_found(app):
    ana, _ = came_in(app)
    bia, hers = came_in(app, "bia@example.com")

    assert ana.post("/t/sign-out/one", data={"sid": hers}).status_code == 404
    assert is_here(bia)


def test_every_other_session_of_the_person_ends(app):
    ana, _ = came_in(app)
    elsewhere = [came_in(app)[0] for _ in range(3)]
    bia, _ = came_in(app, "bia@example.com")

    ana.post("/t/sign-out/others")

    assert is_here(ana)
    assert is_here(bia)
    assert not any(is_here(client) for client in elsewhere)


class TestANewPassword:
    """At the first sign-in with a password that was handed out."""

    @pytest.fixture
    def handed_out(self, app):
        with app.app_context(), kept(db):
            persons.found("ana@example.com").must_change_password = True

    def change(self, client, password=NEW):
        return client.post("/t/password", data={"password": password})

    @asvs("6.4.1")
    @abuse("L-18")
    def test_takes_the_place_of_the_one_handed_out(self, app, handed_out):
        ana, _ = came_in(app)
        assert ana.get("/t/here").json["here"]["must_change_password"] is True

        assert self.change(ana).status_code == 200

        assert ana.get("/t/here").json["here"]["must_change_password"] is False
        assert sign_in(app.test_client(), password=NEW).status_code == 200
        assert sign_in(app.test_client()).status_code == 422
        with app.app_context():
            assert events.PASSWORD_CHANGED in dict(persons.recorded())

    def test_ends_every_other_session(self, app, handed_out):
        stranger, theirs = came_in(app)
        ana, _ = came_in(app)

        self.change(ana)

        assert is_here(ana)
        assert not is_here(stranger)
        assert reason(app, theirs) == "password_changed"

    @pytest.mark.parametrize("password", ["short", "12345678", persons.PASSWORD, "x" * 300])
    def test_must_be_a_good_one_and_another_one(self, app, handed_out, password):
        ana, _ = came_in(app)

        assert self.change(ana, password).status_code == 422

        assert ana.get("/t/here").json["here"]["must_change_password"] is True
        assert sign_in(app.test_client()).status_code == 200

    def test_leaves_no_session_that_the_old_one_opened_meanwhile(self, app, handed_out):
        ana, _ = came_in(app)
        strangers = [app.test_client() for _ in range(12)]
        works = [lambda client=client: sign_in(client) for client in strangers]
        works.insert(6, lambda: self.change(ana))

        at_once(works, len(works))

        assert is_here(ana)
        assert not any(is_here(client) for client in strangers)

    def test_is_not_taken_from_who_need_not_change_it(self, app):
        ana, _ = came_in(app)

        assert self.change(ana).status_code == 409

        assert sign_in(app.test_client()).status_code == 200
