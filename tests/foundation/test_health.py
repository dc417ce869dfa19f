"""Alive is one question, ready another."""

import signal

from app.foundation import health
from app.foundation.problems import Unavailable
from tests.foundation.conftest import build, db, furnish
from tests.support import houses, parts, services


def test_alive_needs_nothing_ready_needs_every_part(house):
    def away():
        raise Unavailable

    health.init_app(house, short_term=health.forgotten, broker=away)
    client = house.test_client()

    assert client.get("/health/live").json == {"status": "ok"}
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "checks": {"serving": "ok", "short_term": "ok", "broker": "away"},
        "details": {"broker": "Unavailable"},
    }


def test_why_is_told_to_operators_alone(built):
    def late():
        return "somebody should look"

    def amiss():
        raise health.Amiss("it is at 127.0.0.1")

    for token, headers, shown in (
        ("sesame", {}, False),
        ("sesame", {"Authorization": "Bearer sesame"}, True),
        ("", {"X-Forwarded-For": "203.0.113.9"}, False),
        ("", {}, True),
    ):
        house = built(METRICS_TOKEN=token)
        health.init_app(house, late=late, amiss=amiss)

        answer = house.test_client().get("/health/ready", headers=headers)

        assert answer.status_code == 503
        assert answer.json["checks"] == {"serving": "ok", "late": "warning", "amiss": "away"}
        assert ("127.0.0.1" in answer.text) is shown


def test_a_warning_leaves_it_ready_and_a_file_takes_it_out(built, tmp_path):
    house = built(DRAIN_FILE=str(tmp_path / "stopping"))
    health.init_app(house, worker=lambda: "is one running?")
    client = house.test_client()

    before = client.get("/health/ready").status_code
    (tmp_path / "stopping").touch()
    after = client.get("/health/ready")

    assert (before, after.status_code) == (200, 503)
    assert after.json["checks"] == {"serving": "away", "worker": "warning"}
    assert client.get("/health/live").status_code == 200


def test_ready_follows_the_database_away_and_back(tmp_path):
    server = services.PostgreSQL(f"/tmp/portaria-health-{tmp_path.parent.name}-{id(tmp_path)}")
    try:
        server.start()
    except services.Missing as why:
        parts.missing("postgresql", why)
    app = furnish(build(), server.url)
    health.init_app(app, database=health.database(db))
    client = app.test_client()

    statuses = [client.get("/health/ready").status_code]
    server.stop(signal.SIGINT)
    statuses.append(client.get("/health/ready").status_code)
    alive = client.get("/health/live").status_code
    server.start()
    statuses.append(client.get("/health/ready").status_code)
    houses.close(app)
    server.remove()

    assert statuses == [200, 503, 200]
    assert alive == 200
