"""Guessing at the codes that devices show: counted before they are judged, paused at the limit."""

import re
from threading import Barrier, Thread

import pytest

from app.foundation import legible
from tests.auth.oauth import devices
from tests.support import factories, steps
from tests.support.marks import rfc

WRONG = "BBBB-BBBB"


@pytest.fixture
def server(create_house):
    """A server of the test's own, where nobody has guessed before."""
    server = create_house("auth", LOGIN_ADDRESS_ATTEMPTS=12)
    factories.keys(server)
    return server


@pytest.fixture
def tv(server):
    """An app on televisions."""
    return devices.television(server)


def guess(browser, times, code=WRONG, address="127.0.0.1"):
    """Type a code so many times; return the statuses."""
    browser.environ_base["REMOTE_ADDR"] = address
    return [devices.type_code(browser, code).status_code for _ in range(times)]


@rfc("8628", "5.1")
def test_the_sixth_wrong_code_of_a_browser_is_not_judged_and_neither_is_a_right_one(
    held_clock, browser, tv
):
    told = devices.begun(browser, tv)
    assert guess(browser, 6) == [422] * 5 + [429]

    page = devices.type_code(browser, told["user_code"])

    assert page.status_code == 429
    assert page.headers["Retry-After"] == "900"
    assert 'data-page="device" data-state="limited"' in page.text
    assert "pausada até 09:15" in page.text  # noon UTC and fifteen minutes, in São Paulo
    assert "device-form" in page.text


def test_a_pause_ends_by_itself(held_clock, browser, tv):
    guess(browser, 6)
    held_clock.shift(900)

    assert steps.page_of(devices.type_code(browser, devices.begun(browser, tv)["user_code"])) == (
        "login"
    )


@rfc("8628", "5.1")
def test_one_address_is_paused_whatever_browser_it_shows(held_clock, server, tv):
    statuses = [guess(server.test_client(), 1)[0] for _ in range(14)]

    assert statuses == [422] * 12 + [429] * 2
    assert guess(server.test_client(), 1, address="203.0.113.9") == [422]


def test_neighbours_in_one_small_network_are_one_address(held_clock, server):
    addresses = [f"2001:db8:1:2::{n}" for n in range(1, 14)]

    statuses = [guess(server.test_client(), 1, address=each)[0] for each in addresses]

    assert statuses == [422] * 12 + [429]
    assert guess(server.test_client(), 1, address="2001:db8:1:3::1") == [422]


def test_who_is_signed_in_is_counted_wherever_they_go(held_clock, server, ana):
    statuses = []
    for number in range(6):
        browser = server.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        steps.sign_in(browser, steps.follow(browser, browser.get("/login")), ana)
        statuses += guess(browser, 1, address=f"203.0.113.{number}")

    assert statuses == [422] * 5 + [429]


def test_a_right_code_is_no_guess_and_buys_none(held_clock, browser, tv):
    right = devices.begun(browser, tv)["user_code"]
    for _ in range(8):
        assert steps.page_of(devices.type_code(browser, right)) == "login"

    assert guess(browser, 5) == [422] * 5
    assert guess(browser, 1, right) == [429]


def test_what_can_be_no_code_is_no_guess(held_clock, browser):
    for typed in ("WDJB", "não sei", "WDJB-MJHT-X", "0000-0000"):
        assert guess(browser, 5, typed) == [422] * 5

    assert guess(browser, 5) == [422] * 5


def test_passwords_and_codes_have_budgets_of_their_own(held_clock, browser, ana, tv):
    assert guess(browser, 6)[-1] == 429
    page = steps.follow(browser, browser.get("/login", headers=steps.HTML))

    assert steps.sign_in(browser, page, ana).request.path == "/account"


def test_of_many_guesses_at_once_as_many_are_judged_as_the_limit_says(server, browser):
    page = browser.get("/device", headers=steps.HTML)
    form = {"csrf_token": steps.form_token(page), "user_code": WRONG}
    cookie = browser.get_cookie("browser_3000").value
    start, statuses = Barrier(20), []

    def one():
        each = server.test_client()
        each.set_cookie("browser_3000", cookie)
        start.wait()
        statuses.append(each.post("/device", data=form, headers=steps.HTML).status_code)

    crowd = [Thread(target=one) for _ in range(20)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()

    assert sorted(statuses) == [422] * 5 + [429] * 15


@rfc("8628", "5.1")
def test_the_chance_of_a_guesser_is_below_one_in_a_hundred_million(server):
    settings = server.config
    codes = len(legible.LETTERS) ** legible.LENGTH
    windows = settings["DEVICE_CODE_SECONDS"] // settings["LOGIN_WINDOW_SECONDS"] + 2

    assert len(set(legible.LETTERS)) == 20
    assert windows * 100 / codes < 1e-8


def test_the_pause_is_told_in_english_too(held_clock, browser):
    guess(browser, 5)
    english = steps.HTML | {"Accept-Language": "en"}

    form = {"csrf_token": steps.form_token(browser.get("/device")), "user_code": WRONG}
    page = browser.post("/device", data=form, headers=english)

    assert re.search(r"paused until \d\d:\d\d", page.text)
