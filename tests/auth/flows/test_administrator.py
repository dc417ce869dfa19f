"""Document 004's first administrator."""

import pytest
from sqlalchemy import func, select

from app.auth.accounts import passwords
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows import administrator
from app.auth.institutions import members, roles
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.crowds import at_once
from tests.support.marks import abuse, asvs, mission

PRODUCTION = {
    "APP_ENV": "production",
    "MAIL_SERVER": "smtp.example",
    "MAIL_FROM": "nao-responda@portaria.example",
    "ISSUER": "https://id.banco.example",
    "RATE_LIMITS": "on",
}


def ensure(app):
    with app.app_context(), kept(db):
        user = administrator.ensure(app.config)
        return user and user.id


@mission("S124", "C23")
@abuse("L-18")
def test_the_administrator_is_made_as_document_004_says_and_must_change_the_password(auth_app):
    user_id = ensure(auth_app)

    with auth_app.app_context():
        user = db.session.get(User, user_id)
        assert (user.username, user.email) == ("admin", "admin@example.com")
        assert user.full_name == "Administrador"
        assert passwords.check(user, "admin")
        assert user.must_change_password
        assert roles.names(user_id) == ["admin", "user"]
        assert members.codes(user_id) == ["default"]
        assert (events.ADMINISTRATOR_ENSURED, user.sub) in persons.recorded()


@mission("S125")
def test_the_administrator_is_named_by_settings(create_house):
    app = create_house(
        "auth",
        ADMIN_USERNAME="chefe",
        ADMIN_EMAIL="chefe@banco.example",
        ADMIN_PASSWORD="cavalo bateria",
        ADMIN_NAME="A Chefe",
        ADMIN_INSTITUTIONS="um, dois",
    )

    user_id = ensure(app)

    with app.app_context():
        user = db.session.get(User, user_id)
        assert (user.username, user.full_name) == ("chefe", "A Chefe")
        assert passwords.check(user, "cavalo bateria")
        assert members.codes(user_id) == ["dois", "um"]


@mission("S125")
def test_the_administrator_is_left_as_it_is_the_second_time(auth_app):
    user_id = ensure(auth_app)
    with auth_app.app_context(), kept(db):
        passwords.set(db.session.get(User, user_id), persons.PASSWORD)

    again = ensure(auth_app)

    assert again is None
    with auth_app.app_context():
        user = db.session.scalars(select(User)).one()
        assert passwords.check(user, persons.PASSWORD)
        assert not user.must_change_password


def test_the_administrator_is_made_once_by_eight_processes_that_start_at_once(auth_app):
    made = []

    at_once(lambda: made.append(ensure(auth_app)), 8)

    assert len([user_id for user_id in made if user_id]) == 1
    assert made.count(None) == 7


@asvs("6.3.2")
@abuse("L-18")
def test_the_administrator_is_not_made_in_production_without_a_password(create_house):
    app = create_house("auth", **PRODUCTION)

    assert ensure(app) is None
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


@asvs("6.3.2")
@abuse("L-18")
def test_the_administrator_has_a_password_of_the_policy_in_production(create_house):
    app = create_house(
        "auth",
        **PRODUCTION,
        ADMIN_PASSWORD="admin123",
    )

    with pytest.raises(passwords.Refused):
        ensure(app)
