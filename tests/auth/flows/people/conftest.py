"""Ana, who has an account; Olga, who runs the house; Lia, who may lock accounts and no more."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from app.auth.accounts import papers
from app.auth.accounts.models import User
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.factors.models import TotpSecret
from app.auth.institutions import roles
from app.auth.institutions.models import Role, UserRole
from app.auth.staff.models import RolePermission
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons, stage

NUMBER = "+5511987654321"


class Cast:
    """The subjects of the three."""

    def __init__(self, **people):
        self.users = people
        self.ana, self.olga, self.lia = (people[each].sub for each in ("ana", "olga", "lia"))


@pytest.fixture
def cast(auth_app):
    """The three, on a house whose tokens can be signed; a context open."""
    with auth_app.test_request_context():
        stage.make_keys()
        people = {name: open_account(name) for name in ("ana", "olga", "lia")}
        with kept(db):
            roles.ensure()
            roles.give(people["olga"], ["admin"])
            db.session.execute(insert(Role), {"name": "fraud"})
            db.session.execute(
                insert(RolePermission), {"role": "fraud", "permission": "people:lock"}
            )
            db.session.execute(insert(UserRole), {"user_id": people["lia"].id, "role": "fraud"})
        yield Cast(**people)


def open_account(name):
    """Open a proved account."""
    return persons.open_account(f"{name}@example.com", name=f"{name.title()} Prado", verified=True)


@pytest.fixture
def app_of_ana(cast):
    """Ana, in a browser and with an app, phone and codes."""
    user = cast.users["ana"]
    with kept(db):
        here = db.session.get(User, user.id)
        papers.keep(here, "phone", NUMBER)
        here.phone_verified_at = clock.now() - timedelta(days=9)
        secret = {"user_id": user.id, "secret_sealed": b"x", "enabled_at": clock.now()}
        db.session.execute(insert(TotpSecret), secret)
    return stage.come_in(user)


@pytest.fixture
def recorded():
    """Read what the record tells of a subject: events, with who did it."""

    def read(subject):
        db.session.rollback()
        mine = select(AuditRecord.event, AuditRecord.actor).where(AuditRecord.subject == subject)
        return [tuple(row) for row in db.session.execute(mine.order_by(AuditRecord.seq))]

    return read
