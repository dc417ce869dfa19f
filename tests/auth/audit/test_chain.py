"""The chain: what waits is linked, by one worker, and what anybody changes is found and named."""

import threading

import pytest
from sqlalchemy import func, select

from app.auth import chaining
from app.auth.audit.chain import linking
from app.auth.audit.chain.models import Head, Link, Node, State
from app.auth.audit.models import AuditRecord, QueuedRecord
from app.auth.database import db
from app.foundation.database import kept
from app.foundation.sealing import Ring, new_key
from tests.auth import stage
from tests.auth.audit import superuser
from tests.auth.audit.conftest import Record
from tests.auth.audit.superuser import recompute, unstopped
from tests.support.marks import abuse, asvs, mission


@mission("S87")
def test_a_record_nobody_touched_is_whole(record):
    told = record.verify()

    assert told["whole"]
    assert told["linked"] == db.session.scalar(select(func.count()).select_from(AuditRecord))
    assert told["waiting"] == 0


def test_what_waits_to_be_linked_is_no_damage(record):
    superuser.write(2, 20)

    assert record.verify()["waiting"] == 2


@mission("S87")
@asvs("16.4.2")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_an_edited_record_is_named(record, number):
    seq = record.seq(number)
    with unstopped() as run:
        run("UPDATE audit_records SET actor = 'eva' WHERE seq = :seq", seq=seq)

    assert record.first() == ("edited", seq)


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_a_removed_record_is_named(record, number):
    seq = record.seq(number)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq = :seq", seq=seq)

    assert record.first() == ("removed", seq)


@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_a_record_removed_with_its_link_leaves_a_gap(record, number):
    seq, at = record.seq(number), record.at(number)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq = :seq", seq=seq)
        run("DELETE FROM audit_links WHERE seq = :seq", seq=seq)

    [damage] = record.verify()["damages"]
    assert (damage["damage"], damage["at"]) == ("removed", at)


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 17])
def test_reordered_records_are_named(record, number):
    one, other = record.seq(number), record.seq(number + 1)
    with unstopped() as run:
        for before, after in ((one, -1), (other, one), (-1, other)):
            run("UPDATE audit_records SET seq = :a WHERE seq = :b", a=after, b=before)

    assert record.first() == ("reordered", one)


@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 17])
def test_reordered_links_are_named(record, number):
    at, other = record.at(number), record.seq(number + 1)
    with unstopped() as run:
        for before, after in ((at, -1), (at + 1, at), (-1, at + 1)):
            run("UPDATE audit_links SET number = :a WHERE number = :b", a=after, b=before)

    assert record.first() == ("reordered", other)


@mission("S87")
@abuse("G-01")
def test_an_inserted_record_is_named_and_never_linked(record):
    with unstopped() as run:
        run(
            "INSERT INTO audit_records (seq, at, event, actor, subject, nonce, mac)"
            " SELECT 1000, at, event, 'eva', subject, nonce, mac FROM audit_records WHERE seq = :s",
            s=record.seq(3),
        )
        run("INSERT INTO audit_queue (seq) VALUES (1000)")

    chaining.seal(now=True)

    assert record.first() == ("inserted", 1000)
    assert db.session.scalar(select(Link).where(Link.seq == 1000)) is None


@abuse("G-01")
def test_the_copy_of_a_record_is_named_and_never_linked(record):
    copied = "nonce, mac, at, event, actor, subject, request_id, data"
    with unstopped() as run:
        run(
            f"INSERT INTO audit_records (seq, {copied}) SELECT 1000, {copied} FROM audit_records"
            " WHERE seq = :seq",
            seq=record.seq(3),
        )
        run("INSERT INTO audit_queue (seq) VALUES (1000)")

    chaining.seal(now=True)

    assert record.first() == ("inserted", 1000)


@abuse("G-01", "G-03")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_a_record_inserted_with_a_link_and_all_written_anew_is_named(record, number):
    at = record.at(number)
    with unstopped() as run:
        run(
            "INSERT INTO audit_records (seq, at, event, actor, subject, nonce, mac)"
            " SELECT 1000, at, event, 'eva', subject, :nonce, mac FROM audit_records"
            " WHERE seq = :seq",
            **{"nonce": b"n" * 16, "seq": record.seq(3)},
        )
        run("UPDATE audit_links SET number = -number WHERE number >= :at", at=at)
        run("UPDATE audit_links SET number = 1 - number WHERE number < 0")
        run(
            "INSERT INTO audit_links (number, seq, leaf, hash, mac)"
            " SELECT :at, 1000, leaf, hash, mac FROM audit_links WHERE number = 0",
            at=at,
        )
    recompute()

    assert record.first() == ("inserted", 1000)


@mission("S87")
@abuse("G-01")
def test_a_truncated_record_is_found(record):
    at, seq = record.at(15), record.seq(15)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq >= :seq", seq=seq)

    assert record.first() == ("truncated", seq)
    with unstopped() as run:
        run("DELETE FROM audit_links WHERE number >= :at", at=at)
    [damage] = record.verify()["damages"]
    assert (damage["damage"], damage["at"]) == ("truncated", at)


@mission("S87")
@asvs("16.4.2")
@abuse("G-03")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_a_chain_written_anew_over_an_edited_record_is_found(record, number):
    seq = record.seq(number)
    with unstopped() as run:
        run("UPDATE audit_records SET actor = 'eva' WHERE seq = :seq", seq=seq)
    recompute()

    assert record.first() == ("edited", seq)


@abuse("G-03")
@pytest.mark.parametrize("number", [2, 12, 17])
def test_a_chain_written_anew_without_a_record_is_found(record, number):
    seq, at = record.seq(number), record.at(number)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq = :seq", seq=seq)
        run("DELETE FROM audit_links WHERE seq = :seq", seq=seq)
        run("UPDATE audit_links SET number = -number WHERE number > :at", at=at)
        run("UPDATE audit_links SET number = -number - 1 WHERE number < 0")
    recompute()

    [damage] = record.verify()["damages"]
    assert (damage["damage"], damage["at"]) == ("removed", at)


@abuse("G-03")
@pytest.mark.parametrize("number", [2, 12, 17])
def test_a_chain_written_anew_in_another_order_is_found(record, number):
    at, other = record.at(number), record.seq(number + 1)
    with unstopped() as run:
        for before, after in ((at, -1), (at + 1, at), (-1, at + 1)):
            run("UPDATE audit_links SET number = :a WHERE number = :b", a=after, b=before)
    recompute()

    assert record.first() == ("reordered", other)


@abuse("G-03")
def test_what_is_cut_off_behind_the_last_anchor_is_found_by_the_anchors(record, tmp_path):
    older = {"state": kept_state(), "size": db.session.scalar(select(State.size))}
    superuser.write(5, 20)
    record.anchor(tmp_path / "anchors")
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq > (SELECT max(seq) FROM audit_links WHERE"
            " number < :size)", size=older["size"])  # fmt: skip
        run("DELETE FROM audit_links WHERE number >= :size", size=older["size"])
        run("DELETE FROM audit_heads WHERE size > :size", size=older["size"])
        run("DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > :s", s=older["size"])
        run("UPDATE audit_chain SET size = :size, last = :last, peaks = :peaks, mac = :mac",
            **older["state"])  # fmt: skip

    assert record.first() is None  # the database alone cannot know
    assert record.first("--anchors", str(tmp_path / "anchors")) == ("truncated", None)
    superuser.write(9, 50)
    chaining.seal(now=True)
    assert record.first() is None
    assert record.first("--anchors", str(tmp_path / "anchors")) == ("truncated", None)


def kept_state():
    """Return the chain's own row."""
    db.session.rollback()
    row = db.session.execute(select(State.size, State.last, State.peaks, State.mac)).one()
    return row._asdict()


@abuse("G-03")
def test_a_chain_begun_anew_without_a_record_is_found_by_the_anchors(record, tmp_path):
    record.anchor(tmp_path / "anchors")
    seq = record.seq(12)
    with unstopped() as run:
        for table in ("links", "nodes", "heads", "chain"):
            run(f"DELETE FROM audit_{table}")
        run("DELETE FROM audit_records WHERE seq = :seq", seq=seq)
        run("INSERT INTO audit_queue (seq) SELECT seq FROM audit_records")
    superuser.write(5, 20)
    chaining.seal(now=True)

    assert record.first() is None  # the database alone cannot know
    assert record.first("--anchors", str(tmp_path / "anchors"))[0] == "truncated"


@abuse("G-01")
def test_a_record_moved_to_a_number_that_no_reader_takes_stops_nothing(record):
    superuser.write(2, 20)
    moved = {"far": 2**60, "seq": record.seq(20)}
    with unstopped() as run:
        run("UPDATE audit_records SET seq = :far WHERE seq = :seq", **moved)
        run("UPDATE audit_queue SET seq = :far WHERE seq = :seq", **moved)

    chaining.seal(now=True)

    assert record.at(21) == db.session.scalar(select(func.max(Link.number)))
    assert record.first() == ("inserted", 2**60)


@abuse("G-03")
def test_a_head_of_somebody_elses_is_named(record):
    with unstopped() as run:
        run("UPDATE audit_heads SET signed = replace(signed, '.', '.e')")

    assert record.first()[0] == "edited"


@abuse("G-03")
def test_the_tree_and_the_chains_own_row_are_looked_at_too(record):
    with unstopped() as run:
        run("UPDATE audit_nodes SET hash = :hash WHERE level = 2 AND position = 1", hash=b"x" * 32)
    assert record.first() == ("edited", None)


@abuse("G-01")
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_is_no_value_of_its_column_is_damage_too(record):
    with unstopped() as run:
        run("UPDATE audit_records SET at = 'never' WHERE seq = :seq", seq=record.seq(3))

    done = record.run("audit", "verify")

    assert (done.exit_code, done.output.startswith("Error: Damaged")) == (1, True)


@abuse("G-03")
def test_nothing_is_linked_on_a_chain_whose_own_row_was_changed(record):
    with unstopped() as run:
        run("UPDATE audit_chain SET size = size - 1")
    superuser.write(1, 20)

    with pytest.raises(linking.state.Changed):
        chaining.seal()

    assert record.first()[0] == "edited"


def test_a_record_kept_from_the_queue_is_named(record):
    superuser.write(1, 20)
    seq = record.seq(20)
    with unstopped() as run:
        run("DELETE FROM audit_queue")

    assert record.first() == ("removed", seq)


@abuse("G-01")
def test_a_refused_record_is_told_of_once_and_looked_at_again(record, held_clock, capfd):
    with unstopped() as run:
        run("INSERT INTO audit_records (seq, at, event, actor) SELECT 1000, at, event, 'eva' FROM"
            " audit_records WHERE seq = 1")  # fmt: skip
        run("INSERT INTO audit_queue (seq) VALUES (1000)")
    capfd.readouterr()
    for _ in range(3):
        chaining.seal()
    held_clock.shift(61)
    chaining.seal()

    assert capfd.readouterr().err.count("a record that is not ours") == 1
    refused = db.session.scalars(select(QueuedRecord.refused_at)).one()
    assert (linking.clock.now() - refused).total_seconds() < 1


def test_a_record_from_before_stamps_is_linked_first_and_never_later(auth_context):
    stage.make_keys()
    with unstopped() as run:
        run("DELETE FROM audit_records")
        run("DELETE FROM audit_queue")
        for seq in (1, 2):
            run("INSERT INTO audit_records (seq, at, event, actor) VALUES (:s,"
                " '2026-01-01 00:00:00+00:00', 'e', 'a')", s=seq)  # fmt: skip
            run("INSERT INTO audit_queue (seq) VALUES (:s)", s=seq)
    superuser.write(1)
    chaining.seal()
    with unstopped() as run:
        run("INSERT INTO audit_records (seq, at, event, actor) VALUES (900,"
            " '2026-01-01 00:00:00+00:00', 'e', 'a')")  # fmt: skip
        run("INSERT INTO audit_queue (seq) VALUES (900)")
    chaining.seal()

    assert len(db.session.scalars(select(Link.seq)).all()) == 3
    assert Record(auth_context).first() == ("inserted", 900)


def test_a_new_sealing_key_takes_over_and_the_old_one_may_go(record):
    app = record._app
    fresh = f"new:{new_key()}"
    app.extensions["sealing"] = Ring.from_setting(f"{fresh},{app.config['SEALING_KEYS']}")
    assert record.first() is None
    chaining.seal()

    app.extensions["sealing"] = only = Ring.from_setting(fresh)
    told = record.verify()

    assert told["whole"], told
    assert app.extensions["sealing"] is only


@abuse("G-03")
def test_a_chain_written_anew_is_found_though_the_key_of_its_macs_is_gone(record):
    app, fresh = record._app, f"new:{new_key()}"
    app.extensions["sealing"] = Ring.from_setting(f"{fresh},{app.config['SEALING_KEYS']}")
    chaining.seal()
    app.extensions["sealing"] = Ring.from_setting(fresh)
    with unstopped() as run:
        run("UPDATE audit_records SET actor = 'eva' WHERE seq = :seq", seq=record.seq(12))
    recompute()

    damage = record.verify()["damages"][0]

    assert damage["damage"] == "edited"
    assert (
        record.at(10) <= damage["at"] <= record.at(12)
    )  # no nearer than by the heads of that time


@mission("S87")
def test_many_writers_and_two_workers_make_one_chain_without_gaps(auth_app, database_kind):
    with auth_app.app_context():
        stage.make_keys()
    stop = threading.Event()

    def seal():
        with auth_app.app_context():
            while not stop.is_set():
                linking.link_due()
                db.session.remove()

    def write(number):
        if number < 2:
            return seal()
        for turn in range(15):
            superuser.write(1, number * 100 + turn)
            db.session.remove()
        if number == 2:
            threading.Timer(3, stop.set).start()
        return None

    got = stage.all_at_once(auth_app, write, 8)

    assert got == [None] * 8
    with auth_app.app_context():
        while linking.link_due():
            pass
        numbers = db.session.scalars(select(Link.number).order_by(Link.number)).all()
        assert numbers == list(range(len(numbers)))
        assert len(numbers) == db.session.scalar(select(func.count()).select_from(AuditRecord))
        assert db.session.scalars(select(QueuedRecord.seq)).all() == []
        assert Record(auth_app).verify()["whole"]


def test_heads_are_signed_only_when_due(auth_context, held_clock):
    stage.make_keys()
    sizes = []
    for _ in range(4):
        superuser.write(1)
        chaining.seal()
        sizes.append(len(db.session.scalars(select(Head.id)).all()))
        held_clock.shift(15)

    assert sizes == [1, 1, 2, 2]
    assert db.session.scalar(select(func.count()).select_from(Node)) > 0


def test_the_worker_anchors_each_head_where_it_is_told_to(create_house, tmp_path):
    path = tmp_path / "anchors"
    app = create_house("auth", AUDIT_ANCHOR_FILE=str(path))
    with app.app_context():
        stage.make_keys()
        superuser.write(3)
        chaining.seal()
        superuser.write(3, 3)
        chaining.seal(now=True)

        assert len(path.read_text().splitlines()) == 2
        assert Record(app).verify()["whole"]
        path.write_text(path.read_text() + "{}\n")
        done = Record(app).run("audit", "verify")
        assert (done.exit_code, "is no anchor" in done.output) == (1, True)


def test_an_anchor_file_that_cannot_be_written_stops_nothing(create_house, tmp_path, capfd):
    app = create_house("auth", AUDIT_ANCHOR_FILE=str(tmp_path / "none" / "anchors"))
    with app.app_context(), kept(db):
        stage.make_keys()
        superuser.write(3)
        assert chaining.seal()["records"]
    assert "no anchor written" in capfd.readouterr().err
