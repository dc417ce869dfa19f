"""Streams: the record goes on to others whole, in order and signed, whoever was away meanwhile."""

import hashlib
import json
import re
import threading
import time

import pytest
from sqlalchemy import func, select

from app.auth import chaining
from app.auth.audit.chain import words
from app.auth.audit.chain.models import Head, Link
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.keys import checkpoints, jose, ring
from app.auth.streams import sending, webhook
from app.auth.streams.models import Stream
from config_audit import Audit
from tests.auth import stage
from tests.auth.audit import superuser
from tests.support.marks import abuse, mission

MESSAGE = re.compile(
    rb"<110>1 (?P<at>\S+Z) (?P<host>\S+) portaria - (?P<event>\S{1,32}) "
    rb'\[meta sequenceId="(?P<n>\d+)"\] (?P<body>\{[ -~]+\})'
)


def opened(signed, typ):
    """Return the claims of a JWS that our own ring signed."""
    header, message, signature = jose.split(signed)
    assert (header["alg"], header["typ"]) == ("ES256", typ)
    assert ring.current().verifier(header["kid"]).holds(message, signature)
    return jose.claims_of(message)


def linked():
    """Return how many records are linked."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Link))


def row(name="webhook"):
    """Return where a stream has come to."""
    db.session.rollback()
    return db.session.get(Stream, name)


@mission("S87")
def test_every_record_is_posted_in_order_and_signed(streaming, listener):
    url = listener.answer("/records", status=202)
    streaming(many=250, AUDIT_WEBHOOK_URL=url)
    done = []
    while counts := sending.send_due():
        done.append(counts["webhook"])

    assert max(done) == sending.BATCH
    parts = [json.loads(each.body) for each in listener.requests]
    for part, asked in zip(parts, listener.requests, strict=True):
        signed = opened(asked.headers["portaria-signature"], webhook.TYPE)
        assert (signed["first"], signed["next"]) == (part["first"], part["next"])
        assert jose.unb64(signed["sha256"]) == hashlib.sha256(asked.body).digest()
    assert [part["first"] for part in parts] == [0, *(part["next"] for part in parts[:-1])]
    told = [record for part in parts for record in part["records"]]
    assert [each["sealed"]["number"] for each in told] == list(range(linked()))
    found = db.session.scalars(select(AuditRecord).order_by(AuditRecord.seq)).all()
    assert [each["digest"] for each in told] == [words.leaf(each).hex() for each in found]

    superuser.write(2, 250)
    chaining.seal()
    assert sending.send_due() == {"webhook": 2}


@mission("S87")
@pytest.mark.parametrize("answer", [{"status": 503}, {"status": 302}, None])
def test_who_was_away_gets_all_of_it_when_they_are_back(streaming, listener, held_clock, answer):
    url = listener.answer("/records", status=503)
    streaming(AUDIT_WEBHOOK_URL=url)
    if answer is None:
        listener.stop()
    else:
        listener.answer("/records", **answer)
    assert sending.send_due() == {}
    assert sending.send_due() == {}  # it is left alone for a second
    assert (row().next, row().tries) == (0, 1)
    waits = []
    for _ in range(6):
        held_clock.shift(300)
        assert sending.send_due() == {}
        waits.append((row().due_at - sending.clock.now()).total_seconds())
    assert waits == [5, 15, 60, 300, 300, 300]
    assert row().problem == ("unreachable" if answer is None else row().problem)

    if answer is None:
        listener.listen_again()
    listener.answer("/records", status=200)
    held_clock.shift(301)
    superuser.write(3, 5)
    chaining.seal()

    assert sending.send_due() == {"webhook": linked()}
    assert (row().next, row().tries, row().problem) == (linked(), 0, None)


def told(app):
    """Return what the metrics of a server tell of streams: ``{sample: value}``."""
    rows = app.test_client().get("/metrics").text.splitlines()
    found = (row.rsplit(" ", 1) for row in rows if row.startswith("portaria_audit_stream_"))
    return {name.removeprefix("portaria_audit_stream_"): float(value) for name, value in found}


@mission("S87")
def test_a_server_tells_of_a_stream_that_nobody_takes(streaming, listener, held_clock):
    url = listener.answer("/records", status=503)
    anchors = listener.answer("/anchors", status=200)
    app = streaming(AUDIT_WEBHOOK_URL=url, AUDIT_ANCHOR_URL=anchors)
    before = told(app)
    for _ in range(3):
        sending.send_due()
        held_clock.shift(300)
    failing = told(app)
    listener.answer("/records", status=200)
    sending.send_due()

    heads = db.session.scalar(select(func.max(Head.id))) + 1
    assert before == {
        **{'tries{stream="webhook"}': 0, 'behind{stream="webhook"}': linked()},
        **{'tries{stream="anchors"}': 0, 'behind{stream="anchors"}': heads},
    }
    assert failing == {
        **{'tries{stream="webhook"}': 3, 'behind{stream="webhook"}': linked()},
        **{'tries{stream="anchors"}': 0, 'behind{stream="anchors"}': 0},
    }
    assert set(told(app).values()) == {0}


@mission("S87")
def test_of_many_workers_one_sends_and_who_died_is_followed(streaming, listener, held_clock):
    slow = threading.Event()

    def answer(write):
        slow.wait(2)
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    url = listener.answer("/records", script=answer)
    app = streaming(AUDIT_WEBHOOK_URL=url)
    size = linked()
    db.session.remove()

    def work(number):
        with app.app_context():
            try:
                if number == 3:
                    time.sleep(0.5)
                    slow.set()
                    return {}
                return sending.send_due()
            finally:
                db.session.remove()

    got = stage.all_at_once(app, work, 4)

    assert sorted(got, key=len) == [{}, {}, {}, {"webhook": size}]
    assert len(listener.requests) == 1
    superuser.write(1, 5)
    chaining.seal()
    found = sending.hot.first(
        sending.CLAIM,
        name="webhook",
        start=size,
        now=sending.clock.now(),
        leased_until=sending.clock.now() + sending.LEASE,
    )
    assert found.tries == 1  # one that died while it was sending
    assert sending.send_due() == {}
    held_clock.shift(61)
    assert sending.send_due() == {"webhook": 1}


@mission("S87")
@abuse("G-04")
@pytest.mark.parametrize("kind", ["udp", "tcp", "unix"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_record_is_a_message_of_syslog(streaming, syslog, kind):
    server = syslog(kind)
    streaming(AUDIT_SYSLOG=server.url)

    assert sending.send_due() == {"syslog": linked()}

    deadline = time.monotonic() + 5
    while len(server.messages) < linked() and time.monotonic() < deadline:
        time.sleep(0.02)
    parts = [MESSAGE.fullmatch(message) for message in server.messages]
    assert all(parts)
    assert [int(part["n"]) for part in parts] == list(range(1, linked() + 1))
    told = [json.loads(part["body"]) for part in parts]
    assert [each["event"] for each in told] == [part["event"].decode() for part in parts]
    assert sending.send_due() == {}


@abuse("G-04")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_somebody_wrote_into_the_table_makes_no_second_message(streaming, syslog):
    server = syslog("tcp")
    streaming(AUDIT_SYSLOG=server.url)
    with superuser.unstopped() as run:
        run("UPDATE audit_records SET event = :e, actor = :e", e="a\r\n<1>1 - é \x1b[31m")

    assert sending.send_due() == {"syslog": linked()}

    assert len(server.messages) == linked()
    assert b"\n" not in b"".join(server.messages)
    assert {message.split(b" ")[5] for message in server.messages} == {b"-"}


@pytest.mark.parametrize("kind", ["udp", "tcp", "unix"])
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_syslog_that_is_away_gets_it_later(streaming, syslog, kind):
    server = syslog(kind)
    server.stop()
    streaming(AUDIT_SYSLOG=server.url)

    sending.send_due()

    gone = row("syslog")
    # Of a datagram that nobody heard we learn with the next one: by UDP there must be two.
    assert (gone.next, gone.problem) == (0, "unreachable")


@mission("S87")
@abuse("G-03")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_newest_head_is_posted_and_shows_what_was_cut_off(streaming, listener, tmp_path):
    url = listener.answer("/anchors", status=503)
    app = streaming(AUDIT_ANCHOR_URL=url)
    assert sending.send_due() == {}
    superuser.write(4, 5)
    chaining.seal(now=True)
    listener.requests.clear()
    listener.answer("/anchors", status=204)
    with db.engine.begin() as connection:
        connection.execute(db.text("UPDATE audit_streams SET due_at = '2020-01-01 00:00:00'"))

    sending.send_due()
    assert sending.send_due() == {}  # the older one was told by the newer

    [asked] = listener.requests
    assert opened(asked.body.decode(), checkpoints.TYPE)["size"] == linked()
    (tmp_path / "anchors").write_bytes(asked.body + b"\n")
    arguments = ["audit", "verify", "--anchors", str(tmp_path / "anchors")]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    with superuser.unstopped() as run:
        for table in ("records", "links", "heads", "chain"):
            run(f"DELETE FROM audit_{table}")
    done = app.test_cli_runner().invoke(args=arguments)
    assert (done.exit_code, "truncated" in done.output) == (1, True)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_worker_sends_when_the_settings_name_somebody(streaming, listener, capfd):
    app = streaming(AUDIT_WEBHOOK_URL=listener.answer("/records", status=200))

    app.test_cli_runner().invoke(args=["worker", "--once"])

    assert [each.path for each in listener.requests] == ["/records"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AUDIT_WEBHOOK_URL", "http://siem.example/"),
        ("AUDIT_ANCHOR_URL", "ftp://x"),
        ("AUDIT_SYSLOG", "udp://siem.example"),
        ("AUDIT_SYSLOG", "tls://siem.example:6514"),
    ],
)
def test_a_setting_that_names_no_place_is_refused(name, value):
    with pytest.raises(ValueError, match="must be"):
        Audit(**{name: value})
