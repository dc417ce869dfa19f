"""``flask audit …``: is the record whole? All of it, and proof of it, to take away."""

import json
import sys
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DataError

from app.auth import chaining
from app.auth.audit.chain import reading, state, verification, words
from app.auth.audit.chain.damage import EDITED, Damage
from app.auth.audit.chain.verification import Known
from app.auth.database import db
from app.auth.keys import anchors, checkpoints, proving
from app.auth.keys import export as exporting
from app.foundation import snapshot
from app.foundation.command_line import tell, work
from app.foundation.problems import Problem

audit = AppGroup("audit", help="Verify the record; keep proof of it elsewhere.")
kept_anchors = AppGroup("anchors", help="Signed heads, to be kept outside of the database.")
audit.add_command(kept_anchors)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@audit.command("verify")
@click.option("--anchors", "file", type=click.Path(), help="Heads that were kept elsewhere.")
@as_json
def verify(file, as_json):
    """Check every record, link and head; exit 1 and name what is wrong.

    Anchors are read from AUDIT_ANCHOR_FILE where no file is named.
    """
    with work(db), snapshot.taken(db) as connection:
        known, wrong = _known(connection, file)
        with _progress(reading.count(connection), as_json) as progress, _readable():
            found = verification.verify(connection, known, progress)
    damages = [*found.damages, *wrong]
    said = [{"damage": d.kind, "record": d.seq, "at": d.number, "why": d.why} for d in damages]
    counts = {"linked": found.linked, "waiting": found.waiting}
    if as_json:
        tell({"whole": not said, **counts, "damages": said}, as_json)
    else:
        tell([_line(each) for each in damages] or [{"found": "whole", **counts}], as_json)
    if said:
        sys.exit(1)


def _line(damage):
    """A line for people: no number in it is taken for another."""
    record = "no record" if damage.seq is None else f"record {damage.seq}"
    place = "no place" if damage.number is None else f"place {damage.number}"
    return {"kind": damage.kind, "record": record, "place": place, "why": damage.why}


@kept_anchors.command("write")
@click.argument("file", type=click.Path())
@as_json
def write(file, as_json):
    """Link what waits, sign the head, and append it to FILE."""
    with work(db):
        chaining.seal(now=True)
        head = checkpoints.last()
        if head is None:
            raise Problem("Nothing has been recorded yet.")
        anchors.append(file, head)
    tell([{"file": file, "records": head.size}], as_json)


@audit.command("export")
@click.argument("file", type=click.Path(), required=False)
@click.option("--manifest", type=click.Path(), help="Where to; else beside FILE.")
@as_json
def export(file, manifest, as_json):
    """Print a line of JSON for each record, or write them to FILE.

    With FILE or --manifest the signed manifest is written too, which verify_audit needs.
    """
    manifest = manifest or (file and f"{file}.manifest")
    with work(db):
        with suppress(state.Changed):  # the manifest says that nobody vouches for its end
            chaining.seal(now=True)
        with snapshot.taken(db) as connection, _opened(file) as there, _readable():
            taken = exporting.Export(connection)
            there.writelines(taken.records())
            if manifest:
                with _opened(manifest) as beside:
                    beside.writelines(taken.manifest())
    if file:
        tell([{"file": file, "records": taken.count, "manifest": manifest}], as_json)


@audit.command("proof")
@click.argument("record_id", type=int)
def proof(record_id):
    """Print as JSON the proof that a record (its number) stands under the last signed head."""
    with work(db):
        told = proving.of_record(record_id)
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))


@audit.command("growth")
@click.argument("first", type=int)
@click.argument("second", type=int, required=False)
def growth(first, second):
    """Print as JSON the proof that a tree of so many records grew out of one of FIRST."""
    with work(db):
        told = proving.of_growth(first, second)
    click.echo(json.dumps(told, indent=2))


@contextmanager
def _opened(path):
    """Open a file to write; none is named: standard output."""
    try:
        with Path(path).open("wb") if path else nullcontext(sys.stdout.buffer) as file:
            yield file
    except OSError as odd:
        raise Problem(f"{path}: {odd.strerror}") from odd


@contextmanager
def _readable():
    """What stands in a column and no reader of it takes was not written by us."""
    try:
        yield
    except (ValueError, TypeError, OverflowError, DataError) as odd:
        raise Problem("Damaged: a row of the record holds what is no value of its column.") from odd


def _known(connection, file):
    """Return the roots that were signed, and what is wrong with what says so."""
    known, wrong, rows = [], [], list(reading.heads(connection))
    for row in rows:
        head, ours = checkpoints.read(row.signed), words.is_ours(words.of_head(row.signed), row.mac)
        if head is None or head.size != row.size or (row is rows[-1] and not ours):
            wrong.append(Damage(EDITED, None, row.size, f"the head {row.id} is not this server's"))
        else:
            known.append(Known(head.size, head.root, f"the head {row.id}", ours))
    default = current_app.config["AUDIT_ANCHOR_FILE"]
    file = file or (default if default and Path(default).exists() else None)
    for anchor in anchors.read(file) if file else ():
        where = f"the anchor of line {anchor.line}"
        if anchor.head is None:
            wrong.append(Damage(EDITED, None, None, f"{where} is not this server's"))
        else:
            known.append(Known(anchor.head.size, anchor.head.root, where))
    return known, wrong


@contextmanager
def _progress(length, quiet):
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=length, label="Verifying", file=sys.stderr, hidden=hidden) as bar:
        yield bar.update
