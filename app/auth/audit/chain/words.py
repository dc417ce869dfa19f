"""What the chain hashes and vouches for: a record's canonical bytes, a link, a state, a head."""

import hashlib

from flask import current_app

from app.auth.audit import stamps
from app.foundation import canonical, digests, merkle

PURPOSE = "audit chain"
START = bytes(32)  # stands before the first link
COLUMNS = ("seq", "at", "event", "actor", "subject", "request_id", "data", "nonce", "mac")


def stated(record):
    """Return a record (a row) as a dict of JSON: all its columns."""
    told = {name: getattr(record, name) for name in COLUMNS}
    told["at"] = stamps.moment(record.at)
    for name in ("nonce", "mac"):
        told[name] = told[name] and bytes(told[name]).hex()
    return told


def leaf(record):
    """Return the leaf hash of a record: over its canonical form (RFC 8785, RFC 9162 §2.1.1).

    None: no canonical form says what stands there, so it is nothing that we wrote.
    """
    try:
        return merkle.leaf(canonical.json(stated(record)))
    except (canonical.NotCanonical, TypeError, ValueError):
        return None


def link(before, leaf_hash):
    """Return the hash of a link: over the one before it and its leaf."""
    return hashlib.sha256(b"\x02" + before + leaf_hash).digest()


def of_link(number, link_hash):
    """Return what we vouch for in a link (text)."""
    return f"link {number} {bytes(link_hash).hex()}"


def of_state(state):
    """Return what we vouch for in the chain's :class:`State` (text)."""
    return f"state {state.size} {bytes(state.last).hex()} {bytes(state.peaks).hex()}"


def of_head(signed):
    """Return what we vouch for in a head (text)."""
    return f"head {signed}"


def vouch(text):
    """Return our MAC of ``text``, under the first sealing key."""
    return digests.keyed(_keys()[0], text)


def is_ours(text, mac):
    """Is ``mac`` ours of ``text``, under any sealing key that we still have?"""
    return any(digests.same(digests.keyed(key, text), bytes(mac or b"")) for key in _keys())


def is_fresh(text, mac):
    """Is it ours under the first sealing key, so that all others may be put away?"""
    return digests.same(vouch(text), bytes(mac or b""))


def _keys():
    return current_app.extensions["sealing"].derive_each(PURPOSE)
