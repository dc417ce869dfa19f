"""What may be forgotten: the same in Valkey and in the process."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.foundation import short_term
from tests.support.marks import mission


@pytest.fixture(params=["memory", "valkey"])
def app(request, built):
    """A house with each kind of store, its context open."""
    url = request.getfixturevalue("redis_url") if request.param == "valkey" else ""
    made = built(REDIS_URL=url)
    with made.app_context():
        yield made


@mission("S116")
def test_what_is_put_is_got_until_it_is_taken(app):
    short_term.put("a", "é", 60)

    assert short_term.get("a") == "é"
    assert short_term.take("a") == "é"
    assert short_term.take("a") is None
    assert short_term.get("a") is None


def test_only_the_first_of_many_puts_a_thing_first(app):
    def once(number):
        with app.app_context():
            return short_term.put_first("once", str(number), 60)

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(once, range(100))) == 1


def test_only_one_of_many_takes_a_thing(app):
    short_term.put("once", "value", 60)

    def once(_number):
        with app.app_context():
            return short_term.take("once")

    with ThreadPoolExecutor(20) as pool:
        assert sum(value == "value" for value in pool.map(once, range(100))) == 1


def test_what_is_put_is_forgotten_in_time(built, held_clock):
    with built().app_context():
        short_term.put("a", "b", 60)

        held_clock.shift(59)
        assert short_term.get("a") == "b"
        held_clock.shift(1)
        assert short_term.get("a") is None
        assert short_term.put_first("a", "c", 60)


def test_the_store_answers_when_asked_whether_it_is_there(app):
    short_term.ping()
