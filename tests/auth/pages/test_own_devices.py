"""One's own devices: a name of one's own, and "yes, it was me"."""

import re

import pytest

from app.auth.audit import events
from tests.auth import persons
from tests.auth.pages.passkeys import post
from tests.support.marks import abuse, mission

ANA, BIA = "ana@exemplo.com.br", "bia@exemplo.com.br"
SID = re.compile(r"sessions/name\?sid=(ses_\w+)")


@pytest.fixture
def two(held_clock, come_in):
    """Ana's old device, and a new one."""
    old = come_in()
    held_clock.shift(60)
    return old, come_in(
        device="Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"
    )


def sids(visitor):
    return SID.findall(visitor.open("/account/sessions").html)


@mission("S81")
def test_a_device_gets_a_name_and_loses_it_again(app, two):
    old, _ = two
    mine, other = sids(old)
    page = old.open(f"/account/sessions/name?sid={other}")

    page = old.submit(page, "device-name-form", name="  Note <b> da Ana\u202e ")

    assert "Note <b> da Ana" in page.text
    assert "Nome do aparelho salvo" in page.text
    assert "<b>" not in page.html
    assert "\u202e" not in page.html
    assert "Linux, Firefox" in page.text
    page = old.open(f"/account/sessions/name?sid={other}")
    assert page.forms["device-name-form"]["fields"]["name"] == "Note <b> da Ana"
    assert "Note <b>" not in old.submit(page, "device-name-form", name="").text
    page = old.submit(
        old.open(f"/account/sessions/name?sid={mine}"), "device-name-form", name="x" * 999
    )
    assert "x" * 60 in page.text
    assert "x" * 61 not in page.text
    with app.app_context():
        assert [event for event, _ in persons.recorded()].count(events.DEVICE_NAMED) == 3


@mission("S83")
def test_yes_it_was_me_settles_the_question_everywhere(app, two):
    old, new = two
    page = old.open("/account/sessions")
    assert "new-device" in page.elements

    page = old.submit(page, "it-was-me-form")

    assert "Aparelho reconhecido" in page.text
    assert "new-device" not in page.elements
    assert "Aparelho novo" not in page.text
    assert "Nenhum aparelho novo" in old.open("/account").text
    assert new.open("/account").name[0] == "account"
    with app.app_context():
        assert events.DEVICE_OWNED in [event for event, _ in persons.recorded()]


@abuse("V-08")
def test_a_new_device_cannot_say_so_of_itself_or_of_another_new_one(two, come_in):
    old, _ = two
    third = come_in(device="Stranger/1")
    page = third.open("/account/sessions")

    assert "new-device" in page.elements
    assert "it-was-me-form" not in page.forms
    for sid in sids(third):
        assert post(third, page, "/account/sessions/me", sid=sid).status == 404
    assert "new-device" in old.open("/account/sessions").elements


@abuse("B-01")
def test_nobody_names_or_owns_a_device_of_another(two, come_in):
    old, _ = two
    bia = come_in(BIA)
    page = bia.open("/account/sessions")

    for sid in (*sids(old), "", "ses_x", "x" * 3000):
        assert bia.open(f"/account/sessions/name?sid={sid}").status == 404
        assert post(bia, page, "/account/sessions/name", sid=sid, name="x").status == 404
        assert post(bia, page, "/account/sessions/me", sid=sid).status == 404


def test_who_shows_two_factors_may_say_so_from_a_new_device_too(two, browser, phone):
    ana = browser(User_Agent="Other/1")
    page = ana.sign_in(ana.open("/account/sessions"), ANA)

    page = ana.submit(page, "otp-form", otp=phone.code())

    assert "Aparelho reconhecido" in ana.submit(page, "it-was-me-form").text
