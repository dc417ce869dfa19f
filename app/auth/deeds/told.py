"""What an approval says, sealed under the key of the person whose it is, while it is kept."""

import json
from typing import NamedTuple

from app.auth.retention import person_keys


class Told(NamedTuple):
    """The deed that was answered: the bank's JWS, and its canonical form (RFC 8785)."""

    deed: str
    canonical: str


def sealed(sub, approval_id, deed):
    """Return the ``deed`` (a :class:`pending.Deed`) of ``sub`` as its approval's row keeps it."""
    clear = json.dumps([deed.jws, deed.text], ensure_ascii=False).encode()
    return person_keys.seal(sub, clear, _place(approval_id))


def of(row):
    """Return what was :class:`Told`, of the row of an approval. Raises person_keys.Erased."""
    if row.told_sealed is None:
        return Told(row.deed, row.canonical)
    return Told(*json.loads(person_keys.open_(row.sub, bytes(row.told_sealed), _place(row.id))))


def _place(approval_id):
    return f"approvals/{approval_id}/told_sealed"
