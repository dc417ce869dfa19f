"""One text for one value: JSON in its canonical form, so that a digest of it means the value.

Whole numbers alone: a float's text is not alike in every language, and nothing of ours needs one.
"""

from json import JSONEncoder

LARGEST = 2**53 - 1  # the whole numbers that every reader of JSON reads alike (RFC 8785 §3.2.2.3)

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """It holds what has no canonical form here."""


def json(value):
    """Return ``value``, of what JSON can say, in its canonical form: UTF-8 bytes (RFC 8785 §3.2).

    Members stand in the order of their names' UTF-16 code units (§3.2.3).
    Raises NotCanonical: a float, a number past ``LARGEST``, half a surrogate pair, or no JSON.
    """
    try:
        return _encode(_ordered(value)).encode()
    except (UnicodeEncodeError, TypeError) as odd:
        raise NotCanonical from odd


def _ordered(value):
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise NotCanonical
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > LARGEST):
        raise NotCanonical
    return value
