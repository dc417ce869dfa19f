"""Limits count what they should, tell when to come back, and never fail open."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.foundation import limits
from app.foundation.problems import Unavailable
from tests.support import parts, services
from tests.support.marks import asvs, mission, rfc


@pytest.fixture(scope="module")
def own_valkey(tmp_path_factory):
    """A Valkey of this module's own, to be stopped and started."""
    server = services.Valkey(tmp_path_factory.mktemp("valkey"))
    try:
        server.start()
    except services.Missing as why:
        parts.missing("valkey", why)
    yield server
    server.stop()


@pytest.fixture(params=["memory", "valkey"])
def limited(request, built):
    """A house that limits, counting in each way."""
    url = request.getfixturevalue("redis_url") if request.param == "valkey" else ""
    return furnish(built(RATE_LIMITS="on", REDIS_URL=url))


@limits.by_address("sign-in", "3/minute")
def page():
    """One of two limited together."""
    return "a page"


@limits.by_address("sign-in", "3/minute")
def answer():
    """The other."""
    return "an answer"


def hit(key):
    """Limited by a key of its own."""
    limits.hit("client", key, "3/minute")
    return "hit"


def furnish(app):
    """Give ``app`` the doors above and one without a limit."""
    app.add_url_rule("/page", "page", page)
    app.add_url_rule("/answer", "answer", answer)
    app.add_url_rule("/hit/<key>", "hit", hit)
    app.add_url_rule("/free", "free", lambda: "free")
    return app


@rfc("6585", "4")
@pytest.mark.parametrize("path", ["/page", "/hit/a"])
def test_past_the_limit_the_answer_is_a_429_that_says_when_to_come_back(limited, path):
    client = limited.test_client()

    answers = [client.get(path) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 61  # seconds are rounded up
    assert answers[3].json["error"] == "too_many_requests"


def test_routes_of_one_name_share_the_count(limited):
    client = limited.test_client()

    statuses = [client.get(path).status_code for path in ("/page", "/answer", "/page", "/answer")]

    assert statuses == [200, 200, 200, 429]


def test_each_address_and_each_key_has_its_own_count(limited):
    client = limited.test_client()
    for _ in range(4):
        client.get("/page")
        client.get("/hit/a")

    other = client.get("/page", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert other.status_code == 200
    assert client.get("/hit/b").status_code == 200
    assert client.get("/hit/a").status_code == 429


def test_hits_at_once_never_pass_the_limit(limited):
    def once(_number):
        with limited.app_context():
            try:
                limits.hit("burst", "key", "10/minute")
            except limits.TooMany:
                return 0
            return 1

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(once, range(100))) == 10


def test_a_route_without_a_limit_pays_for_no_hook(limited):
    named = {
        function.__module__
        for functions in (limited.before_request_funcs, limited.after_request_funcs)
        for function in functions.get(None, ())
    }

    assert named == {"app.foundation.web"}
    assert not limited.teardown_request_funcs


def test_switched_off_nothing_is_counted(built):
    client = furnish(built(RATE_LIMITS="off")).test_client()

    assert {client.get("/page").status_code for _ in range(9)} == {200}
    assert {client.get("/hit/a").status_code for _ in range(9)} == {200}


@asvs("16.5.3")
@mission("S116")
def test_with_redis_away_limited_routes_answer_503_and_heal_by_themselves(built, own_valkey):
    app = furnish(built(RATE_LIMITS="on", REDIS_URL=own_valkey.url))
    client = app.test_client()
    assert client.get("/page").status_code == 200

    own_valkey.stop()
    with app.app_context(), pytest.raises(Unavailable):
        limits.ping()
    away = {path: client.get(path) for path in ("/page", "/hit/a", "/free")}
    own_valkey.start()

    assert (away["/page"].status_code, away["/hit/a"].status_code) == (503, 503)
    assert away["/page"].headers["Retry-After"] == "1"
    assert away["/free"].status_code == 200
    assert client.get("/page").status_code == 200
    assert client.get("/hit/a").status_code == 200
    with app.app_context():
        limits.ping()
