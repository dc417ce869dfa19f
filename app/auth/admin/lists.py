"""A list of the back office: what was asked of it, and the whole of it as a file."""

import json

from flask import Response, current_app, request

from app.foundation import spreadsheets, words
from app.foundation.spreadsheets import plain

LONGEST = 200  # characters looked for
FILES = {"csv": spreadsheets.MEDIA, "json": "application/json"}
ASKED = "asked"  # ?done=: nothing yet, a second person is to approve it


def asked(*names):
    """Return what was chosen of ``names`` in the address; what was left empty is not in it."""
    given = {name: request.args.get(name, "")[:LONGEST] for name in names}
    return {name: value for name, value in given.items() if value}


def page_number():
    """Return which page of the list was asked for."""
    return request.args.get("page", 1, type=int)


def wants_file():
    """Is the whole list asked for, as a file?"""
    return request.args.get("format") in FILES


def outcome(said, names):
    """Return the sentence for what was just done (``?done=``), or None: it is none of ``names``.

    said: the table of messages that has one for each. What waits for a second person
    (:data:`ASKED`) is said in the same words everywhere.
    """
    done = request.args.get("done")
    if done == ASKED:
        return words.t("admin.asked")
    return words.t(f"{said}.{done}") if done in names else None


def file(name, columns, batches, fields=tuple):
    """Return the answer that is a file called ``name``: CSV or JSON, as asked (``format``).

    columns: of the file, for machines; batches: lists of what is listed, read while the file is
    sent; fields: makes a row of each, a tuple of text, numbers or None.
    """
    kind = request.args["format"]
    rows = ([fields(each) for each in batch] for batch in batches)
    pieces = _csv(columns, rows) if kind == "csv" else _json(columns, rows)
    answer = Response(_piecewise(current_app._get_current_object(), pieces), mimetype=FILES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _csv(columns, batches):
    yield spreadsheets.MARK + spreadsheets.lines([columns])
    for rows in batches:
        yield spreadsheets.lines([_field(value) for value in row] for row in rows)


def _field(value):
    return "" if value is None else plain(str(value))


def _json(columns, batches):
    before = "["
    for rows in batches:
        for row in rows:
            yield before + json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
            before = ",\n"
    yield "]\n" if before != "[" else "[]\n"


def _piecewise(app, pieces):
    """Make each piece in a context of its own: who reads slowly holds nothing of the database."""
    piece = ""
    while piece is not None:
        with app.app_context():
            piece = next(pieces, None)
        yield piece or ""
