"""Nobody waits for the database longer than ``DATABASE_WAIT_SECONDS``: then the answer is 503."""

import sqlalchemy
from sqlalchemy import text, update

from app.foundation import clock
from app.foundation.hot import Statement
from tests.foundation.conftest import Thing, build, db, furnish, hot
from tests.support import houses

TURN_OFF = "UPDATE things SET live = false WHERE name = :name"


def by_the_orm():
    """Write with the request."""
    db.session.execute(update(Thing).values(live=False))
    db.session.commit()
    return "written"


def by_a_hot_statement():
    """Write apart from it."""
    hot.run(Statement(TURN_OFF), name="counter")
    return "written"


def test_who_waits_for_a_row_that_another_holds_is_answered_503_and_later_200(thing_url):
    app = furnish(build(DATABASE_WAIT_SECONDS=1), thing_url)
    app.add_url_rule("/orm", "orm", by_the_orm)
    app.add_url_rule("/hot", "hot", by_a_hot_statement)
    with app.app_context():
        db.create_all()
        db.session.add(Thing(name="counter", seen_at=clock.now()))
        db.session.commit()
    client = app.test_client()

    holder = sqlalchemy.create_engine(thing_url)
    with holder.begin() as held:
        held.execute(text(TURN_OFF), {"name": "counter"})
        waited = [client.get(path).status_code for path in ("/orm", "/hot")]
    holder.dispose()

    assert waited == [503, 503]
    assert [client.get(path).text for path in ("/orm", "/hot")] == ["written", "written"]
    houses.close(app)


def test_who_waits_for_a_connection_that_others_hold_is_answered_503(thing_url):
    app = furnish(build(DATABASE_WAIT_SECONDS=1), thing_url, pool_size=1)
    app.add_url_rule("/", "write", by_the_orm)
    with app.app_context():
        db.create_all()
        held = [db.engine.connect() for _ in range(2)]  # one, and as many again in a rush

        waited = app.test_client().get("/")
        for connection in held:
            connection.close()

    assert waited.status_code == 503
    assert app.test_client().get("/").text == "written"
    houses.close(app)
