"""One text for one deed: JSON in its canonical form, and the digest that is approved (RFC 8785)."""

import hashlib
import json

LARGEST = (
    2**53 - 1
)  # of the whole numbers that every reader of JSON reads alike (RFC 8785 §3.2.2.3)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """It holds a number that not every reader of JSON would read alike."""


def of(value):
    """Return ``value`` (what JSON can say) as canonical text.

    Members stand in the order of their names' UTF-16 code units (§3.2.3); a deed has whole numbers
    only. Raises NotCanonical.
    """
    return _encode(_ordered(value))


def digest(text):
    """Return the SHA-256 of canonical ``text``, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def _ordered(value):
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise NotCanonical
    return value
