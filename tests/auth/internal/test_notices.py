"""Telling a person something, as a service of our own asks for it."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.notifications import choices, letters, messages
from app.auth.notifications.models import OutboxMessage, ReceivedNotice
from app.foundation.database import kept
from tests.auth.internal.conftest import Service
from tests.support import factories
from tests.support.marks import abuse, mission

AT = "2026-11-20T17:35:00Z"
DATA = {"amount": 125_000, "currency": "BRL", "payee": "Marina Alves", "at": AT}
ALL = DATA | {"payer": "Bia", "limit": "day", "ends_at": "2026-11-20T18:00:00-03:00"}


@pytest.fixture
def ana(server):
    """A person with a proved e-mail address and phone."""
    number = f"+55119{secrets.randbelow(9 * 10**7) + 10**7}"
    return factories.person(server, verified=True, name="Ana Souza", phone=number)


def notice(person, name="payment_done", **more):
    told = {"id": f"n{secrets.token_hex(8)}", "sub": person.sub, "notice": name, "data": DATA}
    return told | more


def told(server, person):
    """Return what is in the outbox for a person: message, channel, and the values."""
    with server.app_context():
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == person.id))
        return [
            (row.message, row.channel, letters.open(row.id, row.content_sealed).context)
            for row in rows
        ]


@mission("S9", "S111", "S112")
def test_a_notice_becomes_a_message_in_the_outbox(bank, server, ana):
    answer = bank.ask("notices", notice(ana))

    assert (answer.status_code, answer.json) == (202, {"accepted": True})
    [(name, channel, context)] = told(server, ana)
    assert (name, channel) == ("payment_done", "mail")
    assert context["amount"] == 125_000
    assert context["payee"] == "Marina Alves"
    assert context["at"].isoformat() == "2026-11-20T17:35:00+00:00"


@mission("S112")
@abuse("F12")
def test_the_same_notice_again_is_taken_and_told_once(bank, server, ana):
    sent = notice(ana)

    answers = [bank.ask("notices", sent).status_code for _ in range(3)]

    assert answers == [202] * 3
    assert len(told(server, ana)) == 1


@abuse("F12")
def test_the_same_notice_ten_times_at_once_is_told_once(bank, server, ana):
    sent, token = notice(ana), bank.token()

    def send(_):
        shown = {"Authorization": f"Bearer {token}"}
        return server.test_client().post("/internal/notices", json=sent, headers=shown).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))

    assert answers == [202] * 10
    assert len(told(server, ana)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_two_services_may_call_notices_the_same(bank, server, ana):
    sent = notice(ana)

    for service in (bank, Service(server)):
        assert service.ask("notices", sent).status_code == 202

    assert len(told(server, ana)) == 2


@mission("S111")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", [n for n, m in messages.CATALOGUE.items() if m.kind])
def test_every_notice_is_told_by_its_own_values(bank, server, ana, name):
    data = {each: ALL[each] for each in messages.CATALOGUE[name].context}

    assert bank.ask("notices", notice(ana, name, data=data)).status_code == 202

    assert [(m, c) for m, c, _ in told(server, ana)] == [(name, "mail")]


@mission("S111")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_goes_by_the_channels_that_the_person_chose(bank, server, ana):
    wanted = {kind: {"mail": False, "sms": True, "push": False} for kind in messages.KINDS}
    wanted["received"] = dict.fromkeys(("mail", "sms", "push"), False)
    with server.app_context(), kept(db):
        choices.keep(lookup.held(ana.id).id, wanted, {"mail", "sms"})

    bank.ask("notices", notice(ana))
    data = {n: ALL[n] for n in ("amount", "currency", "payer", "at")}
    bank.ask("notices", notice(ana, "payment_received", data=data))

    assert [(m, c) for m, c, _ in told(server, ana)] == [("payment_done", "sms")]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_chose_a_channel_that_is_gone_is_told_by_another(bank, server, ana):
    wanted = {kind: {"mail": False, "sms": False, "push": True} for kind in messages.KINDS}
    with server.app_context(), kept(db):
        choices.keep(lookup.held(ana.id).id, wanted, {"mail", "sms", "push"})

    bank.ask("notices", notice(ana))  # and no browser of hers shows notices any more

    assert {c for _, c, _ in told(server, ana)} == {"mail", "sms"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_must_be_heard_cannot_be_silenced(server, ana):
    nothing = {kind: dict.fromkeys(("mail", "sms", "push"), False) for kind in messages.KINDS}
    elsewhere = {kind: {"mail": False, "sms": False, "push": True} for kind in messages.KINDS}

    with server.app_context():
        for wanted in (nothing, elsewhere):
            with pytest.raises(choices.Silent) as refused:
                choices.keep(ana.id, wanted, {"mail", "sms"})
            assert set(refused.value.kinds) == messages.MUST_TELL
        db.session.rollback()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"notice": "nothing"}, 422, "unknown_notice"),
        ({"notice": "password_changed"}, 422, "unknown_notice"),
        ({"notice": "reset_code"}, 422, "unknown_notice"),
        ({"sub": "nobody"}, 404, "not_found"),
        ({"id": ""}, 400, "invalid_request"),
        ({"id": "x" * 101}, 400, "invalid_request"),
        ({"id": "a b"}, 400, "invalid_request"),
        ({"id": 7}, 400, "invalid_request"),
        ({"data": []}, 400, "invalid_request"),
        ({"data": {}}, 422, "invalid_request"),
        ({"data": DATA | {"link": "https://evil.example"}}, 422, "invalid_request"),
        ({"data": DATA | {"amount": "125000"}}, 422, "invalid_request"),
        ({"data": DATA | {"amount": True}}, 422, "invalid_request"),
        ({"data": DATA | {"amount": 1.5}}, 422, "invalid_request"),
        ({"data": DATA | {"amount": 2**63}}, 422, "invalid_request"),
        ({"data": DATA | {"amount": -1}}, 422, "invalid_request"),
        ({"data": DATA | {"currency": "reais"}}, 422, "invalid_request"),
        ({"data": DATA | {"payee": ""}}, 422, "invalid_request"),
        ({"data": DATA | {"payee": "x" * 201}}, 422, "invalid_request"),
        ({"data": DATA | {"payee": None}}, 422, "invalid_request"),
        ({"data": DATA | {"at": "today"}}, 422, "invalid_request"),
        ({"data": DATA | {"at": "2026-11-20T17:35:00"}}, 422, "invalid_request"),
        ({"data": DATA | {"at": "0001-01-01T00:00:00+14:00"}}, 422, "invalid_request"),
        ({"data": DATA | {"at": 7}}, 422, "invalid_request"),
        ({"more": 1}, 400, "invalid_request"),
    ],
    ids=str,
)
def test_what_cannot_be_told_is_refused_and_leaves_nothing(bank, server, ana, more, status, code):
    answer = bank.ask("notices", notice(ana) | more)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert told(server, ana) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_refused_notice_may_come_again_under_its_id(bank, server, ana):
    sent = notice(ana)
    bank.ask("notices", sent | {"data": {}})

    assert bank.ask("notices", sent).status_code == 202
    assert len(told(server, ana)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_who_may_send_notices_does(server, ana):
    other = Service(server, scope="people:resolve")

    answer = other.ask("notices", notice(ana))

    assert answer.status_code == 403
    with server.app_context():
        mine = ReceivedNotice.client_id == other.app.client_id
        assert db.session.scalar(select(func.count()).where(mine)) == 0
