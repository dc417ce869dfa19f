"""What people allowed, what they answered, who belongs where: looked through however many."""

import os

from sqlalchemy import insert, select

from app.auth.accounts.models import User
from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.deeds.models import Approval
from app.auth.institutions import directory
from app.auth.institutions.models import UserInstitution
from app.auth.staff.models import InstitutionRole
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.auth.people.test_directory import row as person
from tests.support.marks import mission
from tests.support.spans import least

MANY = 100_000 if os.environ.get("SOAK") else 10_000
QUICK = 0.5  # seconds
BATCH = 5_000

PLACES = (
    "/admin/consents",
    "/admin/consents?order=oldest&page=300",
    "/admin/consents?q=p77@example.com",
    "/admin/deeds",
    "/admin/deeds?decision=approved&order=oldest",
    "/admin/deeds?q=p77@example.com",
    "/admin/institutions/aurora/members",
    "/admin/institutions/aurora/members?state=active&order=oldest&page=300",
    "/admin/institutions/aurora/members?q=p77@example.com",
    "/admin/staff",
    "/admin/staff?q=pessoa+0007&order=institution",
)


@mission("S57", "S84")
def test_a_large_bank_is_looked_through_as_quickly_as_a_small_one(
    app, olga, bea, answered, register
):
    register("loja")
    with app.app_context():
        crowd(directory.get("aurora").id)

    slow = {}
    for browser, whose in ((olga, "everybody's"), (bea, "of one bank")):
        for address in PLACES:
            span = least(lambda browser=browser, address=address: look(browser, address), 3)
            if span >= QUICK:
                slow[whose, address] = round(span, 2)
    assert slow == {}


def crowd(institution_id):
    """Let many people belong to an institution, each of whom allowed an app and answered a deed."""
    approval = dict(db.session.execute(select(Approval.__table__)).mappings().first())
    for start in range(0, MANY, BATCH):
        with kept(db) as session:
            made = [person(number) for number in range(start, start + BATCH)]
            session.execute(insert(User), made)
            subs = select(User.id, User.sub).where(User.sub.in_([one["sub"] for one in made]))
            people = session.execute(subs).all()
            here = {"institution_id": institution_id}
            each = [here | {"user_id": one.id} for one in people]
            session.execute(insert(UserInstitution), each)
            session.execute(insert(InstitutionRole), [one | {"role": "support"} for one in each])
            session.execute(insert(Consent), [allowed(one.id) for one in people])
            session.execute(insert(Approval), [approval | answer(one) for one in people])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def allowed(user_id):
    """Return the columns of a consent."""
    return {"user_id": user_id, "client_id": "loja", "scope": "openid", "given_at": clock.now()}


def answer(one):
    """Return what is of its own in one's approval."""
    return {
        "id": ids.new("apr"),
        "transaction_id": ids.new("deed"),
        "user_id": one.id,
        "sub": one.sub,
        "decided_at": clock.now(),
    }


def look(browser, address):
    """Open a page of a list."""
    assert browser.open(address).status == 200
