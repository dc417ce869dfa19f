"""Marks of the lines that are in, by which an import goes on where it was stopped.

A line is known by what it says, not by its number or the file's name: so a file may be corrected,
sorted or written in the other format between two runs, and who has changed their address since is
not brought in a second time.
"""

import json

from flask import current_app
from sqlalchemy import insert, select

from app.auth.accounts.imported.models import ImportedLine
from app.auth.database import db
from app.foundation import clock, digests


def of(lines):
    """Return the marks of each of ``lines`` (dicts), one for every key of the ring."""
    keys = current_app.extensions["sealing"].derive_each("imported_lines")
    said = (json.dumps(line, sort_keys=True, separators=(",", ":")) for line in lines)
    return [tuple(digests.keyed(key, text) for key in keys) for text in said]


def known(marks):
    """Return those of ``marks`` whose line is in."""
    query = select(ImportedLine.line_digest).where(
        ImportedLine.line_digest.in_([each for mark in marks for each in mark])
    )
    found = {bytes(digest) for digest in db.session.scalars(query)}
    return {mark for mark in marks if not found.isdisjoint(mark)}


def keep(marks):
    """The lines with these marks are in, as soon as the caller's work is kept."""
    now = clock.now()
    rows = [{"line_digest": mark[0], "imported_at": now} for mark in marks]
    db.session.execute(insert(ImportedLine.__table__), rows)
