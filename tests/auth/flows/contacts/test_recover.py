"""Coming back without the password: quietly asked for, once, and nothing of a stranger's stays."""

import pytest
from sqlalchemy import select

from app.auth.accounts import lockout, lookup, passwords
from app.auth.accounts.proofs import one_time, sends
from app.auth.audit import events
from app.auth.database import db
from app.auth.flows.contacts import recover
from app.auth.sessions.models import Session
from app.auth.tokens.models import RefreshToken
from app.foundation.database import kept
from tests.auth import outbox, persons, stage
from tests.auth.flows.contacts.newcomers import BROWSER, HOME, NUMBER
from tests.support.marks import abuse, asvs, mission

EMAIL = "ana@example.com"
CPF = "12345678909"
NEW = "tres tigres na varanda"


@pytest.fixture
def server(auth_app, held_clock):
    with auth_app.test_request_context():
        yield auth_app


@pytest.fixture
def ana(server):
    return persons.open_account(EMAIL, username="ana", cpf=CPF, phone=NUMBER, verified=True)


def ask(identifier=EMAIL, channel="email", address=HOME):
    with kept(db):
        return recover.ask(identifier, channel, address)


def reset(user_id, code, new=NEW):
    with kept(db):
        return recover.by_code(user_id, code, new, BROWSER)


def link():
    return outbox.waiting(EMAIL)[-1].context["link"].partition("token=")[2]


@mission("S59", "S60", "S63", "S65")
@pytest.mark.parametrize("identifier", [EMAIL, "ANA@example.com", "ana", "123.456.789-09", CPF])
def test_a_code_and_a_link_go_to_the_proved_address(ana, identifier):
    assert ask(identifier) == ana.id

    [sent] = outbox.waiting()
    assert (sent.name, sent.to, sent.channel) == ("reset_code", EMAIL, "mail")
    assert sent.context["minutes"] == 15
    assert sent.context["link"].startswith("http://localhost:3000/reset?token=")
    assert persons.recorded()[-1] == (events.RECOVERY_ASKED, ana.sub)


@mission("S59")
def test_or_to_the_proved_phone(ana):
    ask(channel="sms")

    assert [(m.to, m.channel) for m in outbox.waiting()] == [(NUMBER, "sms")]


@abuse("L-01")
@pytest.mark.parametrize("identifier", ["nobody@example.com", "", "x" * 9999, "\ud800", "ana\r\nb"])
def test_for_nobody_nothing_is_sent_and_nothing_told(ana, identifier):
    assert ask(identifier) is None
    assert outbox.waiting() == []


@abuse("V-06")
@pytest.mark.parametrize(
    "identifier",
    [
        "ana@example.com,eve@evil.example",
        "ana@example.com eve@evil.example",
        "ana@example.com\r\nBcc: eve@evil.example",
        "ana@example.com%0acc:eve@evil.example",
        "ana@exаmple.com",  # the third letter of the host is Cyrillic
        "anа@example.com",
        "ANA@EXAMPLE.COM\u0131",
    ],
)
def test_no_other_address_can_be_slipped_in(ana, identifier):
    ask(identifier)

    assert {message.to for message in outbox.waiting()} <= {EMAIL}
    assert "eve" not in repr(outbox.waiting())


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_contact_nobody_proved_gets_nothing(server, channel):
    persons.open_account(EMAIL, phone=NUMBER)

    assert ask(channel=channel) is None
    assert outbox.waiting() == []


@pytest.mark.parametrize("status", ["locked", "closed"])
def test_an_account_nobody_may_enter_gets_nothing(ana, status):
    with kept(db):
        persons.found(EMAIL).status = status

    assert ask() is None


def test_asking_again_too_soon_is_refused_alike_for_everybody(ana):
    told = []
    for identifier in (EMAIL, "nobody@example.com"):
        ask(identifier)
        with pytest.raises(sends.TooSoon) as refusal:
            ask(identifier)
        told.append((refusal.value.retry_after, refusal.value.key))

    assert told[0] == told[1]


def test_nobody_is_bombed_by_many_names_of_theirs(ana):
    for identifier in (EMAIL, "ana", CPF):
        ask(identifier)

    assert len(outbox.waiting()) == 1


@mission("S64", "S66", "S68", "C13")
def test_the_code_replaces_the_password_and_ends_what_a_stranger_might_hold(ana):
    stage.make_keys()
    presence = stage.come_in(ana)
    stage.granted(presence, stage.app_named(), "openid wallet:read offline_access")
    ask()

    reset(ana.id, outbox.code(EMAIL))

    user = lookup.by_id(ana.id)
    assert passwords.check(user, NEW)
    assert not passwords.check(user, persons.PASSWORD)
    assert db.session.get(Session, presence.session_id).end_reason == "password_reset"
    assert db.session.scalars(select(RefreshToken.ended_at)).one() is not None
    assert (events.PASSWORD_RESET, ana.sub) in persons.recorded()


@asvs("6.3.7")
def test_every_proved_contact_is_told(ana):
    ask()
    reset(ana.id, outbox.code(EMAIL))

    told = [(m.to, m.name) for m in outbox.waiting() if m.name == "password_changed"]
    assert sorted(told) == [(NUMBER, "password_changed"), (EMAIL, "password_changed")]


@mission("C13", "S66")
def test_the_link_does_the_same_once_and_takes_the_code_with_it(ana):
    ask()
    token, code = link(), outbox.code(EMAIL)
    assert recover.is_good(token)

    with kept(db):
        recover.by_link(token, NEW, BROWSER)

    assert passwords.check(lookup.by_id(ana.id), NEW)
    db.session.rollback()
    assert not recover.is_good(token)
    with pytest.raises(one_time.WrongCode):
        reset(ana.id, code, "outra frase bem longa")


@mission("S67")
@pytest.mark.parametrize(("seconds", "good"), [(899, True), (901, False)])
def test_both_are_good_for_a_quarter_of_an_hour(ana, held_clock, seconds, good):
    ask()
    token = link()
    held_clock.shift(seconds)

    assert recover.is_good(token) is good
    if good:
        reset(ana.id, outbox.code(EMAIL))
    else:
        with pytest.raises(one_time.Expired):
            reset(ana.id, outbox.code(EMAIL))


@pytest.mark.parametrize(
    ("new", "key"),
    [("curta", "password.short"), ("12345678", "password.leaked"), (EMAIL, "password.same_data")],
)
def test_a_password_that_policy_refuses_leaves_the_code_good(ana, new, key):
    ask()
    code = outbox.code(EMAIL)

    for _ in range(6):
        with pytest.raises(passwords.Refused) as refusal:
            recover.by_code(ana.id, code, new, BROWSER)
        db.session.rollback()
        assert refusal.value.key == key

    reset(ana.id, code)


def test_what_the_password_may_not_be_tells_nothing_of_whose_it_would_be(ana):
    with pytest.raises(one_time.WrongCode):
        recover.by_code(ana.id, "000000x", EMAIL, BROWSER)


@abuse("V-04")
def test_five_wrong_codes_are_judged_also_over_new_ones(ana, held_clock):
    ask()
    for _ in range(3):
        with pytest.raises(one_time.WrongCode):
            recover.by_code(ana.id, "x", NEW, BROWSER)
    held_clock.shift(61)
    ask()
    for _ in range(2):
        with pytest.raises(one_time.WrongCode):
            recover.by_code(ana.id, "x", NEW, BROWSER)

    with pytest.raises(one_time.Paused):
        recover.by_code(ana.id, outbox.code(EMAIL), NEW, BROWSER)


def test_whoever_came_back_is_not_paused_by_their_own_wrong_passwords(ana):
    for _ in range(5):
        lockout.count(ana, EMAIL, HOME, device="browser")
    with pytest.raises(lockout.Paused):
        lockout.count(ana, EMAIL, HOME, device="browser")
    ask()

    reset(ana.id, outbox.code(EMAIL))

    assert lockout.count(ana, EMAIL, HOME, device="browser")


def test_an_address_changed_since_resets_nothing(ana):
    ask()
    code = outbox.code(EMAIL)
    with kept(db):
        user = persons.found(EMAIL)
        user.email = user.email_folded = "new@example.com"

    with pytest.raises(one_time.WrongCode):
        reset(ana.id, code)
