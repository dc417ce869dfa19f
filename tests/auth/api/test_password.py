"""Document 002: a forgotten password is replaced by a code that was mailed."""

import statistics
import time

import pytest
import time_machine

from app.auth.accounts import lookup
from app.auth.database import db
from app.foundation.database import kept
from tests.auth import outbox, stage
from tests.auth.api import newcomers
from tests.auth.api.phone import Phone
from tests.auth.api.test_login import enter, verify, with_code, wrong_for
from tests.support import factories
from tests.support.marks import abuse, asvs, mission

SENT = {"message": "Código enviado para seu email"}
CHANGED = {"message": "Senha alterada com sucesso!"}
NEW = "NovaSenha@123"


def forget(phone, email):
    """Ask for a code; return the answer."""
    return phone.post("/api/forgot-password", email=email)


def reset(phone, email, code, new=NEW):
    """Replace the password; return the answer."""
    return phone.post("/api/reset-password", email=email, code=code, newPassword=new)


@mission("S63", "S64", "C13", "C30", "S68", "A13-8", "A13-9")
def test_the_mailed_code_replaces_the_password_and_ends_every_session_and_token(phone, server, ana):
    token = enter(phone, ana).json["token"]
    pair = phone.sign_in(ana).json

    asked = forget(phone, ana.email)
    done = reset(phone, ana.email, newcomers.code(server, ana.email))

    assert (asked.status_code, asked.json) == (200, SENT)
    assert (done.status_code, done.json) == (200, CHANGED)
    assert enter(phone, ana).status_code == 401
    assert enter(phone, ana, NEW).status_code == 200
    for old in (token, pair["access_token"]):
        assert phone.call("GET", "/dados-pessoais", token=old).status_code == 401
    assert phone.post("/auth/refresh", refresh_token=pair["refresh_token"]).status_code == 401
    assert "password_changed" in newcomers.letters(server, ana.email)


@abuse("L-01")
@mission("S63", "C26", "A13-8")
def test_whoever_is_asked_for_the_answer_and_its_time_are_the_same(own_server):
    server = own_server(LOGIN_FLOOR_MS=200)
    people = [factories.person(server, verified=True).email for _ in range(4)]
    took = {True: [], False: []}
    for number, email in enumerate([*people, *(f"x{n}@example.org" for n in range(4))]):
        phone = Phone(server, address=f"198.51.{number}.1")
        since = time.perf_counter()
        answer = forget(phone, email)
        took[email in people].append(time.perf_counter() - since)
        assert (answer.status_code, answer.json) == (200, SENT)

    known, unknown = map(statistics.median, took.values())
    assert min(known, unknown) >= 0.2  # how much they differ: pages/test_same_time, at its size


@abuse("L-01")
@mission("A13-9")
def test_a_wrong_code_and_one_of_nobody_look_and_take_the_same(own_server):
    server = own_server(LOGIN_FLOOR_MS=200)
    ana = factories.person(server, verified=True)
    phone = Phone(server)
    forget(phone, ana.email)
    wrong = wrong_for(newcomers.code(server, ana.email))
    told, took = [], []
    for email in (ana.email, "nobody@example.org"):
        since = time.perf_counter()
        told.append(reset(phone, email, wrong))
        took.append(time.perf_counter() - since)

    assert told[0].data == told[1].data
    assert {(a.status_code, a.json["error"]) for a in told} == {(400, "code_invalid_or_expired")}
    assert min(took) >= 0.2  # both wait; by how much two differ, a busy machine decides


@asvs("6.4.3")
@abuse("O-14")
@mission("C13")
def test_the_second_factor_is_asked_for_after_a_reset(phone, server):
    ana = factories.person(server, verified=True)
    app = factories.authenticator(server, ana)
    forget(phone, ana.email)

    assert reset(phone, ana.email, newcomers.code(server, ana.email)).status_code == 200

    first = enter(phone, ana, NEW)
    assert first.json["requireMfa"] is True
    assert verify(phone, ana, app.now()).status_code == 200


@abuse("O-14")
def test_the_mail_that_allowed_the_reset_is_no_second_factor_beside_it(phone, server):
    ana = with_code(server)
    forget(phone, ana.email)
    reset(phone, ana.email, newcomers.code(server, ana.email))

    answer = enter(phone, ana, NEW)

    assert (answer.status_code, answer.json["error"]) == (403, "hosted_page_required")


@mission("S23", "A13-9")
@pytest.mark.parametrize("new", ["short", "password123", "x" * 300])
def test_a_weak_password_is_refused_and_the_code_stays_good(phone, server, ana, new):
    forget(phone, ana.email)
    code = newcomers.code(server, ana.email)

    weak = reset(phone, ana.email, code, new)

    assert (weak.status_code, weak.json["error"]) == (400, "weak_password")
    assert weak.json["errors"] == {"newPassword": weak.json["message"]}
    assert reset(phone, ana.email, code).status_code == 200


@abuse("L-01")
def test_a_weak_password_tells_nothing_of_whose_it_would_be(phone, ana):
    told = [reset(phone, e, "000000", "short") for e in (ana.email, "nobody@example.org")]

    assert told[0].data == told[1].data


@mission("S64", "S67", "A14")
@pytest.mark.parametrize(("seconds", "status"), [(899, 200), (900, 400)])
def test_the_code_is_good_for_a_quarter_of_an_hour_to_the_second(phone, server, seconds, status):
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        ana = factories.person(server, verified=True)
        forget(phone, ana.email)
        code = newcomers.code(server, ana.email)

        held.shift(seconds)

        assert reset(phone, ana.email, code).status_code == status
        assert reset(phone, ana.email, code).status_code == 400


@mission("C13")
def test_the_link_in_the_same_mail_dies_with_the_code(phone, server, ana):
    forget(phone, ana.email)
    with server.app_context():
        [letter] = [each for each in outbox.waiting(ana.email) if each.name == "reset_code"]
    path = letter.context["link"].partition("localhost:3000")[2]
    page = server.test_client()
    assert page.get(path, headers={"Accept": "text/html"}).status_code == 200

    reset(phone, ana.email, letter.context["code"])

    assert page.get(path, headers={"Accept": "text/html"}).status_code == 410


@abuse("V-04")
@mission("A13-9")
def test_five_wrong_codes_are_judged_also_at_once_and_over_new_ones(own_server):
    server = own_server()
    ana = factories.person(server, verified=True)
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as held:
        forget(Phone(server), ana.email)
        code = newcomers.code(server, ana.email)

        def guess(number):
            there = Phone(server, f"App/{number}", f"203.0.{number}.1")
            return reset(there, ana.email, wrong_for(code))

        answers = stage.all_at_once(server, guess, 10)

        assert sorted(a.status_code for a in answers) == [400] * 5 + [429] * 5
        held.shift(61)
        forget(Phone(server), ana.email)
        fresh = newcomers.code(server, ana.email)
        answer = reset(Phone(server, "App/77", "192.0.2.77"), ana.email, fresh)
        assert (answer.status_code, answer.json["error"]) == (429, "too_many_attempts")


def test_of_many_right_codes_at_once_one_resets(own_server):
    server = own_server()
    ana = factories.person(server, verified=True)
    forget(Phone(server), ana.email)
    code = newcomers.code(server, ana.email)

    def show(number):
        return reset(Phone(server, f"App/{number}"), ana.email, code, f"{NEW}{number}")

    answers = stage.all_at_once(server, show, 4)

    assert sorted(a.status_code for a in answers) == [200, 400, 400, 400]


@abuse("V-06")
@pytest.mark.parametrize(
    "slipped",
    [
        "{0},evil@example.org",
        "{0};evil@example.org",
        "{0}\r\nBcc: evil@example.org",
        "{0}%0acc:evil@example.org",
        "{0} evil@example.org",
        ["{0}", "evil@example.org"],
    ],
)
def test_no_other_address_is_slipped_in(phone, server, ana, slipped):
    if isinstance(slipped, str):
        email = slipped.format(ana.email)
    else:
        email = [each.format(ana.email) for each in slipped]

    answer = forget(phone, email)

    assert answer.status_code in {200, 400}
    with server.app_context():
        assert outbox.waiting("evil@example.org") == []
        assert outbox.waiting(ana.email) == []


@abuse("V-06", "N-05")
def test_an_address_that_only_looks_like_hers_is_not_hers(phone, server):
    ana = factories.person(server, email="kiki.looks@example.com", verified=True)

    for alike in ("KİKI.looks@example.com", "\u212aiki.looks@example.com"):
        assert forget(phone, alike).status_code == 200

    with server.app_context():
        assert outbox.waiting(ana.email) == []


@abuse("L-14")
def test_an_address_nobody_proved_gets_nothing(phone, server):
    given = newcomers.join(phone)

    assert forget(phone, given["email"]).json == SENT

    assert newcomers.letters(server, given["email"]) == ["confirm_email"]


def test_who_was_locked_gets_nothing(phone, server, ana):
    with server.app_context(), kept(db):
        lookup.by_id(ana.id).status = "locked"

    assert forget(phone, ana.email).json == SENT

    assert newcomers.letters(server, ana.email) == []


def test_asking_again_at_once_is_refused_alike_for_everybody(phone, ana):
    told = []
    for email in (ana.email, "nobody.at.all@example.org"):
        forget(phone, email)
        told.append(forget(phone, email))

    assert {(a.status_code, a.json["error"]) for a in told} == {(429, "too_many_messages")}
