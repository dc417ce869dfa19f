"""Hashes of passwords made elsewhere: which kinds we can judge, and how dear one may be.

Judging a hash costs what its maker chose. One that is too dear would let whoever knows the address
occupy the server, and would tell by its time that the account is there; so it is refused
(`decisions.md` §7). The bounds are settings, and belong to ``LOGIN_FLOOR_MS``.
"""

import base64
import binascii
import re

from flask import current_app

MOST_LANES = 16

_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}", re.ASCII)
_ARGON2 = re.compile(
    r"\$argon2(?:id|i)\$v=(?:16|19)"
    r"\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})",
    re.ASCII,
)
UNKNOWN = "This is neither a bcrypt nor an argon2id or argon2i hash."
TOO_DEAR = "This hash costs more to verify than the settings IMPORT_… allow."


def refusal(text):
    """Return why ``text`` may not be a person's hash, as a sentence, or None."""
    bcrypt = _BCRYPT.fullmatch(text)
    if bcrypt:
        cost = int(bcrypt[1])
        if not 4 <= cost <= 31:
            return UNKNOWN
        return TOO_DEAR if cost > current_app.config["IMPORT_BCRYPT_COST"] else None
    argon2 = _ARGON2.fullmatch(text)
    if not argon2 or not all(map(_is_base64, argon2.groups()[3:])):
        return UNKNOWN
    memory, passes, lanes = map(int, argon2.groups()[:3])
    if memory < 8 * lanes:
        return UNKNOWN
    settings = current_app.config
    dear = memory > settings["IMPORT_ARGON2_MEMORY_KIB"] or lanes > MOST_LANES
    return TOO_DEAR if dear or passes > settings["IMPORT_ARGON2_PASSES"] else None


def _is_base64(text):
    """Is it what an encoder writes, without padding (the argon2 library reads nothing else)?"""
    try:
        clear = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return False
    return base64.b64encode(clear).decode().rstrip("=") == text
