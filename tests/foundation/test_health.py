"""Alive is one question, ready another."""

import signal

from app.foundation import health
from app.foundation.problems import Unavailable
from tests.foundation.conftest import build, db, furnish
from tests.support import houses, parts, services


def test_alive_needs_nothing_ready_needs_every_part(house):
    def away():
        raise Unavailable

    house.register_blueprint(health.blueprint(short_term=health.forgotten, broker=away))
    client = house.test_client()

    assert client.get("/health/live").json == {"status": "ok"}
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "checks": {"short_term": "ok", "broker": "away"},
    }


def test_ready_follows_the_database_away_and_back(tmp_path):
    server = services.PostgreSQL(f"/tmp/portaria-health-{tmp_path.parent.name}-{id(tmp_path)}")
    try:
        server.start()
    except services.Missing as why:
        parts.missing("postgresql", why)
    app = furnish(build(), server.url)
    app.register_blueprint(health.blueprint(database=health.database(db)))
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
