"""The stamp of a record: a MAC that only who holds our sealing keys can make (decisions §8).

It is written with the record, and looked at when the record is linked: a row that somebody slipped
into the table has none that holds, and is never sealed as ours.

A statement that decides by itself whom the record is about (:func:`trail.link`) finishes the MAC in
the database, under a key good for this one record: HMAC-SHA-256, under the ring, of all else. What
the database then hashes twice is that key and the subject, so that nothing can be appended to it.
"""

import hashlib
from datetime import UTC
from json import JSONEncoder

from flask import current_app

from app.foundation import digests, ids

PURPOSE = "audit record"
SQL = "sha256(sha256(convert_to(:audit_key || {subject}, 'UTF8')))"
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_STATED = ("event", "actor", "request_id", "data")


def begin(columns, *, named):
    """Return the nonce and the one-time key (text) of a record of these ``columns``.

    named: is it about somebody? Who, is no part of the key.
    """
    nonce = ids.salt()
    return nonce, _key(_ring()[0], _stated(columns, nonce, named))


def make(columns):
    """Return the columns ``nonce`` and ``mac`` of a record whose subject is known."""
    nonce, key = begin(columns, named=columns["subject"] is not None)
    return {"nonce": nonce, "mac": _finished(key, columns["subject"])}


def hold(record):
    """Was ``record`` (a row) written by us, with just these words?

    Not asked of its number, which the database gives, nor of a record linked under a sealing key
    that has been put away since.
    """
    if record.nonce is None or record.mac is None:
        return False
    try:
        stated = _stated(record._mapping, record.nonce, record.subject is not None)
        stated.encode()
    except (AttributeError, TypeError, UnicodeEncodeError):
        return False
    macs = (_finished(_key(ring, stated), record.subject) for ring in _ring())
    return any(digests.same(mac, bytes(record.mac)) for mac in macs)


def moment(at):
    """Return when a record was written, as it is stated: UTC, to the microsecond (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _stated(columns, nonce, named):
    """All but the subject, in one text; a list, for this is written with every record."""
    words = [columns[name] for name in _STATED]
    return _encode([bytes(nonce).hex(), named, moment(columns["at"]), *words])


def _key(ring, stated):
    return digests.keyed(ring, stated).hex()


def _finished(key, subject):
    text = f"{key}{subject or ''}"
    return hashlib.sha256(digests.of(text)).digest()


def _ring():
    return current_app.extensions["sealing"].derive_each(PURPOSE)
