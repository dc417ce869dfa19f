"""The signing keys are seen with their dates, turned over, and withdrawn by who may."""

import json
from datetime import timedelta

import pytest

from app.auth.keys import ring
from tests.support import factories
from tests.support.marks import mission

KEYS = "/admin/keys"


@pytest.fixture
def keyed(app):
    """The server with its keys."""
    factories.keys(app)


def rows(browser, asked=""):
    """The keys that fit, as the file has them."""
    return json.loads(browser.open(f"{KEYS}?format=json&{asked}").html)


@mission("S84")
def test_keys_are_listed_with_the_day_on_which_they_turn(keyed, olga):
    page = olga.open(KEYS)

    assert page.status == 200
    active = rows(olga, "state=active")
    assert {row["alg"] for row in active} == {"ES256", "RS256", "PS256", "EdDSA"}
    assert all(row["turns_at"] > row["signs_from"] for row in active)
    assert {row["state"] for row in rows(olga)} == {"active", "next"}
    assert rows(olga, "alg=ES256&state=gone") == []
    assert "private" not in page.html.lower()


def test_keys_are_turned_over_for_the_record(keyed, olga, recorded, sub_of):
    [before] = rows(olga, "state=next&alg=ES256")
    page = olga.open(f"{KEYS}/rotate")

    after = olga.submit(page, "admin-key-rotate-form", choice="ES256")

    assert after.address == f"{KEYS}?done=rotated"
    assert rows(olga, "state=active&alg=ES256")[0]["kid"] == before["kid"]
    assert len(rows(olga, "state=active&alg=RS256")) == 1
    assert ("key:signing:ordered", sub_of("olga")) in recorded(before["kid"])
    assert olga.submit(page, "admin-key-rotate-form", choice="none").status == 400


def test_a_key_is_withdrawn_at_once(keyed, app, olga, recorded, sub_of):
    [key] = rows(olga, "state=active&alg=RS256")
    page = olga.open(f"{KEYS}/{key['kid']}/retire")

    after = olga.submit(page, "admin-key-retire-form")

    assert after.address == f"{KEYS}?done=retired"
    with app.app_context():
        assert ring.current().verifier(key["kid"]) is None
    assert ("key:signing:ordered", sub_of("olga")) in recorded(key["kid"])
    assert olga.submit(page, "admin-key-retire-form").address == KEYS
    assert olga.open(f"{KEYS}/nothing/retire").status == 404


@mission("S84")
def test_who_runs_one_institution_sees_no_keys_messages_or_settings(keyed, bea):
    for place in (KEYS, f"{KEYS}/rotate", "/admin/messages", "/admin/settings"):
        assert bea.open(place).status == 403


def test_turning_keys_needs_a_fresh_sign_in(held_clock, keyed, olga):
    held_clock.shift(timedelta(minutes=16))

    assert olga.open(KEYS).status == 200
    assert olga.open(f"{KEYS}/rotate").name[0] == "login"
