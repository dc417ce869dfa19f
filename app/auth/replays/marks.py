"""What may be shown once: a client assertion's ``jti`` and the like, marked in the database.

The mark is one INSERT, so of many at once one is the first; it outlives a restart and a Redis that
lost its memory (`decisions.md` §3, J-07).
"""

from typing import NamedTuple

from app.auth.database import hot
from app.foundation import digests
from app.foundation.hot import Statement


class Marked(NamedTuple):
    """The mark that was made."""

    name_digest: bytes


MARK = Statement(
    "INSERT INTO replay_marks (name_digest, expires_at) VALUES (:digest, :until)"
    " ON CONFLICT (name_digest) DO NOTHING RETURNING name_digest",
    Marked,
)


def first_use(name, until):
    """Mark ``name`` (text) as shown; return whether it was the first time.

    until: the moment from which it is no longer good by itself. The mark stays though the request
    that made it is undone.
    """
    return hot.first(MARK, digest=digests.of(name), until=until) is not None
