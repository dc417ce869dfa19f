"""Coming back when every factor is lost: a code, a wait that all are told of, another code."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.auth.accounts import lookup, papers
from app.auth.database import db
from app.auth.factors.models import Passkey, RecoveryCode, RememberedBrowser, TotpSecret
from app.auth.recoveries.models import FactorRecovery
from app.auth.sessions.models import Session
from app.foundation import clock
from tests.auth.crowds import at_once
from tests.auth.pages.losing import ANA, NUMBER, Loser
from tests.support.marks import abuse, asvs, mission

NEW = "tres tigres na varanda"
HOUR, DAY = 3600, 86400
WAIT = OPEN = 72 * HOUR


@pytest.fixture
def app(held_clock, app):
    """Ana proved her e-mail address and her phone 72 hours ago. Time stands still."""
    with app.app_context():
        ana = lookup.by_email(ANA)
        papers.keep(ana, "phone", NUMBER)
        ana.email_verified_at = ana.phone_verified_at = clock.now() - timedelta(seconds=WAIT)
        db.session.commit()
    return app


@pytest.fixture
def ana(app, browser, phone):
    """Ana, who has lost everything."""
    return Loser(app, browser, phone)


@asvs("6.4.4")
@mission("S61")
def test_after_the_wait_two_codes_and_the_password_bring_one_back_at_one_factor(ana, held_clock):
    elsewhere = ana.by_factor()
    visitor = ana.browser()
    page = ana.lost(visitor)
    assert page.name == ("lost-factors", "ready")
    assert "Esperamos 72 horas" in page.text
    assert "a•••@exemplo.com.br" in page.text
    assert "(11) •••••-4321" in page.text
    page = ana.with_code(visitor, page)
    assert "23/11/2026 às 09:00" in page.text
    assert [(m.name, m.to) for m in ana.letters()[-2:]] == [
        ("recovery_begun", ANA),
        ("recovery_begun", NUMBER),
    ]
    for _ in range(3):
        held_clock.shift(DAY)
        assert ana.work() == {"told": 1}
    assert ana.told(NUMBER) == [*["recovery_begun"] * 3, "recovery_open"]

    back = ana.browser()
    page = ana.with_code(back, ana.lost(back), channel="sms")

    assert page.name[0] == "account"
    with ana.app.app_context():
        live = select(Session.amr).where(Session.ended_at.is_(None))
        assert db.session.scalars(live).all() == ["pwd"]
        for table in (TotpSecret, Passkey, RecoveryCode, RememberedBrowser):
            assert db.session.scalars(select(table)).all() == []
    assert elsewhere.open("/account").name[0] == "login"
    assert ana.recorded() == ["begun", "completed"]
    assert ana.told().count("recovery_completed") == 2
    assert ana.work() == {}


@mission("C33")
def test_who_must_have_a_second_factor_sets_a_new_one_up_at_once(ana, held_clock):
    ana.begin()
    held_clock.shift(WAIT)
    ana.app.config["SECOND_FACTOR"] = "always"
    back = ana.browser()

    page = ana.with_code(back, ana.lost(back))

    assert page.name[0] == "enrolment"
    assert "Agora não" not in page.text


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(WAIT - 1, "waiting"), (WAIT, "open"), (WAIT + OPEN - 1, "open"), (WAIT + OPEN, "ready")],
)
def test_it_is_open_from_the_end_of_the_wait_to_the_end_of_its_time(
    ana, held_clock, seconds, state
):
    ana.begin()
    held_clock.shift(seconds)
    back = ana.browser()

    page = ana.lost(back)

    assert page.name == ("lost-factors", state)
    if state == "open":
        assert ana.with_code(back, page).name[0] == "account"
        assert ana.recorded() == ["begun", "completed"]
    elif state == "ready":
        assert ana.work() == {"lapsed": 1}
        assert ana.recorded() == ["begun", "lapsed"]


def test_a_code_typed_when_the_time_is_over_completes_nothing(ana, held_clock):
    ana.begin()
    held_clock.shift(WAIT + OPEN - 1)
    back = ana.browser()
    page = back.submit(ana.lost(back), "lost-form")
    held_clock.shift(1)

    page = back.submit(page, "lost-code-form", code=ana.code())

    assert (page.status, page.name) == (409, ("lost-factors", "error"))
    assert "o prazo dela passou" in page.text
    assert ana.factors() == ["totp", "recovery_code"]
    assert ana.recorded() == ["begun"]


def test_a_new_one_ends_the_one_that_lapsed(ana, held_clock):
    ana.begin()
    held_clock.shift(WAIT + OPEN)

    ana.begin()

    assert ana.recorded() == ["begun", "lapsed", "begun"]


@abuse("V-07")
def test_the_link_of_every_message_stops_it_by_a_button_and_not_by_looking(ana, held_clock):
    ana.begin()
    first = ana.link()
    held_clock.shift(DAY)
    ana.work()
    assert ana.link() == first
    anybody = ana.browser()
    assert "nada muda antes de 23/11/2026 às 09:00" in anybody.open(first).text
    held_clock.shift(WAIT - DAY)
    assert "pode entrar até 26/11/2026 às 09:00" in anybody.open(first).text

    anybody.client.head(first)
    page = anybody.open(first)
    assert page.name == ("recovery-stop", "ready")
    assert ana.recorded() == ["begun"]
    page = anybody.submit(page, "recovery-stop-form")

    assert page.name == ("recovery-stopped", "ready")
    assert ana.recorded() == ["begun", "stopped"]
    assert ana.told(ANA)[-1] == "recovery_stopped"
    assert anybody.open(first).status == 410
    assert ana.lost(ana.browser()).name == ("lost-factors", "ready")
    assert ana.factors() == ["totp", "recovery_code"]


@abuse("V-07")
def test_no_other_link_stops_it(ana):
    ana.begin()
    good = ana.link()
    flipped = good[:-1] + ("0" if good[-1] != "0" else "1")
    bare = "/recovery/stop"
    anybody = ana.browser()

    for path in (flipped, good[:-1], good.partition(".")[0], f"{bare}?token=%C3%A9.%C3%A9", bare):
        assert anybody.open(path).status == 410
    page = anybody.open(good)
    forged = anybody.submit(page, "recovery-stop-form", token=flipped.partition("=")[2])
    foreign = anybody.submit(page, "recovery-stop-form", csrf_token="x")

    assert (forged.status, foreign.status) == (410, 403)
    assert ana.recorded() == ["begun"]


def by_paper(ana):
    visitor = ana.browser()
    page = visitor.sign_in(visitor.open("/account"), ANA)
    paper = {"method": "recovery_code", "recovery_code": ana.phone.paper[3]}
    assert visitor.submit(page, "otp-form", **paper).name[0] == "account"


def by_reset(ana):
    visitor = ana.browser()
    page = visitor.submit(visitor.open("/forgot"), "forgot-form", identifier=ANA)
    code = [m.context["code"] for m in ana.letters(ANA) if m.name == "reset_code"][-1]
    page = visitor.submit(page, "reset-form", code=code, new_password=NEW)
    assert page.name[0] == "login"


def by_lock(ana):
    ana.set(status="locked")
    assert ana.work() == {"stopped": 1}


@pytest.mark.parametrize("way", [Loser.by_factor, by_paper, by_reset, by_lock])
def test_whoever_shows_to_be_the_owner_stops_it(ana, held_clock, way):
    ana.begin()
    held_clock.shift(61)

    way(ana)

    assert ana.recorded() == ["begun", "stopped"]
    assert "recovery_stopped" in ana.told(ANA)


def test_who_has_a_session_sees_it_and_stops_it(ana):
    owner = ana.by_factor()
    assert owner.open("/account").name == ("account", "ready")
    ana.begin()

    page = owner.open("/account")
    assert page.name == ("account", "alert")
    assert "Alguém está recuperando sua conta" in page.text
    page = owner.submit(page, "recovery-stop-form")

    assert page.name == ("account", "ready")
    assert "Ninguém entra por essa recuperação" in page.text
    assert ana.recorded() == ["begun", "stopped"]


@pytest.mark.parametrize("ago", [WAIT - 1, None])
def test_a_contact_proved_within_the_wait_or_never_serves_nobody(ana, ago):
    visitor = ana.browser()
    before = ana.lost(visitor)
    at = ago and clock.now() - timedelta(seconds=ago)
    ana.set(email_verified_at=at, phone_verified_at=at)

    page = visitor.open(before.address)

    assert "lost-form" not in page.forms
    assert "Fale com a gente" in page.text
    assert visitor.submit(before, "lost-form", channel="sms").status == 409
    assert ana.letters() == []


def test_a_contact_changed_while_one_waits_does_not_complete_it(ana, held_clock):
    ana.begin()
    ana.set(email_verified_at=clock.now())
    held_clock.shift(WAIT + OPEN - 1)
    visitor = ana.browser()

    page = ana.lost(visitor)

    assert "a•••@exemplo.com.br" not in page.text
    assert visitor.submit(page, "lost-form", channel="email").status == 409
    assert ana.with_code(visitor, page, channel="sms").name[0] == "account"


def test_who_begins_it_over_and_over_is_paused(ana, held_clock):
    for _ in range(3):
        ana.begin()
        held_clock.shift(HOUR)
        ana.stop()
    visitor = ana.browser()

    page = ana.with_code(visitor, ana.lost(visitor))

    assert (page.status, page.name) == (429, ("lost-factors", "limited"))
    assert ana.recorded() == ["begun", "stopped"] * 3


def test_there_is_one_at_a_time(ana, held_clock):
    first, second = ana.browser(), ana.browser()
    code_page = first.submit(ana.lost(first), "lost-form")
    second_page = ana.lost(second)
    first.submit(code_page, "lost-code-form", code=ana.code())
    held_clock.shift(61)

    page = second.submit(second_page, "lost-form")

    assert (page.status, page.name) == (409, ("lost-factors", "error"))
    with ana.app.app_context():
        assert len(db.session.scalars(select(FactorRecovery)).all()) == 1


@abuse("O-08")
def test_without_the_password_of_now_there_is_no_such_page(ana, held_clock):
    visitor, thief = ana.browser(), ana.browser()
    page = ana.lost(visitor)

    assert thief.open(page.address).status == 403
    held_clock.shift(600)
    assert visitor.open(page.address).name[0] == "login"


@abuse("O-14")
def test_a_new_password_meanwhile_ends_the_way(ana, held_clock):
    visitor = ana.browser()
    page = visitor.submit(ana.lost(visitor), "lost-form")
    code = ana.code()
    held_clock.shift(61)
    by_reset(ana)

    page = visitor.submit(page, "lost-code-form", code=code)

    assert page.name[0] == "login"
    assert ana.factors() == ["totp", "recovery_code"]
    assert ana.recorded() == []


@abuse("O-04")
def test_after_five_wrong_codes_the_right_one_begins_nothing(ana):
    visitor = ana.browser()
    page = visitor.submit(ana.lost(visitor), "lost-form")
    right = ana.code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        page = visitor.submit(page, "lost-code-form", code=wrong)
        assert (page.status, page.name) == (422, ("lost-code", "error"))

    page = visitor.submit(page, "lost-code-form", code=right)

    assert page.status == 429
    assert ana.recorded() == []


@abuse("O-05", "W-11")  # the one mailed way to factors anew
def test_of_fifty_who_complete_at_once_one_does(ana, held_clock):
    ana.begin()
    held_clock.shift(WAIT)
    back = ana.browser()
    page = back.submit(ana.lost(back), "lost-form")
    form = page.forms["lost-code-form"]["fields"] | {"code": ana.code()}
    cookie = "; ".join(f"{c.key}={c.value}" for c in back.client._cookies.values())
    came = []

    def complete():
        other = ana.app.test_client(use_cookies=False)
        headers = {"Accept": "text/html", "Cookie": cookie}
        answer = other.post(page.address, data=form, headers=headers)
        came.append(answer.headers.get("Location", answer.status_code))

    at_once(complete, 50)

    assert came.count("/account") == 1, came
    assert ana.recorded() == ["begun", "completed"]
    assert ana.told(ANA).count("recovery_completed") == 1


def test_two_workers_tell_once_a_day(ana, held_clock):
    ana.begin()
    held_clock.shift(DAY - 1)
    assert ana.work() == {}
    held_clock.shift(1)
    done = []

    at_once(lambda: done.append(ana.work()), 2)

    assert sorted(map(str, done)) == ["{'told': 1}", "{}"]
    assert ana.told(NUMBER) == ["recovery_begun"] * 2
