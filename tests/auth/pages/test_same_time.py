"""Nobody learns from the clock whether there is an account: to sign in, join, ask again, recover.

What is timed is the whole answer, with what it writes. `make soak` tries each two hundred times.
"""

import os
import statistics
import time

import pytest

from tests.auth import persons
from tests.auth.pages.test_joining import RITA
from tests.auth.pages.visitor import Visitor
from tests.support.marks import abuse, asvs, mission

SOAK = bool(os.environ.get("SOAK"))
TRIES = 200 if SOAK else 1
FLOOR = 0.35 * 1.07  # seconds: both steps
GENEROUS = {
    "CODES_PER_NETWORK": 10**6,
    "CODE_WAIT_SECONDS": 1,
    "LOGIN_ADDRESS_ATTEMPTS": 10**6,
    "LOGIN_FLOOR_MS": 350,
    "PASSWORD_MEMORY_KIB": 19456,
}


def sign_in(visitor, address):
    """Open the login page; return how to sign in with a wrong password."""
    page = visitor.open("/login")
    return lambda: visitor.sign_in(page, address, "not the password")


def join(visitor, address):
    """Open the form; return how to join with this address."""
    page = visitor.open("/register")
    return lambda: visitor.submit(page, "register-form", **RITA | {"email": address})


def again(visitor, address):
    """Join; return how to ask for another code."""
    page = join(visitor, address)()
    return lambda: visitor.submit(page, "resend-form")


def forgot(visitor, address):
    """Open the form; return how to ask for a code to recover."""
    page = visitor.open("/forgot")
    return lambda: visitor.submit(page, "forgot-form", identifier=address)


@asvs("6.3.8")
@mission("C26")
@abuse("L-01")
@pytest.mark.parametrize("deed", [sign_in, join, again, forgot])
def test_the_answer_takes_the_same_time_whether_or_not_there_is_an_account(create_house, deed):
    app = create_house("auth", **GENEROUS)
    with app.app_context():
        for number in range(TRIES):
            persons.open_account(f"known{number}@example.com", verified=True)
    ready = [
        {kind: deed(Visitor(app), f"{kind}{number}@example.com") for kind in ("known", "nobody")}
        for number in range(TRIES)
    ]
    time.sleep(1)  # CODE_WAIT_SECONDS
    took, seen = {"known": [], "nobody": []}, {"known": set(), "nobody": set()}
    for pair in ready:
        for kind, send in pair.items():
            begun = time.perf_counter()
            page = send()
            took[kind].append(time.perf_counter() - begun)
            seen[kind].add((page.status, page.name))

    assert min(*took["known"], *took["nobody"]) >= FLOOR
    assert seen["known"] == seen["nobody"]
    if SOAK:  # of a few, whatever else runs here decides
        means = [statistics.mean(spans) for spans in took.values()]
        assert max(means) / min(means) < 1.1, means
