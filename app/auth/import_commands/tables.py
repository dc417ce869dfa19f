"""CSV: a first line that names the columns, then a person a record, quoted where it must be."""

import csv
import io
import re

from app.auth.flows.imports.batch import Line
from app.auth.flows.imports.rules import FLAG, MEMBERS, WORDS, Fault

LONGEST = 64 * 1024  # bytes or letters of a line, or of a record of many lines
DELIMITERS = ",;\t|"

TOO_LONG = Fault("line", f"It is longer than {LONGEST} letters, or a quote is never closed.")
NOT_UTF8 = Fault("line", "It is not UTF-8.")
NOT_CSV = Fault("line", "Its quotes are not in order.")
OTHER_WIDTH = Fault("line", "It has more or fewer columns than the first line.")

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)


class Unusable(Exception):
    """The file cannot be read as what it is said to be; the text says why."""


def lines(file, delimiter):
    """Yield every :class:`Line` of ``file`` (binary) but the first. Raises Unusable."""
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    fed = _Fed(text)
    rows = csv.reader(fed, delimiter=delimiter, strict=True)
    columns = None
    while True:
        number = fed.number + 1
        fed.too_long = False
        try:
            row = next(rows, None)
        except csv.Error:
            row = NOT_CSV
        if row is None:
            return
        if fed.too_long or (row is not NOT_CSV and sum(map(len, row)) > LONGEST):
            row = TOO_LONG
        if columns is None:
            columns = _columns(row, delimiter)
        elif row:
            yield _line(number, columns, row)


def named(unknown):
    """Return names to be told, less what may be no name but somebody's data."""
    told = sorted(str(name) for name in unknown if _NAME.fullmatch(str(name)))
    rest = len(unknown) - len(told)
    return ", ".join([*told, *([f"{rest} that cannot be told"] if rest else [])])


class _Fed:
    """The lines of a text for the reader; of one that is too long, its beginning."""

    def __init__(self, text):
        self._text = text
        self.number = 0
        self.too_long = False

    def __iter__(self):
        return self

    def __next__(self):
        line = self._text.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > LONGEST and line[-1] not in "\r\n":
            self.too_long = True
            while (rest := self._text.readline(LONGEST)) and rest[-1] not in "\r\n":
                pass
        return line


def _columns(row, delimiter):
    names = [] if isinstance(row, Fault) else [name.strip() for name in row]
    if "email" not in names:
        for other in DELIMITERS:
            if len(names) == 1 and other != delimiter and other in names[0]:
                raise Unusable(
                    f"The columns seem to be divided by {other!r}: say it by --delimiter."
                )
        raise Unusable("The first line must name the columns, email among them.")
    unknown = set(names) - MEMBERS.keys()
    if unknown:
        raise Unusable(f"Unknown columns: {named(unknown)}.")
    if len(set(names)) < len(names):
        raise Unusable("A column is there twice.")
    return names


def _line(number, columns, row):
    if isinstance(row, Fault):
        return Line(number, None, row)
    if len(row) != len(columns):
        return Line(number, None, OTHER_WIDTH)
    if any("\udc80" <= letter <= "\udcff" for field in row for letter in field):
        return Line(number, None, NOT_UTF8)
    cells = zip(columns, row, strict=True)
    return Line(number, {name: _value(name, text.strip()) for name, text in cells if text.strip()})


def _value(name, text):
    """What a cell says, as JSON would; what is no flag stays text, which the rules refuse."""
    if MEMBERS[name] == FLAG:
        return _FLAGS.get(text.lower(), text)
    return text.split() if MEMBERS[name] == WORDS else text
