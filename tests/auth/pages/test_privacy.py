"""Taking one's data along, and leaving."""

import tomllib
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from app.auth import housekeeping
from app.auth.accounts import lookup, papers
from app.auth.accounts.models import User
from app.auth.audit import events
from app.auth.database import Base, db
from app.auth.flows.account import export_data
from app.auth.institutions import directory, invitations
from app.auth.institutions.models import InstitutionInvitation
from app.auth.notifications.models import OutboxMessage
from app.auth.retention import kinds
from app.auth.support import looks
from app.foundation import clock
from app.foundation.database import kept
from tests.auth import persons, stage
from tests.support.marks import abuse, asvs

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
    fields = page.forms["export-form"]["fields"] | {"as": "file"}
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


@asvs("7.4.2")
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


@asvs("14.2.7")
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


@asvs("14.2.7")
def test_invitations_to_the_address_of_who_left_go_with_them(app, allowed, held_clock):
    with app.app_context(), kept(db):
        directory.create("aurora", "Aurora")
        for address in (ANA, "eva@exemplo.com.br"):
            invitations.invite("aurora", address)
    close(allowed)
    held_clock.shift(7 * DAY)

    with app.app_context():
        assert housekeeping.run(30)["users"] == 1
        left = db.session.scalars(select(InstitutionInvitation.email_folded)).all()

    assert left == ["eva@exemplo.com.br"]


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


def test_the_page_tells_what_is_kept_and_until_when(come_in):
    page = come_in().client.get("/account/privacy").text

    for kind in kinds.KINDS:
        assert f'data-kind="{kind.name}"' in page
        assert kind.law in page
    assert "10 anos depois" in page


def test_the_document_repeats_the_table_of_what_is_kept():
    said = (Path(__file__).parents[3] / "docs/privacy.md").read_text("utf-8")
    rows = [line for line in said.splitlines() if line.startswith("| ")][1:]

    assert len(rows) == len(kinds.KINDS)
    for kind, row in zip(kinds.KINDS, rows, strict=True):
        assert kind.law in row
        assert (f"{kind.years} years after" in row) is (kind.years is not None)


def test_the_copy_can_be_read_on_a_page(app, allowed):
    page = allowed.open("/account/privacy/export")
    fields = page.forms["export-form"]["fields"] | {"as": "page"}

    shown = allowed.client.post("/account/privacy/export", data=fields).text

    assert 'data-page="privacy-data"' in shown
    assert CPF in shown
    assert ANA in shown
    for name in ("users", "sessions", "consents", "activity"):
        assert f'id="taken-{name}"' in shown
    assert "_digest" not in shown
    assert "password_hash" not in shown


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_every_table_of_the_copy_has_a_name_for_people(language):
    path = Path(__file__).parents[3] / f"app/auth/pages/words/{language}.toml"
    named = tomllib.loads(path.read_text("utf-8"))["taken"]

    assert {table.name for table in export_data.tables()} | {"users", "activity"} <= set(named)


def test_who_looked_at_somebody_keeps_their_own_browser_to_themselves(auth_context):
    ana, staff = persons.open_account(ANA), stage.come_in(persons.open_account(BIA))
    with kept(db):
        looks.begin(staff.session_id, ana.id)

    [look] = export_data.of(ana.id)["held"]["looks"]

    assert look.keys() == {"user_id", "until"}
