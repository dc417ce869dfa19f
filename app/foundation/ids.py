"""Public identifiers and random secrets: the one place randomness is drawn."""

import secrets
import string
import uuid

_ALPHABET = string.digits + string.ascii_lowercase


def new(prefix):
    """Return a new public identifier such as ``ses_4k…``, with 128 bits of randomness."""
    value = secrets.randbits(128)
    digits = []
    for _ in range(25):
        value, digit = divmod(value, 36)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(digits)}"


def maker(prefix):
    """Return a function that makes identifiers with ``prefix``, for column defaults."""
    return lambda: new(prefix)


def subject():
    """Return a new random UUID, as text."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


def secret(bits=256):
    """Return a new random secret as URL-safe text, drawn from ``bits`` random bits.

    It never begins with a dash: who pastes it behind an option of a command would see that
    command refused.
    """
    while (drawn := secrets.token_urlsafe(bits // 8)).startswith("-"):
        pass
    return drawn


def salt():
    """Return 16 random bytes: no secret, but never the same."""
    return secrets.token_bytes(16)


def letters(alphabet, length):
    """Return ``length`` random characters of ``alphabet``."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


def trace():
    """Return 16 hexadecimal digits that name one request, short enough to read out."""
    return secrets.token_hex(8)


def is_one(value, prefix):
    """Is ``value`` shaped like an identifier made with ``prefix``? Asked before any look-up."""
    start = f"{prefix}_"
    tail = value[len(start) :]
    return value.startswith(start) and len(tail) == 25 and all(c in _ALPHABET for c in tail)
