"""A record forged by whom no trigger stops, with all put back that no hash covers, is found.

Each is asked of both verifiers: the server's, and the one of the auditor, who has the file alone.
"""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.auth import chaining
from app.auth.audit.chain import linking
from app.auth.audit.chain.models import Link
from app.auth.database import db
from app.foundation.database import kept
from tests.auth.audit import superuser
from tests.auth.audit.superuser import unstopped
from tests.support.marks import abuse, mission

FORGED = 1000
EVERYTHING = "nonce, mac, at, event, actor, subject, request_id, data"


def nonces():
    """Return seq → nonce of every link."""
    db.session.rollback()
    return dict(db.session.execute(select(Link.seq, Link.nonce)).all())


def put_back(kept):
    """Write the nonces of the links as they were ``kept``."""
    with unstopped() as run:
        for seq, nonce in kept.items():
            run("UPDATE audit_links SET nonce = :nonce WHERE seq = :seq", nonce=nonce, seq=seq)


def slip_in(seq, columns=EVERYTHING, values=EVERYTHING):
    """Insert and queue a record of these ``values`` of the record ``seq``."""
    with unstopped() as run:
        run(
            f"INSERT INTO audit_records (seq, {columns})"
            f" SELECT {FORGED}, {values} FROM audit_records WHERE seq = :seq",
            seq=seq,
        )
        run("INSERT INTO audit_queue (seq) VALUES (:seq)", seq=FORGED)


@mission("S87")
@abuse("G-01", "G-03")
def test_a_record_without_a_stamp_is_not_linked_because_the_links_say_that_none_had_one(
    record, judged
):
    kept = nonces()
    with unstopped() as run:
        run("UPDATE audit_links SET nonce = NULL")
    slip_in(record.seq(3), "at, event, actor, subject", "at, event, 'eva', 'admin'")

    chaining.seal(now=True)
    put_back(kept)

    assert record.first() == ("inserted", FORGED)
    assert (judged()["damage"], judged()["record"]) == ("inserted", FORGED)
    assert db.session.scalar(select(Link).where(Link.seq == FORGED)) is None


@mission("S87")
@abuse("G-01", "G-03")
def test_a_linked_record_without_a_stamp_is_named_when_it_comes_after_one_that_has_it(
    record, judged, monkeypatch
):
    slip_in(record.seq(3), "at, event, actor, subject", "at, event, 'eva', 'admin'")

    with monkeypatch.context() as deceived:
        deceived.setattr(linking.reading, "has_stamped", lambda _: False)
        chaining.seal(now=True)

    assert db.session.scalar(select(Link.number).where(Link.seq == FORGED))
    assert record.first() == ("inserted", FORGED)
    assert (judged()["damage"], judged()["record"]) == ("inserted", FORGED)


@mission("S87")
@abuse("G-01", "G-03")
def test_a_linked_copy_of_a_record_is_named(record, judged):
    seq, kept = record.seq(3), nonces()
    with unstopped() as run:
        run("UPDATE audit_links SET nonce = NULL WHERE seq = :seq", seq=seq)
    slip_in(seq)

    chaining.seal(now=True)
    with unstopped() as run:
        run("UPDATE audit_links SET nonce = NULL WHERE seq = :seq", seq=FORGED)
    put_back(kept)

    assert db.session.scalar(select(Link.number).where(Link.seq == FORGED))
    assert record.first() == ("inserted", FORGED)
    assert (judged()["damage"], judged()["record"]) == ("inserted", FORGED)


@abuse("G-03")
@pytest.mark.parametrize("nonce", [None, b"n" * 16])
def test_a_link_that_names_another_nonce_than_its_record_is_named(record, judged, nonce):
    seq = record.seq(12)
    with unstopped() as run:
        run("UPDATE audit_links SET nonce = :nonce WHERE seq = :seq", nonce=nonce, seq=seq)

    assert record.first() == ("edited", seq)
    assert (judged()["damage"], judged()["record"]) == ("edited", seq)


@abuse("G-01")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("at", ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01"])
def test_a_record_of_a_moment_that_no_reader_takes_is_not_written(record, at):
    with pytest.raises(IntegrityError), kept(db):
        db.session.execute(
            text("INSERT INTO audit_records (at, event, actor) VALUES (:at, 'e', 'eva')"),
            {"at": at},
        )

    with unstopped() as run:
        run("ALTER TABLE audit_records DROP CONSTRAINT ck_audit_records_at")
        run(
            "INSERT INTO audit_records (seq, at, event, actor) VALUES (:seq, :at, 'e', 'eva')",
            **{"seq": FORGED, "at": at},
        )
    done = record.run("audit", "verify")

    assert (done.exit_code, done.output.startswith("Error: Damaged")) == (1, True)


@abuse("G-01")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_refusal_of_no_moment_stops_nothing(record):
    superuser.write(1, 20)
    with unstopped() as run:
        run("UPDATE audit_queue SET refused_at = 'infinity'")

    chaining.seal(now=True)

    assert record.at(20)


@mission("S87")
@abuse("G-01")
def test_a_record_whose_refusal_is_dated_in_the_future_is_linked_all_the_same(record, judged):
    superuser.write(1, 20)
    with unstopped() as run:
        run("UPDATE audit_queue SET refused_at = '2999-01-01 00:00:00+00:00'")

    chaining.seal(now=True)

    assert record.at(20)
    assert record.first() is None
    assert judged()["whole"]
