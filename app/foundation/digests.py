"""One-way: digests of high-entropy secrets, and comparison in constant time."""

import hashlib
import hmac


def of(value):
    """Return the SHA-256 of ``value`` (text), 32 bytes.

    Only for secrets of at least 128 random bits; a password is for argon2.
    """
    return hashlib.sha256(value.encode()).digest()


def keyed(key, value):
    """Return the HMAC-SHA-256 of ``value`` (text) under ``key`` (bytes), 32 bytes."""
    return hmac.digest(key, value.encode(), "sha256")


def same(left, right):
    """Compare two byte strings in a time that tells nothing of where they differ."""
    return hmac.compare_digest(left, right)
