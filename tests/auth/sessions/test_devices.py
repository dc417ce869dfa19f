"""Where a person is signed in."""

import pytest

from app.auth.sessions import browser
from tests.auth import doors, persons

CHROME = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def app(auth_app):
    with auth_app.app_context():
        persons.open_account(name="Ana Souza")
    return doors.open_all(auth_app)


def test_devices_in_use_are_listed_the_last_seen_first(app, held_clock):
    phone, laptop = app.test_client(), app.test_client()
    first = phone.get("/t/open").json["sid"]
    held_clock.shift(1)
    second = laptop.get("/t/open").json["sid"]
    held_clock.shift(120)

    assert phone.get("/t/devices").json["devices"] == [first, second]


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (CHROME, ("Pixel 8 (Android)", "Chrome Mobile")),
        (None, (None, None)),
        ("curl/8", (None, "curl")),
        ("\x00 nonsense " * 30, (None, None)),
    ],
)
def test_a_device_is_described_as_a_person_would(user_agent, told):
    assert browser.describe(user_agent) == told
