"""However many ask, a process opens no more connections than its settings say (F19)."""

import threading

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support import factories, steps
from tests.support.marks import abuse

POOL = 2
CROWD = 24


@abuse("F19")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_crowd_opens_four_times_the_pool_size_at_most(create_house, database_kind):
    house = create_house("auth", DATABASE_POOL_SIZE=POOL)
    factories.keys(house)
    app = factories.app(house)
    url = make_url(house.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
    seen, statuses, ended = [], [], threading.Event()

    def watch():
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as line:
            while not ended.wait(0.005):
                seen.append(line.execute(query).fetchone()[0] - 1)

    def ask():
        browser = house.test_client()
        for _ in range(5):
            told = steps.post(browser, app, "/oauth/token", grant_type="client_credentials")
            statuses.append(told.status_code)
            statuses.append(browser.get("/health/ready").status_code)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    crowd = [threading.Thread(target=ask, daemon=True) for _ in range(CROWD)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    ended.set()
    watcher.join(10)
    told = house.test_client().get("/metrics").text

    assert len(statuses) == CROWD * 10
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) > CROWD * 5
    assert 2 <= max(seen) <= 4 * POOL
    for pool in ("auth", "hot_auth"):
        assert f'portaria_database_connections_most{{pool="{pool}"}} {2 * POOL}.0' in told
        assert f'portaria_database_waiting{{pool="{pool}"}} 0.0' in told
