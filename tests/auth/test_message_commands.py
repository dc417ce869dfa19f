"""``flask messages``: what waits, what is dead and why, and trying again what is dead."""

import json
from datetime import timedelta

import pytest

from app.auth.database import db
from app.auth.notifications import post
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock, ids
from app.foundation.database import kept
from tests.support.marks import mission

ANA = "ana@example.com"


@pytest.fixture
def put(auth_app):
    """Keep a message to Ana in the state that ``columns`` say; return its id."""

    def keep(**columns):
        with auth_app.app_context(), kept(db):
            sent = post.mail("password_changed", ANA, at=clock.now(), device=None)
            db.session.flush()
            row = db.session.get(OutboxMessage, sent)
            for name, value in columns.items():
                setattr(row, name, value)
        return sent

    return keep


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["messages", *arguments])


def told(app, *arguments):
    done = run(app, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@mission("S9")
def test_the_list_tells_states_and_reasons_and_no_person(auth_app, put):
    waiting, dead = put(), put(due_at=None, problem="refused", tries=1)
    delivered = put(due_at=None, delivered_at=clock.now())

    rows = {row["id"]: row for row in told(auth_app, "list")}

    states = {each: rows[each]["state"] for each in (waiting, dead, delivered)}
    assert states == {waiting: "waiting", dead: "dead", delivered: "delivered"}
    assert (rows[dead]["problem"], rows[dead]["tries"]) == ("refused", 1)
    assert "ana@" not in run(auth_app, "list").stdout
    assert [row["id"] for row in told(auth_app, "list", "--state", "dead")] == [dead]


@mission("S9")
def test_a_dead_message_is_retried_and_arrives_under_its_own_id(auth_app, put):
    dead = put(due_at=None, problem="refused", tries=9)

    [row] = told(auth_app, "retry", dead)

    assert (row["id"], row["state"], row["tries"]) == (dead, "waiting", 0)
    assert told(auth_app, "deliver") == [{"result": "delivered", "messages": 1}]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"due_at": None, "delivered_at": clock.now()},
        {"due_at": None, "content_sealed": None},
        {"due_at": None, "expires_at": clock.now() - timedelta(days=1)},
    ],
    ids=["waits", "delivered", "wiped", "expired"],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_not_dead_or_not_worth_it_is_not_retried(auth_app, put, columns):
    done = run(auth_app, "retry", put(**columns))

    assert done.exit_code == 1
    assert "Only a dead message" in done.stderr + done.stdout


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_message_nobody_knows_is_said_to_be_unknown(auth_app):
    done = run(auth_app, "retry", ids.new("msg"))

    assert done.exit_code == 1
    assert "There is nothing here." in done.stderr + done.stdout
