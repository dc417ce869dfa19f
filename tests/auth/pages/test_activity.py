"""One's own activity."""

import re

import pytest

from app.auth.audit import events, reading, trail
from app.auth.database import db
from app.auth.pages import activity_words
from app.foundation.database import kept
from tests.auth import persons

ANA = "ana@exemplo.com.br"
COMPUTER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Safari/537.36"
)


def test_it_tells_of_ones_own_doings_the_last_first(come_in, ask, browser, held_clock):
    stranger = browser()
    stranger.sign_in(stranger.open("/account"), ANA, "errada")
    held_clock.shift(60)
    visitor = come_in(ANA, COMPUTER)
    visitor.submit(visitor.open(ask()), "consent-form", decision="allow")

    page = visitor.open("/account/activity")

    told = [
        "Acesso permitido a um aplicativo",
        "Entrada na conta hoje, 09:01 Computador com Windows Chrome 127.0.•••.1 senha",
        "Tentativa de entrada recusada hoje, 09:00 senha errada",
        "Conta aberta",
    ]
    places = [page.text.index(each) for each in told]
    assert places == sorted(places)
    assert "Cofrinho" in page.text


def test_nothing_of_other_people_is_in_it(come_in):
    come_in("bia@exemplo.com.br")

    page = come_in().open("/account/activity?kind=access")

    assert page.text.count("Entrada na conta") == 1


@pytest.mark.parametrize(
    ("kind", "there", "absent"),
    [
        ("access", "Entrada na conta", "Conta aberta"),
        ("changes", "Conta aberta", "Entrada na conta"),
        ("apps", "Nada encontrado", "Conta aberta"),
        ("<b>", "Conta aberta", "<b>"),
    ],
)
def test_it_is_filtered(come_in, kind, there, absent):
    page = come_in().open(f"/account/activity?kind={kind}")

    assert there in page.text
    assert absent not in page.text


def test_it_is_turned_over_in_both_orders(app, come_in):
    with app.app_context(), kept(db):
        ana = persons.found(ANA)
        for _ in range(60):
            trail.record(events.PROFILE_CHANGED, actor=ana.sub, subject=ana.sub)
    visitor = come_in()

    for order in ("newest", "oldest"):
        seen, address = 0, f"/account/activity?kind=changes&order={order}"
        while address:
            page = visitor.open(address)
            seen += page.text.count("Dados pessoais alterados")
            address = page.elements.get("activity-more", {}).get("href")
        assert seen == 60

    for odd in ("past=x", "past=-1", "past=99999999999999999999999", "order=x"):
        assert visitor.open(f"/account/activity?{odd}").status == 200


def test_a_sign_in_can_be_disowned_from_there(come_in):
    come_in(device="curl/9")
    page = come_in().open("/account/activity")

    assert page.text.count("Entrada na conta") == 2
    assert page.text.count("Não reconheço") == 1  # not the one that is here
    assert any(re.match(r"/account/sessions/not-me\?sid=ses_\w+", link) for link in page.links)


def test_the_record_is_read_by_its_indexes(auth_context, database_kind):
    with kept(db):
        for number in range(200):
            trail.record(events.PROFILE_CHANGED, actor=f"u{number}", subject=f"u{number}")
    lines = reading.of_person("u7", [events.PROFILE_CHANGED])

    assert [line.actor for line in lines] == ["u7"]


def test_every_line_that_is_shown_has_words(app):
    for event in activity_words.events(""):
        key = f"activity.{event.replace(':', '_')}"
        for catalogue in app.extensions["words"].catalogues.values():
            assert key in catalogue.texts


def test_everything_that_befalls_an_account_is_shown():
    hidden = {
        events.SIGN_IN_SUCCEEDED,  # its session is
        events.ACCOUNT_CLOSED,  # to nobody
        events.ACCOUNT_REPLACED,
        events.ADMINISTRATOR_ENSURED,
        *(events.HOLD_PLACED, events.HOLD_RELEASED, events.EVIDENCE_ERASED),  # by an order's word
        events.SIGN_UP_REFUSED,  # what somebody else tried
    }

    about_people = {name for name in events.CATALOGUE if name.startswith(("account:", "session:"))}

    assert about_people - hidden <= set(activity_words.events(""))
