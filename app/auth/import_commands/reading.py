"""Files of people, as JSON lines or CSV (RFC 4180): one line after another, never the whole file.

What is wrong with one line is told of that line; what is wrong with the file is told before
anything is written.
"""

import json
from pathlib import Path

from app.auth.flows.imports.batch import Line
from app.auth.flows.imports.rules import MEMBERS, Fault
from app.auth.import_commands import tables
from app.auth.import_commands.tables import LONGEST, NOT_UTF8, Unusable

KINDS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}

TOO_LONG = Fault("line", f"It is longer than {LONGEST} bytes.")
NOT_JSON = Fault("line", "It is not a JSON object, or says something twice.")


def kind_of(path):
    """Return ``jsonl`` or ``csv`` by how the name ends. Raises Unusable."""
    kind = KINDS.get(Path(path).suffix.lower())
    if kind is None:
        raise Unusable("Say what the file is by --format: jsonl or csv.")
    return kind


def survey(path, kind, delimiter):
    """Read all of the file once, and return how many lines it has that are not empty.

    Raises Unusable.
    """
    count, unknown = 0, set()
    for line in lines(path, kind, delimiter):
        count += 1
        if line.told is not None and len(unknown) < 5:
            unknown |= line.told.keys() - MEMBERS.keys()
    if unknown:
        raise Unusable(f"Unknown members: {tables.named(unknown)}.")
    if not count:
        raise Unusable("There is nobody in the file.")
    return count


def lines(path, kind, delimiter):
    """Yield every :class:`Line` of the file that is not empty, by its number. Raises Unusable."""
    try:
        with open(path, "rb") as file:
            if file.read(2) in {b"\xff\xfe", b"\xfe\xff"}:
                raise Unusable("The file is UTF-16; it must be UTF-8.")
            file.seek(0)
            yield from _json_lines(file) if kind == "jsonl" else tables.lines(file, delimiter)
    except OSError:
        raise Unusable("The file cannot be read, or not twice.") from None


def _json_lines(file):
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        if len(raw) > LONGEST and not raw.endswith(b"\n"):
            while (rest := file.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield Line(number, None, TOO_LONG)
            continue
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if raw.strip():
            yield _decoded(number, raw)


def _decoded(number, raw):
    try:
        told = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        return Line(number, None, NOT_UTF8)
    except (ValueError, RecursionError):
        return Line(number, None, NOT_JSON)
    if not isinstance(told, dict):
        return Line(number, None, NOT_JSON)
    return Line(number, {name: value for name, value in told.items() if value is not None})


def _once(pairs):
    told = dict(pairs)
    if len(told) < len(pairs):
        raise ValueError("a member is there twice")
    return told
