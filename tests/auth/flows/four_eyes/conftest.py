"""A house that wants four eyes, its administrators, and a person."""

import json

import pytest
from sqlalchemy import select

from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.institutions import directory, members, roles
from app.auth.staff import grants
from app.foundation.database import kept
from tests.auth import persons


@pytest.fixture
def auth_app(create_house):
    """The authorization server of a house that wants four eyes."""
    return create_house("auth", FOUR_EYES="on")


@pytest.fixture
def people(auth_app):
    """Ada, Bia and Caio administer; Davi does so at Aurora alone; Eva is a member there."""
    with auth_app.app_context():
        with kept(db):
            roles.ensure()
            for code in ("aurora", "boreal"):
                directory.create(code, code.title())
        made = {name: persons.open_account(f"{name}@example.com") for name in NAMES}
        with kept(db):
            for name in NAMES[:3]:
                roles.give(made[name], ["admin"])
            for name in NAMES[3:]:
                members.admit(made[name], "aurora")
            grants.give(made["davi"], "admin", code="aurora")
    return made


NAMES = ("ada", "bia", "caio", "davi", "eva")


@pytest.fixture
def told(auth_app):
    """Read what the record tells of a subject: event, actor and data, in order."""

    def read(subject):
        with auth_app.app_context():
            mine = select(AuditRecord).where(AuditRecord.subject == subject)
            return [
                (row.event, row.actor, json.loads(row.data or "{}"))
                for row in db.session.scalars(mine.order_by(AuditRecord.seq))
            ]

    return read


def tried(deed, *arguments, **how):
    """Do it in a transaction of its own; return what it raises, or None."""
    try:
        with kept(db):
            deed(*arguments, **how)
    except Exception as error:  # noqa: BLE001 (what it raises is the result)
        return type(error)
