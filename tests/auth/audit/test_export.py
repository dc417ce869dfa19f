"""The record taken away: who has the file alone finds all that was done to it; and proofs."""

import hashlib
import json
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import select

from app.auth import chaining
from app.auth.audit.chain import proofs, words
from app.auth.audit.chain.models import Head
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.auth.keys import checkpoints, jose
from app.auth.keys.models import SigningKey
from app.foundation import canonical, merkle
from app.foundation.database import kept
from tests.auth.audit import superuser
from tests.auth.audit.conftest import TOOL
from tests.auth.audit.superuser import recompute, unstopped
from tests.support.marks import abuse, mission, rfc


def first(told):
    """Return the kind and the record that a verdict names."""
    return told["damage"], told["record"]


@mission("S87")
def test_an_export_is_verified_by_the_tool_alone(record, tmp_path):
    copied = shutil.copy(TOOL, tmp_path / "verify-audit")
    superuser.write(2, 20)
    assert record.run("audit", "export", str(tmp_path / "export")).exit_code == 0
    command = [sys.executable, "-I", copied, "export"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("whole: True")


@mission("S87")
def test_the_export_is_a_line_a_record_on_standard_output_or_in_a_file(record, tmp_path):
    there = tmp_path / "export"
    written = record.run("audit", "export", str(there), "--json")
    printed = record.run("audit", "export", "--manifest", str(tmp_path / "manifest"))

    assert (written.exit_code, printed.exit_code) == (0, 0)
    assert printed.stdout_bytes == there.read_bytes()
    rows = [json.loads(line) for line in printed.stdout.splitlines()]
    assert json.loads(written.stdout)[0]["records"] == len(rows)
    for row in rows:
        names = {"seq", "at", "event", "actor", "subject", "request_id", "data", "digest", "sealed"}
        assert set(row) == names
        assert row["sealed"]
    found = db.session.execute(select(AuditRecord).order_by(AuditRecord.seq)).scalars().all()
    assert [row["seq"] for row in rows] == [each.seq for each in found]
    assert [row["digest"] for row in rows] == [words.leaf(each).hex() for each in found]


def test_what_waits_is_exported_too_and_is_not_sealed(record, verifier, tmp_path, monkeypatch):
    monkeypatch.setattr(chaining, "seal", lambda **_: {})  # a worker that is slow
    superuser.write(1, 20)

    done = record.run("audit", "export", "--manifest", str(tmp_path / "manifest"))

    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["subject"], last["sealed"]) == ("p20", None)
    (tmp_path / "export").write_bytes(done.stdout_bytes)
    arguments = [str(tmp_path / "export"), "--manifest", str(tmp_path / "manifest")]
    assert verifier.main(arguments) == 0


@abuse("G-03")
def test_the_file_shows_that_nobody_vouches_for_the_end_of_the_chain(record, judged):
    with unstopped() as run:
        run("UPDATE audit_chain SET mac = :mac", mac=b"m" * 32)

    assert judged()["why"] == "the server does not vouch for the chain's end"


@abuse("G-03")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_the_file_shows_heads_of_a_key_that_was_slipped_in(record, judged, number):
    with unstopped() as run:
        run("UPDATE audit_records SET actor = 'eva' WHERE seq = :seq", seq=record.seq(number))
    recompute()
    forge_heads()

    assert judged()["damage"] == "edited"
    assert record.first() == ("edited", record.seq(number))


def forge_heads():
    """Sign every head anew over the tree as it stands, by a key slipped into the table of keys."""
    pair = jose.generate(checkpoints.ALGORITHM)
    signer = jose.Signer("eva", checkpoints.ALGORITHM, pair)
    with kept(db):
        db.session.add(
            SigningKey(
                kid="eva",
                alg=checkpoints.ALGORITHM,
                state="retired",
                public_jwk=json.dumps(pair.as_dict(private=False) | {"kid": "eva"}),
            )
        )
    roots = {row.size: proofs.root_of(row.size) for row in db.session.query(Head)}
    with unstopped() as run:
        for size, root in roots.items():
            claims = {"size": size, "root": jose.b64(root).decode()}
            signed = signer.sign(claims, checkpoints.TYPE)
            run("UPDATE audit_heads SET signed = :s WHERE size = :size", s=signed, size=size)


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_the_file_shows_what_was_edited(record, judged, number):
    seq = record.seq(number)
    with unstopped() as run:
        run("UPDATE audit_records SET data = '{}' WHERE seq = :seq", seq=seq)

    assert first(judged()) == ("edited", seq)


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 18])
def test_the_file_shows_what_was_removed(record, judged, number):
    seq, at = record.seq(number), record.at(number)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq = :seq", seq=seq)
    assert first(judged()) == ("removed", seq)

    with unstopped() as run:
        run("DELETE FROM audit_links WHERE seq = :seq", seq=seq)
    told = judged()
    assert (told["damage"], told["at"]) == ("removed", at)


@mission("S87")
@abuse("G-01")
@pytest.mark.parametrize("number", [2, 12, 17])
def test_the_file_shows_what_was_reordered(record, judged, number):
    one, other = record.seq(number), record.seq(number + 1)
    with unstopped() as run:
        for before, after in ((one, -1), (other, one), (-1, other)):
            run("UPDATE audit_records SET seq = :a WHERE seq = :b", a=after, b=before)

    assert first(judged()) == ("reordered", one)


@mission("S87")
@abuse("G-01")
def test_the_file_shows_what_was_inserted(record, judged):
    with unstopped() as run:
        run(
            "INSERT INTO audit_records (seq, at, event, actor, nonce, mac)"
            " SELECT 1000, at, event, 'eva', nonce, mac FROM audit_records WHERE seq = :seq",
            seq=record.seq(3),
        )

    assert first(judged()) == ("inserted", 1000)


@mission("S87")
@abuse("G-01")
def test_the_file_shows_that_it_was_truncated(record, judged):
    at, seq = record.at(15), record.seq(15)
    with unstopped() as run:
        run("DELETE FROM audit_records WHERE seq >= :seq", seq=seq)
    assert first(judged()) == ("truncated", seq)

    with unstopped() as run:
        run("DELETE FROM audit_links WHERE number >= :at", at=at)
    told = judged()
    assert (told["damage"], told["at"]) == ("truncated", at)


@abuse("G-03")
@pytest.mark.parametrize("number", [2, 12])
def test_the_file_shows_a_chain_written_anew(record, judged, number):
    seq = record.seq(number)
    with unstopped() as run:
        run("UPDATE audit_records SET actor = 'eva' WHERE seq = :seq", seq=seq)
    recompute()

    assert judged()["damage"] == "edited"


@abuse("G-03")
def test_a_file_cut_short_or_changed_is_no_export_or_damaged(judged):
    def cut(raw):
        return raw[: raw.rindex(b'{"keys"')]

    def cut_off(raw):
        return raw[: raw.rstrip().rindex(b"\n") + 1]

    def change(raw):
        return raw.replace(b'"boss"', b'"eva"', 1)

    def without_a_line(raw):
        return raw[raw.index(b"\n") + 1 :]

    def without_heads(raw):
        return raw[raw.rindex(b'{"keys"') :]

    assert judged(beside=cut)["damage"] == "unreadable"
    assert judged(beside=without_heads)["damage"] == "edited"
    assert judged(change=cut_off)["damage"] == "truncated"
    assert judged(change=change)["damage"] == "edited"
    assert judged(change=without_a_line)["damage"] == "removed"


@abuse("G-03")
def test_a_file_signed_by_another_is_refused_by_who_knows_our_keys(judged, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text('{"keys": []}')

    assert judged("--keys", str(keys))["damage"] == "unreadable"


@abuse("G-03")
def test_anchors_are_held_to_the_file_too(record, judged, tmp_path):
    path = tmp_path / "anchors"
    record.anchor(path)
    assert judged("--anchors", str(path))["whole"]
    posted = "".join(json.loads(line)["head"] + "\n" for line in path.read_text().splitlines())
    path.write_text(posted)
    assert judged("--anchors", str(path))["whole"]
    lines = db.session.query(Head).count()
    assert lines > 2


@mission("S87")
@rfc("9162", "2.1.3")
def test_a_record_is_proved_by_its_path_to_a_signed_root(record):
    seq = record.seq(4)

    done = record.run("audit", "proof", str(seq))
    told = json.loads(done.stdout)

    leaf = merkle.leaf(canonical.json(told["record"]))
    root = checkpoints.read(told["head"], told["keys"][0]).root
    path = [bytes.fromhex(each) for each in told["path"]]
    assert leaf == hashlib.sha256(b"\x00" + canonical.json(told["record"])).digest()
    assert merkle.is_included(leaf, told["index"], told["size"], path, root)
    assert told["record"]["subject"] == "p4"


def test_a_record_that_no_head_covers_has_no_proof_yet(record):
    superuser.write(1, 20)

    for number in (str(record.seq(20)), "99999"):
        done = record.run("audit", "proof", number)
        assert (done.exit_code, "no signed head covers it" in done.output) == (1, True)


@mission("S87")
@rfc("9162", "2.1.4")
def test_each_head_is_proved_to_have_grown_into_the_next(record):
    chaining.seal(now=True)
    heads = [checkpoints.read(row.signed) for row in db.session.query(Head).order_by(Head.id)]

    for first_head in heads:
        for second in heads[heads.index(first_head) :]:
            path = proofs.of_growth(first_head.size, second.size)
            assert merkle.is_consistent(
                first_head.size, second.size, path, first_head.root, second.root
            )
    assert [proofs.root_of(head.size) for head in heads] == [head.root for head in heads]
    told = json.loads(record.run("audit", "growth", str(heads[0].size)).stdout)
    assert (told["first"]["head"], told["second"]["head"]) == (heads[0].signed, heads[-1].signed)
    assert record.run("audit", "growth", "1", "99999").exit_code == 1
