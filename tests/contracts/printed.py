"""Reads the client documents: every request, answer, error, route and command printed in them.

The copies in ``documents`` are the documents themselves, byte for byte (:data:`DIGESTS`).
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("documents")
DIGESTS = {
    "001": "5997738355f620d9fe19e15a50226691fd31b35e57ed258f421f9d5e99b27574",
    "002": "c852fc3a37056278c2a0bd71a31191016b09dd42caa1706762e3470dcb82de49",
    "004": "8d477663af7b6dab43e3417e8fe1069aa46fed99b5f44ab72eeb54dd371e553b",
}

_BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
_ASKED = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (\S+)")
_STATUS_LINE = re.compile(r"(\d{3}) \w+")
_TITLE = re.compile(r"\*\*Response \((\d{3})\)")
_ERROR = re.compile(r"^- `(\d{3})`: (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| (GET|POST|PUT|PATCH|DELETE) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)
_ELIDED = re.compile(r"\{ \.\.\. \}")


class Answer(NamedTuple):
    """A printed answer. body: decoded JSON, in which ``{ ... }`` is an empty object."""

    status: int
    body: Any


class Exchange(NamedTuple):
    """A printed request, its answers, and the errors that are named: ``(status, sentence)``."""

    method: str
    path: str
    headers: dict
    body: Any
    answers: list
    errors: list


class Route(NamedTuple):
    """A row of a table of routes."""

    method: str
    path: str
    says: str


def text(number):
    """Return the document."""
    return (FOLDER / f"{number}.txt").read_text("utf-8")


def exchanges(number):
    """Return each :class:`Exchange` of the document, in its order."""
    found, before, document = [], 0, text(number)
    for block in _BLOCK.finditer(document):
        between, inside = document[before : block.start()], block[2].strip()
        before = block.end()
        _note_errors(found, between)
        asked = _ASKED.match(inside)
        if asked:
            headers, body = _parts(inside)
            found.append(Exchange(*asked.groups(), headers, body, [], []))
        elif found and (status := _status(between, inside)):
            found[-1].answers.append(Answer(status, _parts(inside)[1]))
    _note_errors(found, document[before:])
    return found


def exchange(number, path):
    """Return the one :class:`Exchange` of the document with ``path``."""
    [found] = [each for each in exchanges(number) if each.path == path]
    return found


def payloads(number):
    """Return what is printed of the inside of tokens: each JSON object that holds ``iss``."""
    blocks = (block[2].strip() for block in _BLOCK.finditer(text(number)))
    objects = (json.loads(each) for each in blocks if each.startswith("{"))
    return [each for each in objects if "iss" in each]


def routes(number):
    """Return each :class:`Route` of the document's tables, in their order."""
    return [Route(*row) for row in _ROW.findall(text(number))]


def commands(number):
    """Return the commands that the document gives to be typed."""
    return [body for kind, body in _BLOCK.findall(text(number)) if kind == "bash"]


def differs(given, printed, place=""):
    """Yield where ``given`` lacks a member that is ``printed``, or has one of another type.

    A sentence (it has a space in it) must be the very same. Members may be added (C2).
    """
    if type(given) is not type(printed):
        yield f"{place}: {type(given).__name__}, not {type(printed).__name__}"
    elif isinstance(printed, dict):
        for name, value in printed.items():
            if name in given:
                yield from differs(given[name], value, f"{place}.{name}")
            else:
                yield f"{place}.{name}: missing"
    elif _is_sentence(printed) and given != printed:
        yield f"{place}: {given}"


def _is_sentence(printed):
    return isinstance(printed, str) and " " in printed and not printed.startswith("<")


def _status(between, inside):
    line = _STATUS_LINE.match(inside) or _TITLE.search(between)
    return int(line[1]) if line else None


def _parts(inside):
    """Return the headers and the decoded body of a printed message."""
    start, _, body = inside.partition("\n\n") if _has_lines(inside) else ("", "", inside)
    headers = dict(line.split(": ", 1) for line in start.splitlines()[1:])
    return headers, json.loads(_ELIDED.sub("{}", body)) if body else None


def _has_lines(inside):
    return bool(_ASKED.match(inside) or _STATUS_LINE.match(inside))


def _note_errors(found, between):
    for status, sentence in _ERROR.findall(between):
        found[-1].errors.append((int(status), sentence))
