"""Clock, identifiers, digests, turns: small things much depends on."""

import re
import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation import clock, digests, ids, turns
from app.foundation.problems import Problem, Unavailable
from tests.support.marks import asvs


@asvs("16.2.2")
def test_now_is_aware_utc_and_stands_still_when_held(held_clock):
    first = clock.now()
    held_clock.shift(90)

    assert first == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (clock.now() - first).total_seconds() == 90
    assert clock.seconds() == int(first.timestamp()) + 90


def test_ticks_never_go_back():
    assert clock.ticks() <= clock.ticks()


def test_identifiers_say_their_kind_and_never_repeat():
    made = {ids.new("ses") for _ in range(1000)}

    assert len(made) == 1000
    assert all(ids.is_one(value, "ses") for value in made)
    assert ids.maker("cli")().startswith("cli_")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "ses_",
        "ses_" + "a" * 24,
        "ses_" + "a" * 26,
        "ses_" + "A" * 25,
        "cli_" + "a" * 25,
        "ses_" + "a" * 24 + "\n",
        "ses_" + "a" * 24 + "é",
        "ses_" + "a" * 24 + "\x00",
    ],
)
def test_what_is_shaped_otherwise_is_no_identifier(value):
    assert not ids.is_one(value, "ses")


@asvs("7.2.3", "11.5.1")
@pytest.mark.parametrize("bits", [128, 256])
def test_secrets_have_their_bits_as_url_safe_text(bits):
    value = ids.secret(bits)

    assert re.fullmatch(r"[A-Za-z0-9_-]+", value)
    assert len(value) * 6 >= bits


def test_no_secret_begins_as_an_option_of_a_command_does():
    assert not any(ids.secret().startswith("-") for _ in range(2000))


def test_a_subject_is_a_random_uuid():
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                        ids.subject())  # fmt: skip
    assert ids.subject() != ids.subject()


@asvs("11.4.3")
def test_digests_are_sha256_and_keyed_ones_depend_on_their_key():
    assert digests.of("abc").hex().startswith("ba7816bf8f01cfea414140de5dae2223")
    assert digests.keyed(b"k1", "abc") != digests.keyed(b"k2", "abc")
    assert len(digests.keyed(b"k1", "abc")) == 32


@given(st.binary(), st.binary())
def test_same_is_equality(left, right):
    assert digests.same(left, right) == (left == right)


def test_a_problem_tells_its_own_words_unless_given_others():
    assert Problem("Other words.", detail="private").description == "Other words."
    assert str(Unavailable(detail="private")) == Unavailable.description


def test_so_many_work_at_once_so_many_wait_and_the_next_is_refused_at_once():
    taken = turns.Turns(2)
    inside, leave = threading.Semaphore(0), threading.Event()
    done = []

    def work():
        with taken.take(queue=1):
            inside.release()
            leave.wait(5)
            done.append(1)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert inside.acquire(timeout=5)
    assert inside.acquire(timeout=5)
    _until(lambda: taken._waiting == 1)

    with pytest.raises(Unavailable), taken.take(queue=1):
        pass
    leave.set()
    for worker in workers:
        worker.join(5)

    assert len(done) == 3
    with taken.take(queue=0):
        pass


def _until(ready):
    for _ in range(500):
        if ready():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")
