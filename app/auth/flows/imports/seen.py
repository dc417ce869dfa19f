"""What the lines so far have claimed for their people, so that a file contradicts itself nowhere.

It is kept on disk, in a file that goes with the process, so that memory does not grow with the
import; by digests under a key of this run, so that the file says nothing.
"""

import sqlite3

from app.foundation import digests, ids


class Seen:
    """The claims of one run: line number by digest."""

    def __init__(self):
        self._key = ids.secret().encode()
        self._kept = sqlite3.connect("", isolation_level=None)  # SQLite's own temporary file
        self._kept.execute("PRAGMA journal_mode=OFF")
        self._kept.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, line INT) WITHOUT ROWID")
        self._kept.execute("BEGIN")  # never ended: nothing of it is to stay

    def line_of(self, kind, said):
        """Return the number of the line that claimed this, or None."""
        found = self._kept.execute(
            "SELECT line FROM seen WHERE what = ?", (self._digest(kind, said),)
        ).fetchone()
        return found and found[0]

    def note(self, number, claims):
        """The line of this number claims these: pairs of kind and text (or bytes)."""
        rows = [(self._digest(kind, said), number) for kind, said in claims]
        self._kept.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", rows)

    def close(self):
        """Let the file go."""
        self._kept.close()

    def _digest(self, kind, said):
        said = said.hex() if isinstance(said, bytes) else said
        return digests.keyed(self._key, f"{kind}\n{said}")[:16]
