"""Where visits are kept between requests: one SQLite file that the processes of a server share.

What lies there opens only with the name it was put under, which is in a browser's cookie and
nowhere else; the file knows names by their digest.
"""

import hashlib
import secrets
import sqlite3
import time
from contextlib import closing

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECONDS = 2 * 60 * 60  # how long a visit is kept after its last request
NONCE = 12  # bytes

_TABLE = "CREATE TABLE IF NOT EXISTS visits (name BLOB PRIMARY KEY, sealed BLOB, until REAL)"


class Shelf:
    """Texts by name, for two hours."""

    def __init__(self, path):
        """Make the file at ``path``, readable by its owner alone, unless it is there."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self._path = path
        with closing(self._open()) as file, file:
            file.execute(_TABLE)

    def get(self, name):
        """Return the text under ``name``, or None."""
        with closing(self._open()) as file:
            query = "SELECT sealed FROM visits WHERE name = ? AND until > ?"
            row = file.execute(query, (_digest("name", name), time.time())).fetchone()
        if row is None:
            return None
        sealed = row[0]
        return _key(name).decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()

    def put(self, name, text):
        """Keep ``text`` under ``name``, in place of what was there; forget what is too old."""
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + _key(name).encrypt(nonce, text.encode(), None)
        now = time.time()
        with closing(self._open()) as file, file:
            file.execute("DELETE FROM visits WHERE until < ?", (now,))
            values = (_digest("name", name), sealed, now + SECONDS)
            file.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?)", values)

    def remove(self, name):
        """Forget what is under ``name``."""
        with closing(self._open()) as file, file:
            file.execute("DELETE FROM visits WHERE name = ?", (_digest("name", name),))

    def _open(self):
        return sqlite3.connect(self._path, timeout=5)


def _digest(purpose, name):
    return hashlib.sha256(f"{purpose}:{name}".encode()).digest()


def _key(name):
    return AESGCM(_digest("key", name))
