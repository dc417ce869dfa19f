"""The check-up names what is wrong, to a balancer by a status and to an operator in words."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from app.auth.audit import events, trail
from app.auth.audit.models import QueuedRecord
from app.auth.checkup import checks
from app.auth.checkup.models import WorkerDuty
from app.auth.database import db
from app.auth.keys import rotation, timetable
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock
from app.foundation.database import kept
from app.foundation.sealing import Ring, new_key
from tests.auth import stage
from tests.support.marks import abuse


@pytest.fixture
def well(auth_app):
    """A house with keys, whose worker was at work."""
    with auth_app.app_context():
        stage.make_keys()
    done = auth_app.test_cli_runner().invoke(args=["worker", "--once"])
    assert done.exit_code == 0, done.output
    return auth_app


def ready(app):
    """Return the status, and what is not ok with why."""
    answer = app.test_client().get("/health/ready")
    return answer.status_code, answer.json["details"]


def doctor(app):
    """Return the exit status, and what `flask doctor` found: name → (state, why)."""
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    found = {each["name"]: (each["state"], each["why"]) for each in json.loads(done.stdout)}
    return done.exit_code, found


def test_all_is_well(well):
    answer = well.test_client().get("/health/ready")

    names = ["serving", "database", "migrations", "short_term", "keys", "worker", "sealing"]
    assert answer.json == {"status": "ok", "checks": dict.fromkeys(names, "ok"), "details": {}}
    assert answer.status_code == 200


@pytest.mark.parametrize("at", ["0020", "9999", None])
def test_a_database_of_another_shape_is_named(well, at, database_kind):
    with well.app_context(), kept(db):
        if at:
            db.session.execute(
                text("UPDATE alembic_version_auth SET version_num = :at"), {"at": at}
            )
        else:
            db.session.execute(text("DROP TABLE alembic_version_auth"))

    status, why = ready(well)

    newer = at == "9999"
    assert status == (200 if newer else 503)
    assert ("newer" if newer else "db upgrade") in why["migrations"]


def test_keys_that_nobody_can_open_or_that_are_missing_are_named(well):
    ours = well.extensions["sealing"]
    well.extensions["sealing"] = Ring.from_setting(f"other:{new_key()}")
    well.extensions["keys"].__init__()
    sealed = ready(well)
    well.extensions["sealing"] = ours
    well.extensions["keys"].__init__()
    with well.app_context(), kept(db):
        db.session.execute(text("UPDATE signing_keys SET state = 'gone' WHERE alg = 'ES256'"))
    missing = ready(well)
    with well.app_context(), kept(db):
        rotation.ensure()

    assert (sealed[0], missing[0]) == (503, 503)
    assert "SEALING_KEYS" in sealed[1]["keys"]
    assert "ES256" in missing[1]["keys"]


def test_a_worker_that_stopped_is_missed_but_nobody_is_turned_away(well):
    with well.app_context(), kept(db):
        late = {"done_at": clock.now() - timedelta(minutes=6)}
        db.session.execute(update(WorkerDuty).where(WorkerDuty.duty == "logouts").values(**late))

    status, why = ready(well)

    assert status == 200
    assert why["worker"].endswith("logouts")


def test_with_no_worker_ever_it_asks_for_one(auth_app):
    with auth_app.app_context():
        stage.make_keys()

    status, why = ready(auth_app)

    assert status == 200
    assert "is one running?" in why["worker"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_the_doctor_says_a_line_each_and_exits_1_when_one_is_away(well, create_house):
    fine = doctor(well)
    away = doctor(create_house("auth", url="postgresql+psycopg://x@127.0.0.1:9/none"))
    lines = well.test_cli_runner().invoke(args=["doctor"]).stdout.splitlines()

    assert fine[0] == 0
    assert fine[1]["mail"] == ("warning", "MAIL_SERVER is not set: nothing leaves this machine")
    assert fine[1]["issuer"][0] == "warning"
    assert fine[1]["clock"] == ("ok", None)
    assert away[0] == 1
    assert {name for name, (state, _) in away[1].items() if state == "away"} >= {
        "database",
        "migrations",
        "keys",
    }
    assert len(lines) == len(fine[1])
    assert "database  ok" in lines


def test_the_doctor_knocks_at_the_mail_server(well):
    well.config |= {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": 9, "MAIL_FROM": "a@b.example"}
    well.config |= {"MAIL_USE_TLS": False}

    status, found = doctor(well)

    assert (status, found["mail"][0]) == (1, "away")


def test_the_doctor_misses_the_proxies(well):
    well.config |= {"ISSUER": "https://id.banco.example", "TRUSTED_PROXIES": 0}
    without = doctor(well)[1]
    well.config["TRUSTED_PROXIES"] = 1
    behind = doctor(well)[1]

    assert without["proxies"][0] == "warning"
    assert (behind["proxies"][0], behind["issuer"][0]) == ("ok", "ok")


@abuse("G-08")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_queue_of_records_that_cannot_be_read_in_time_turns_nobody_away(well):
    with well.app_context(), db.engine.begin() as other:
        other.execute(text("LOCK TABLE audit_queue IN ACCESS EXCLUSIVE MODE"))
        status, why = ready(well)

    assert status == 200
    assert why == {"sealing": "what waits to be sealed cannot be read: OperationalError"}


def test_the_oldest_that_waits_is_one_row_and_none_that_was_refused(well, held_clock):
    with well.app_context():
        for seconds in (30, 40, 50):
            with kept(db):
                trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject="x")
            held_clock.shift(seconds)
        waits = [checks.seconds_unsealed()]
        with kept(db):
            first = select(func.min(QueuedRecord.seq)).scalar_subquery()
            refused = update(QueuedRecord).where(QueuedRecord.seq == first)
            db.session.execute(refused.values(refused_at=clock.now()))
        waits.append(checks.seconds_unsealed())

    assert waits == [120, 90]


def shown(app):
    """Return the metrics as ``{sample: value}``."""
    rows = (line.rsplit(" ", 1) for line in app.test_client().get("/metrics").text.splitlines())
    return {row[0]: float(row[1]) for row in rows if not row[0].startswith("#")}


def test_metrics_tell_of_keys_messages_and_the_record_without_a_worker(well, held_clock):
    with well.app_context(), kept(db):
        now = clock.now()
        kept_rows = [
            {"id": "msg_1", "due_at": now, "problem": None},
            {"id": "msg_2", "due_at": None, "problem": "refused"},
        ]
        about = {"message": "x", "channel": "mail", "locale": "en", "tries": 0}
        about |= {"created_at": now, "expires_at": now + timedelta(days=1)}
        db.session.execute(insert(OutboxMessage), [about | row for row in kept_rows])
        trail.record(events.KEY_CREATED, actor=events.SYSTEM, subject="x")
        ages = {row.alg: row.activated_at for row in timetable.listed() if row.state == "active"}

    held_clock.shift(120)
    with well.app_context(), db.engine.connect():
        told = shown(well)

    assert told["portaria_outbox_oldest_seconds"] == 120
    assert told["portaria_outbox_dead"] == 1
    assert told["portaria_audit_unsealed_seconds"] == 120
    assert told["portaria_auth_readings_failed"] == 0
    age = told['portaria_signing_key_age_seconds{alg="ES256"}']
    left = told['portaria_signing_key_rotates_seconds{alg="ES256"}']
    assert age == pytest.approx((clock.now() - ages["ES256"]).total_seconds())
    assert age + left == pytest.approx(90 * 86400)
    assert 'portaria_worker_duty_seconds{duty="record"}' in told
    assert told['portaria_database_connections{pool="auth"}'] >= 1
    assert told['portaria_database_connections_most{pool="auth"}'] == 16


@abuse("G-08")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_metrics_go_on_while_the_database_is_away(create_house):
    away = create_house("auth", url="postgresql+psycopg://x@127.0.0.1:9/none")

    told = shown(away)

    assert told["portaria_auth_readings_failed"] == 5
    assert any(name.startswith("portaria_database_connections_most") for name in told)
