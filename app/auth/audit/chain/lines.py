"""A record as it is told to others: one line of canonical JSON (RFC 8785), and what proves it."""

from app.auth.audit.chain import words
from app.foundation import canonical

_TOLD = ("seq", "at", "event", "actor", "subject", "request_id", "data")


def linked(row):
    """Return the line (dict) of a linked record; row: of :func:`reading.links`.

    ``digest`` is its leaf in the tree; ``sealed`` its link, with its stamp. Of a record that is
    gone only the number is known.
    """
    stated = dict.fromkeys(words.COLUMNS) | {"seq": row.linked_seq}
    if row.seq is not None:
        stated = _safe(row)
    stamp = {name: stated[name] for name in ("nonce", "mac")}
    return _told(stated, bytes(row.leaf)) | {"sealed": link(row) | {"stamp": stamp}}


def unlinked(row):
    """Return the line (dict) of a record that has no link; row: of :func:`reading.unlinked`."""
    return _told(_safe(row), words.leaf(row)) | {"sealed": None}


def link(row):
    """Return what a line says of the link itself."""
    nonce = row.linked_nonce and bytes(row.linked_nonce).hex()
    return {"number": row.number, "hash": bytes(row.hash).hex(), "nonce": nonce}


def _told(stated, leaf):
    return {name: stated[name] for name in _TOLD} | {"digest": leaf and leaf.hex()}


def _safe(row):
    """The record as it is, or its number alone: somebody wrote what no canonical form can say."""
    told = words.stated(row)
    try:
        canonical.json(told)
    except canonical.NotCanonical:
        return dict.fromkeys(told) | {"seq": min(row.seq, canonical.LARGEST)}
    return told
