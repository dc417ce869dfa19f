"""The demo's own parts: its words in both languages, and what it keeps between requests."""

import re
import sqlite3
import stat
import time

import pytest
import time_machine
from cryptography.exceptions import InvalidTag

from dev.demo import words
from dev.demo.record import Exchange
from dev.demo.relying_party import Pending, Tokens
from dev.demo.shelf import SECONDS, Shelf
from dev.demo.visits import Shown, Visit

EXCHANGE = Exchange(
    caption="",
    method="POST",
    url="https://id.example/oauth/token",
    headers=(("authorization", "Basic base64(cofrinho:••••••)"),),
    body="grant_type=refresh_token&refresh_token=it%27s",
    status=200,
    reason="OK",
    answer_headers=(),
    answer="{}",
    milliseconds=1,
)


@pytest.fixture
def shelf(tmp_path):
    """A shelf in a folder that is not there yet."""
    return Shelf(tmp_path / "instance" / "demo.sqlite3")


def test_both_languages_say_the_same_things():
    portuguese, english = (words.CATALOGUE[language] for language in words.LANGUAGES)

    assert portuguese.keys() == english.keys()
    assert all(portuguese.values())
    assert all(english.values())
    for key, text in portuguese.items():
        assert set(re.findall(r"{\w*}", text)) == set(re.findall(r"{\w*}", english[key])), key


def test_what_is_put_on_the_shelf_is_found_by_its_name_alone(shelf, tmp_path):
    shelf.put("the cookie", "a refresh token")

    assert shelf.get("the cookie") == "a refresh token"
    assert shelf.get("another cookie") is None
    file = tmp_path / "instance" / "demo.sqlite3"
    assert b"refresh" not in file.read_bytes()
    assert b"cookie" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_row_moved_to_another_name_does_not_open(shelf, tmp_path):
    shelf.put("mine", "a refresh token")
    shelf.put("theirs", "another")
    with sqlite3.connect(tmp_path / "instance" / "demo.sqlite3") as file:
        rows = dict(file.execute("SELECT name, sealed FROM visits"))
        for name, sealed in zip(rows, reversed(rows.values()), strict=True):
            file.execute("UPDATE visits SET sealed = ? WHERE name = ?", (sealed, name))

    with pytest.raises(InvalidTag):
        shelf.get("mine")


def test_the_shelf_forgets_what_is_removed_or_two_hours_old(shelf):
    shelf.put("removed", "x")
    shelf.remove("removed")
    shelf.put("old", "x")

    assert shelf.get("removed") is None
    with time_machine.travel(time.time() + SECONDS + 1, tick=False):
        assert shelf.get("old") is None


def test_a_visit_survives_being_kept():
    visit = Visit(tokens=Tokens("at", "rt", claims={"sub": "ana"}))
    visit.wait_for(Pending("https://id.example/?", "state", "nonce", "verifier"), [EXCHANGE])
    visit.shown["refresh"] = Shown([EXCHANGE], {"rotated": True})

    again = Visit.from_json(visit.as_json())

    assert again.tokens == visit.tokens
    assert again.shown["refresh"].exchanges[0].curl == EXCHANGE.curl
    assert again.came_back("state")[0].verifier == "verifier"
    assert again.came_back("state") is None


def test_the_curl_line_is_quoted_for_a_shell_and_holds_no_secret():
    assert EXCHANGE.curl.splitlines() == [
        "curl -si -X POST \\",
        '  -u "$CLIENT_ID:$CLIENT_SECRET" \\',
        "  --data-urlencode grant_type=refresh_token \\",
        "  --data-urlencode 'refresh_token=it'\"'\"'s' \\",
        "  https://id.example/oauth/token",
    ]
