"""How odd a sign-in looks, and what comes of it: told, kept, blocked."""

import json

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.notifications import letters
from app.auth.notifications.models import OutboxMessage
from app.auth.sessions.models import Device, Session
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import doors, persons
from tests.support.marks import abuse, asvs, mission

WRONG = "not the password"
HOME, AWAY = "203.0.113.7", "192.0.2.1"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def create_app(create_house):
    def create(**settings):
        app = create_house("auth", **settings)
        with app.app_context(), kept(db):
            user = persons.open_account()
            user.email_verified_at = clock.now()
        return doors.open_all(app)

    return create


@pytest.fixture
def app(create_app):
    return create_app()


def sign_in(client, password=persons.PASSWORD, address=HOME, agent="curl/8"):
    return client.post(
        "/t/sign-in",
        data={"username": "ana@example.com", "password": password},
        environ_base={"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent},
    )


def told(app):
    with app.app_context():
        rows = db.session.scalars(select(OutboxMessage)).all()
        return [(row.message, letters.open(row.id, row.content_sealed).context) for row in rows]


def weighed(app):
    with app.app_context():
        rows = db.session.execute(select(Session.risk, Session.risk_reasons))
        return [(row.risk, row.risk_reasons) for row in rows]


def recorded(app, event):
    with app.app_context():
        query = select(AuditRecord.data).where(AuditRecord.event == event)
        return [data and json.loads(data) for data in db.session.scalars(query)]


@mission("S83")
def test_the_first_sign_in_and_a_known_device_are_nothing_to_tell(app):
    ana = app.test_client()
    for _ in range(3):
        assert sign_in(ana).status_code == 200

    assert told(app) == []
    assert weighed(app) == [("allow", "")]
    with app.app_context():
        assert db.session.query(Device).count() == 1


@asvs("6.3.5")
@mission("S83")
def test_a_new_device_is_told_to_the_owner_and_kept_with_its_reasons(app, held_clock):
    sign_in(app.test_client())

    sign_in(app.test_client(), address=AWAY, agent=PHONE)

    [(message, context)] = told(app)
    assert message == "new_sign_in"
    assert "iPhone" in context["device"]
    assert context["at"] == clock.now()
    assert ("notify", "new_device new_network") in weighed(app)
    said = {"risk": "notify", "reasons": ["new_device", "new_network"]}
    assert said in recorded(app, events.SIGN_IN_SUCCEEDED)


@abuse("L-09")
@mission("S83")
def test_a_stranger_who_burns_the_limit_never_shuts_the_owner_out(create_app):
    app = create_app(RISK_BLOCK_FROM=30, RISK_STEP_UP_FROM=25)
    owner = app.test_client()
    sign_in(owner)
    for _ in range(12):
        stranger = sign_in(app.test_client(), WRONG, AWAY)
    assert stranger.status_code == 429

    again = sign_in(owner)
    from_a_trip = sign_in(owner, address="198.51.100.1")

    assert (again.status_code, from_a_trip.status_code) == (200, 200)


@asvs("8.2.4")
@mission("S83")
def test_too_odd_a_one_is_refused_after_the_right_password_alone(create_app):
    app = create_app(RISK_BLOCK_FROM=50)
    sign_in(app.test_client())
    for number in range(5):
        refused = sign_in(app.test_client(), WRONG, f"192.0.2.{number}")
        assert refused.status_code == 422

    blocked = sign_in(app.test_client(), address="198.51.100.1")

    assert blocked.status_code == 403
    reasons = ["new_device", "new_network", "many_failures"]
    assert {"reason": "unusual", "reasons": reasons} in recorded(app, events.SIGN_IN_FAILED)
    assert len(weighed(app)) == 1
    wrong = sign_in(app.test_client(), WRONG, "198.51.100.9")
    assert wrong.status_code == 422


def test_a_disowned_device_is_new_again(app):
    sign_in(app.test_client())
    strange = app.test_client()
    sign_in(strange)
    with app.app_context(), kept(db):
        ana = lookup.by_email("ana@example.com")
        last = select(Device).where(Device.user_id == ana.id).order_by(Device.first_seen_at.desc())
        db.session.scalars(last).first().disowned_at = clock.now()

    sign_in(strange)

    assert len(told(app)) == 2


def test_a_device_is_recognised_after_the_sealing_key_turned_over(create_house, new_database):
    one, two = "a:" + "A" * 43 + "=", "b:" + "B" * 42 + "A="
    url = new_database("auth", "sqlite")
    app = create_house("auth", url=url, SEALING_KEYS=one)
    with app.app_context():
        persons.open_account()
    doors.open_all(app)
    before = app.test_client()
    sign_in(before)
    cookie = before.get_cookie("browser_3000")

    later = doors.open_all(create_house("auth", url=url, SEALING_KEYS=f"{two},{one}"))
    after = later.test_client()
    after.set_cookie(cookie.key, cookie.value)
    sign_in(after)

    with later.app_context():
        assert db.session.query(Device).count() == 1
    assert [verdict for verdict, _ in weighed(later)] == ["allow", "allow"]
