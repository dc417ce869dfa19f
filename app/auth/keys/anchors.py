"""Signed heads kept outside of the database, where who rules the database does not (decisions §8).

A file to which lines are only ever appended: a head, and the public key that it is checked by.
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

from app.auth.keys import checkpoints
from app.foundation.problems import Problem


class Unreadable(Problem):
    """The file cannot be read or written, or a line of it is no anchor."""

    def __init__(self, path, why):
        super().__init__(f"{path}: {why}")


class Anchor(NamedTuple):
    """A line of the file; ``head`` is None when no key of ours signed it."""

    line: int
    head: checkpoints.Signed | None


def append(path, head):
    """Append ``head`` to the file ``path``, and see to it that it is on the disk.

    Raises Unreadable.
    """
    key = checkpoints.public_key(checkpoints.kid_of(head.signed))
    line = json.dumps({"head": head.signed, "key": key}, separators=(",", ":"))
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as odd:
        raise Unreadable(path, odd.strerror) from odd


def read(path):
    """Yield each :class:`Anchor` of the file ``path``. Raises Unreadable.

    A line may be a head alone, as it is posted: then one of our own keys must have signed it.
    """
    try:
        with Path(path).open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                told = json.loads(line) if line[:1] == "{" else {"head": line.strip(), "key": None}
                yield Anchor(number, checkpoints.read(told["head"], told["key"]))
    except OSError as odd:
        raise Unreadable(path, odd.strerror) from odd
    except (ValueError, KeyError, TypeError) as odd:
        raise Unreadable(path, "it holds a line that is no anchor") from odd
