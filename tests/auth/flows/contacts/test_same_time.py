"""Nobody learns from the clock whether there is an account: to join, to ask again, to recover."""

import os
import statistics
import time

import pytest

from app.auth.database import db
from app.auth.flows.contacts import recover, verify_contact
from app.foundation.database import kept
from tests.auth import persons
from tests.auth.flows.contacts.newcomers import HOME, join_as, rita
from tests.support.marks import abuse

SOAK = bool(os.environ.get("SOAK"))
TRIES = 200 if SOAK else 9
TYPICAL = statistics.mean if SOAK else min  # of few, whatever else runs here moves the mean
GENEROUS = {"CODES_PER_NETWORK": 10**6, "CODE_WAIT_SECONDS": 1, "LOGIN_FLOOR_MS": 350}


def known(number):
    """The address of somebody who has been here for long."""
    return f"known{number}@example.com"


def nobody(number):
    """The address of nobody yet."""
    return f"nobody{number}@example.com"


def join(address):
    """Ask to join with ``address``."""
    join_as(rita(email=address))


def again(address):
    """Ask for another code while joining."""
    user = persons.found(address)
    unproved = user and user.must_prove
    db.session.rollback()
    with kept(db):
        verify_contact.send_to_newcomer(user.id if unproved else None, address, HOME)


def forgot(address):
    """Ask for a code to recover."""
    with kept(db):
        recover.ask(address, "email", HOME)


@abuse("L-01")
@pytest.mark.parametrize("deed", [join, again, forgot])
def test_it_takes_the_same_time(create_house, deed):
    with create_house("auth", PASSWORD_MEMORY_KIB=19456, **GENEROUS).app_context():
        for number in range(TRIES):
            persons.open_account(known(number), verified=True)
            if deed is again:
                with kept(db):
                    persons.open_account(nobody(number))
                    persons.found(nobody(number)).must_prove = "email"
        took = {known: [], nobody: []}
        for number in range(TRIES):
            for kind, spans in took.items():
                begun = time.perf_counter()
                deed(kind(number))
                spans.append(time.perf_counter() - begun)

    typical = [TYPICAL(spans) for spans in took.values()]
    assert max(typical) / min(typical) < 1.1
