"""Taking one's data along, and leaving."""

import pytest
from sqlalchemy import func, insert, select

from app.auth import housekeeping
from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.database import Base, db
from app.auth.flows.account import export_data
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons
from tests.support.marks import abuse

ANA, BIA = "ana@exemplo.com.br", "bia@exemplo.com.br"
CPF = "52998224725"
DAY = 86_400


@pytest.fixture
def allowed(app, held_clock, come_in, ask):
    """Ana's browser, having let Cofrinho in; we know her CPF and her address is proved."""
    with app.app_context(), kept(db):
        ana = lookup.by_email(ANA)
        papers.keep(ana, "cpf", CPF)
        ana.email_verified_at = clock.now()
    visitor = come_in()
    visitor.submit(visitor.open(ask()), "consent-form", decision="allow")
    return visitor


def close(visitor):
    return visitor.submit(visitor.open("/account/close"), "close-form")


def take(visitor):
    page = visitor.open("/account/privacy/export")
    fields = page.forms["export-form"]["fields"]
    return visitor.client.post("/account/privacy/export", data=fields)


def rows_of(app, user_id):
    """How many rows each table has that is a person's."""
    with app.app_context():
        return {
            table.name: db.session.scalar(
                select(func.count()).select_from(table).where(export_data._whose(table, user_id))
            )
            for table in export_data.tables()
        }


def id_of(app, address):
    with app.app_context():
        return lookup.by_email(address).id


def test_the_copy_has_every_table_that_names_the_person(app, allowed):
    user_id = id_of(app, ANA)

    answer = take(allowed)

    told = answer.json
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {name: len(rows) for name, rows in told["held"].items()} == rows_of(app, user_id)
    assert told["person"]["cpf"] == CPF
    assert told["person"]["email"] == ANA
    assert {"consents", "sessions", "devices", "authorization_codes"} <= {
        name for name, rows in told["held"].items() if rows
    }
    assert told["activity"][0]["event"] == events.ACCOUNT_CREATED
    with app.app_context():
        refer = {
            table.name
            for table in Base.metadata.sorted_tables
            if any(key.column.table is User.__table__ for key in table.foreign_keys)
        }
    assert refer <= set(told["held"])


def test_nothing_in_the_copy_opens_anything(app, allowed):
    text = take(allowed).text

    for word in ("argon2", "_digest", "_hash", "_sealed", "_index", allowed_cookie(allowed)):
        assert word not in text
    assert BIA not in text


def allowed_cookie(visitor):
    return visitor.client.get_cookie("session_3000").value


@abuse("V-08")
@pytest.mark.parametrize("address", ["/account/close", "/account/privacy/export"])
def test_a_browser_that_was_found_open_does_neither(app, allowed, held_clock, address):
    token = allowed.open("/account").forms["sign-out-form"]["fields"]["csrf_token"]
    held_clock.shift(301)

    answer = allowed.client.post(address, data={"csrf_token": token})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/step-up/")
    assert allowed.open("/account").name[0] == "account"


def test_closing_ends_everything_at_once_and_says_until_when(app, allowed, come_in):
    other = come_in()

    after = close(allowed)

    assert after.name[0] == "closed"
    assert "27/11/2026" in after.text
    assert allowed.open("/account").name[0] == other.open("/account").name[0] == "login"
    assert rows_of(app, id_of(app, ANA))["consents"] == 0
    with app.app_context():
        messages = set(db.session.scalars(select(OutboxMessage.message)))
    assert "account_closing" in messages


def test_signing_in_within_the_week_stops_it(app, allowed, held_clock, come_in):
    close(allowed)
    held_clock.shift(6 * DAY)

    again = come_in()
    held_clock.shift(2 * DAY)
    with app.app_context():
        assert housekeeping.run(30)["users"] == 0

    assert (
        "Encerramento da conta cancelado"
        in again.sign_in(again.open("/account/activity"), ANA).text
    )


def test_after_a_week_all_of_the_person_is_erased_and_nothing_of_anybody_else(
    app, allowed, held_clock, come_in
):
    come_in(BIA)
    ana, bia = id_of(app, ANA), id_of(app, BIA)
    before = rows_of(app, bia)
    close(allowed)
    held_clock.shift(7 * DAY - 1)
    with app.app_context():
        assert housekeeping.run(30)["users"] == 0
    held_clock.shift(1)

    with app.app_context():
        assert housekeeping.run(30)["users"] == 1
        assert housekeeping.run(30)["users"] == 0

    assert set(rows_of(app, ana).values()) == {0}
    assert rows_of(app, bia)["devices"] == before["devices"] == 1
    with app.app_context():
        row = db.session.get(User, ana)
        assert row.status == "closed"
        left = " ".join(str(getattr(row, column.name)) for column in User.__table__.columns)
        for gone in ("Ana", "exemplo.com.br", "argon2"):
            assert gone not in left
        assert row.cpf_sealed is row.cpf_index is row.full_name is None
        assert (events.ACCOUNT_CLOSED, row.sub) in persons.recorded()


def test_who_left_may_come_again_as_somebody_new(app, allowed, held_clock, browser):
    close(allowed)
    held_clock.shift(7 * DAY)
    with app.app_context():
        housekeeping.run(30)
    gone = browser()
    assert gone.sign_in(gone.open("/account"), ANA).status == 422

    with app.app_context():
        again = persons.open_account(ANA, cpf=CPF)
        assert again.sub != db.session.scalar(select(User.sub).where(User.status == "closed"))


def test_housekeeping_takes_no_row_that_is_not_over(app, held_clock):
    with app.app_context(), kept(db):
        ana = lookup.by_email(ANA)
        table = Base.metadata.tables["contact_changes"]
        soon, later = clock.now(), clock.now() + housekeeping.KEPT
        for channel, until in (("email", soon), ("phone", later)):
            row = {"user_id": ana.id, "channel": channel, "target_sealed": b"x"}
            db.session.execute(insert(table).values(row | {"expires_at": until}))
    held_clock.shift(1)

    with app.app_context():
        assert housekeeping.run(30)["contact_changes"] == 1
        assert db.session.scalar(select(func.count()).select_from(table)) == 1
