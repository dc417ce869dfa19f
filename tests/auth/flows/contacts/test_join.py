"""Joining: everything is checked, nothing is told of others, and nothing works before the proof."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from app.auth.accounts import lookup, papers, passwords
from app.auth.accounts.models import User
from app.auth.accounts.proofs import one_time, sends
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows.contacts import application, join
from app.auth.flows.contacts.application import Application
from app.auth.flows.people import legal_hold
from app.auth.sessions.models import Session
from app.foundation.database import kept
from tests.auth import outbox, persons, stage
from tests.auth.flows.contacts import newcomers
from tests.auth.flows.contacts.newcomers import HOME, RITA, join_as, prove, rita
from tests.support.marks import abuse, asvs, mission


@pytest.fixture
def server(auth_context):
    return auth_context


def wrong(given, **options):
    """Return what is wrong with an application: field → message key."""
    with pytest.raises(application.Incomplete) as refusal:
        application.accept(given, **options)
    return {field: key for field, (key, _) in refusal.value.wrong.items()}


@mission("S12", "S13", "S21", "C12")
def test_joining_opens_an_account_that_still_has_to_prove_its_address(server, held_clock):
    joined = join_as()

    user = lookup.by_id(joined.user_id)
    assert (user.full_name, user.email, user.must_prove) == ("Rita Alves", RITA.email, "email")
    assert user.email_verified_at is None
    assert papers.read(user, "phone") == newcomers.NUMBER == joined.phone
    assert user.birth_date.isoformat() == "1990-01-15"
    assert user.terms_version == server.config["TERMS_VERSION"]
    assert user.terms_accepted_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert passwords.check(user, RITA.password)
    assert [m.name for m in outbox.waiting(RITA.email)] == ["confirm_email"]
    assert persons.recorded() == [(events.ACCOUNT_CREATED, user.sub)]


@abuse("L-01")
def test_an_address_that_is_somebodys_is_answered_alike_and_its_owner_is_told(server):
    ana = persons.open_account("ana@example.com")
    before = ana.password_hash

    joined = join_as(rita(email="Ana@example.com"))

    assert joined == join.Joined(None, "Ana@example.com", newcomers.NUMBER)
    assert outbox.names() == ["already_registered"]
    assert outbox.waiting()[0].to == "ana@example.com"
    assert persons.found("ana@example.com").password_hash == before
    assert db.session.scalar(select(func.count(User.id))) == 1


@abuse("L-01")
@mission("C25")
def test_a_cpf_that_is_somebodys_changes_nothing_at_joining(server):
    persons.open_account("ana@example.com", cpf="12345678909")

    joined = join_as()

    assert joined.user_id is not None
    assert outbox.names() == ["confirm_email"]


def test_who_never_proved_the_address_makes_way_for_who_joins_with_it(server, held_clock):
    squatter = join_as(rita(password="senha do invasor"))
    code = outbox.code(RITA.email)
    stage.come_in(lookup.by_id(squatter.user_id))
    held_clock.shift(61)

    rightful = join_as()

    assert db.session.scalars(select(User.id)).all() == [rightful.user_id]
    assert db.session.scalars(select(Session)).all() == []
    assert passwords.check(lookup.by_id(rightful.user_id), RITA.password)
    db.session.rollback()
    with pytest.raises(one_time.WrongCode):
        prove(rightful.user_id, code)  # what was sent for the other one proves nothing here
    assert prove(rightful.user_id).email_verified_at


@mission("S118")
def test_an_account_that_a_court_holds_makes_way_for_nobody_and_nobody_is_told_why(
    server, held_clock
):
    joined = join_as()
    sub = lookup.by_id(joined.user_id).sub
    with kept(db):
        legal_hold.place(sub, "Ofício 1")
    held_clock.shift(61)

    assert join_as().user_id is None
    assert persons.found(RITA.email).sub == sub
    assert outbox.names()[-1] == "already_registered"
    assert prove(joined.user_id, outbox.code(RITA.email)).email_verified_at


def test_an_account_opened_by_an_operator_makes_way_for_nobody(server):
    admin = persons.open_account("admin@example.com")

    assert join_as(rita(email="admin@example.com")).user_id is None
    assert persons.found("admin@example.com").sub == admin.sub


def test_an_account_that_was_locked_makes_way_for_nobody(server, held_clock):
    joined = join_as()
    with kept(db):
        lookup.by_id(joined.user_id).status = "locked"
    held_clock.shift(61)

    assert join_as().user_id is None


@asvs("2.2.2")
@pytest.mark.parametrize(
    ("field", "typed", "key"),
    [
        ("full_name", "Rita", "register.name"),
        ("full_name", "", "register.name"),
        ("full_name", "Rita\tA\u202elves", "register.name"),
        ("email", "rita", "register.email"),
        ("email", "rita@example.com\r\nBcc: x@y.example", "register.email"),
        ("email", "rita@example.com,x@y.example", "register.email"),
        ("cpf", "123.456.789-00", "register.cpf"),
        ("cpf", "111.111.111-11", "register.cpf"),
        ("cpf", "١٢٣٤٥٦٧٨٩٠٩", "register.cpf"),
        ("birth_date", "30/02/1990", "register.birth_date"),
        ("birth_date", "1990-1-5", "register.birth_date"),
        ("birth_date", "01/01/2990", "register.birth_date"),
        ("birth_date", "01/01/1066", "register.birth_date"),
        ("phone", "12345", "register.phone"),
        ("username", "a b", "register.username"),
        ("terms", False, "register.terms"),
        ("password", "curta", "password.short"),
        ("password", "12345678", "password.leaked"),
        ("password", "rita alves 15011990", "password.same_data"),
    ],
)
@mission("S17", "S18", "S20", "S21", "C25")
def test_each_field_is_checked(create_house, field, typed, key):
    with create_house("auth", CPF_VALIDATION="strict").app_context():
        assert wrong(rita(**{field: typed})) == {field: key}


@mission("S19", "C25")
def test_the_documents_cpf_passes_where_the_format_is_enough(server):
    assert application.accept(rita(cpf="12345678901")).cpf_sealed


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(server):
    told = wrong(Application(full_name="", email="", password=""))

    assert list(told) == [
        *("full_name", "email", "cpf", "birth_date", "phone", "password", "terms"),
    ]
    assert db.session.scalar(select(func.count(User.id))) == 0


def test_a_door_may_ask_for_less(server):
    bare = Application(full_name="Rita Alves", email=RITA.email, password=RITA.password)

    assert application.accept(bare, asked=()).birth_date is None


@mission("S18")
@pytest.mark.parametrize(
    ("born", "moment", "old_enough"),
    [
        ("2008-11-20", "2026-11-20T02:59:59Z", False),  # in São Paulo it is still the 19th
        ("2008-11-20", "2026-11-20T03:00:00Z", True),
        ("2008-11-21", "2026-11-20T12:00:00Z", False),
        ("2008-11-19", "2026-11-20T12:00:00Z", True),
        ("2008-02-29", "2026-02-28T12:00:00Z", False),
        ("2008-02-29", "2026-03-01T02:59:59Z", False),
        ("2008-02-29", "2026-03-01T03:00:00Z", True),
        ("2008-12-31", "2027-01-01T02:00:00Z", True),
    ],
)
def test_eighteen_is_counted_on_the_day_in_sao_paulo(server, born, moment, old_enough):
    with time_machine.travel(moment, tick=False):
        if old_enough:
            assert application.accept(rita(birth_date=born))
        else:
            assert wrong(rita(birth_date=born)) == {"birth_date": "register.age"}


@asvs("8.2.3")
@abuse("L-17")
@pytest.mark.parametrize("field", ["type", "roles", "verified", "status", "id", "claims", "sub"])
def test_nobody_can_say_more_of_themselves_than_is_asked(field):
    with pytest.raises(TypeError):
        rita(**{field: "admin"})


@abuse("L-20")
def test_where_it_is_shut_nobody_joins(create_house):
    with create_house("auth", SIGN_UP="off").app_context(), pytest.raises(join.Closed):
        join.begin(RITA, HOME)


def test_a_second_one_within_a_minute_waits_whoever_it_is(server, held_clock):
    persons.open_account("ana@example.com")
    refusals = []
    for email in ("ana@example.com", "rita@example.com"):
        join_as(rita(email=email))
        with pytest.raises(sends.TooSoon) as refusal:
            join_as(rita(email=email))
        refusals.append(refusal.value.retry_after)

    assert refusals == [60, 60]


def test_of_two_who_join_with_one_address_at_once_one_does(create_house):
    app = create_house("auth", CODES_PER_CONTACT=50, CODE_WAIT_SECONDS=1)

    got = stage.all_at_once(app, lambda n: join_as(RITA, f"198.51.{n}.1"), 6)

    with app.app_context():
        users = db.session.scalars(select(User.id)).all()
        joined = [each.user_id for each in got if isinstance(each, join.Joined)]
        assert len(users) == 1
        assert users[0] in joined
        assert all(isinstance(each, join.Joined | sends.TooSoon) for each in got), got


def test_the_record_names_nobody(server):
    join_as()

    from_record = db.session.execute(db.text("SELECT * FROM audit_records")).all()
    for secret in ("rita", "Alves", "12345678909", "987654321"):
        assert secret not in repr(from_record)
