"""Passwords: argon2id, taking turns; the same cost for whoever does not exist (decisions §9).

A hash imported from elsewhere may be bcrypt (C6); the right password turns it into argon2id, and
an argon2id hash of weaker settings into one of today's.
"""

import unicodedata
from datetime import date
from pathlib import Path

import argon2
import bcrypt
from flask import current_app
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.auth.accounts import papers
from app.foundation import clock
from app.foundation.problems import Problem
from app.foundation.turns import Turns, half_the_cores

LONGEST = 256  # characters; more is refused, not cut (ASVS 6.2.8, 6.2.9)
SHORTEST = 8  # no policy takes less, so nothing shorter need be listed
SAMPLES = {"senha@123", "novasenha@123"}  # document 002's own: they pass in development
COMMON = frozenset(  # what leaks show most, and what people of this country choose beside it
    [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= SHORTEST]
    + Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split()
)

_turns = Turns(half_the_cores())


class Refused(Problem):
    """The policy refuses this password; ``key`` and ``values`` are the message for the person."""

    code = "password_refused"
    status = 422
    description = "This password is not allowed here."

    def __init__(self, key):
        super().__init__(detail=key)
        self.key = key
        least = current_app.config["PASSWORD_MIN_LENGTH"]
        self.values = {"n": LONGEST if key == "password.long" else least}


def check(user, clear):
    """Is ``clear`` the password of ``user``? None is a person too, whose password nobody knows.

    Costs the same for either. Raises Unavailable: when too many hashes are waiting.
    """
    known = user.password_hash if user else None
    with _turns.take(current_app.config["PASSWORD_QUEUE"]):
        return _matches(known, _normal(clear))


def set(user, clear):
    """Make ``clear`` the person's password; it is no longer one that must be changed.

    Raises Unavailable: when too many hashes are waiting.
    """
    keep(user, hashed(clear))


def keep(user, hash_):
    """Make what was :func:`hashed` the person's password; it need not be changed any longer."""
    user.password_hash = hash_
    user.password_changed_at = clock.now()
    user.must_change_password = False


def upgraded(user, clear):
    """Return a hash of today's settings for the right password ``clear``, or None if it has one.

    It is the caller's to keep. Raises Unavailable: when too many hashes are waiting.
    """
    known = user.password_hash
    if known.startswith("$argon2") and not _hasher().check_needs_rehash(known):
        return None
    return hashed(clear)


def hashed(clear):
    """Return a hash of ``clear`` by today's settings, to be kept. Raises Unavailable."""
    with _turns.take(current_app.config["PASSWORD_QUEUE"]):
        return _hasher().hash(_normal(clear))


def refusal(clear, user):
    """Return the message key of why ``clear`` may not become the password of ``user``, or None.

    user: None while it must not show whose it would be.

    No rules of composition (NIST SP 800-63B-4 §3.1.1.2): length, the common ones, own data.
    """
    clear = _normal(clear)
    folded = clear.casefold()
    least = current_app.config["PASSWORD_MIN_LENGTH"]
    if len(clear) < least:
        return "password.short"
    if len(clear) > LONGEST:
        return "password.long"
    if folded in SAMPLES and current_app.config["APP_ENV"] == "development":
        return None
    if folded in COMMON or len(frozenset(folded)) == 1:
        return "password.leaked"
    rest = folded
    for word in _own_words(user):
        rest = rest.replace(word, "")
    if rest != folded and (len(rest) < least or rest in COMMON):
        return "password.same_data"
    return None


def _matches(known, clear):
    if known and known.startswith("$2") and len(clear.encode()) <= 72:  # bcrypt reads no further
        return _matches_bcrypt(known, clear)
    nobody = not known or not known.startswith("$argon2") or len(clear) > LONGEST
    try:
        _hasher().verify(_nobodys_hash() if nobody else known, clear[:LONGEST])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return not nobody


def _matches_bcrypt(known, clear):
    try:
        return bcrypt.checkpw(clear.encode(), known.encode())
    except ValueError:
        return False


def _hasher():
    settings = current_app.config
    return argon2.PasswordHasher(
        time_cost=settings["PASSWORD_PASSES"],
        memory_cost=settings["PASSWORD_MEMORY_KIB"],
        parallelism=1,
    )


def _nobodys_hash():
    """A hash of today's settings that no password has: as dear to verify as any."""
    settings = current_app.config
    cost = f"m={settings['PASSWORD_MEMORY_KIB']},t={settings['PASSWORD_PASSES']},p=1"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


def _normal(clear):
    """One way to write what looks the same (NIST SP 800-63B-4 §3.1.1.2); half characters go."""
    return unicodedata.normalize("NFC", clear.encode("utf-8", "replace").decode())


def _own_words(user):
    """What a stranger would try first, longest first."""
    if user is None:
        return [current_app.config["BRAND_NAME"].casefold()]
    words = [current_app.config["BRAND_NAME"], user.username, user.full_name, user.email]
    words += [user.given_name, user.family_name, papers.read(user, "cpf")]
    words += (user.full_name or "").split() + user.email.replace("@", ".").split(".")
    if isinstance(user.birth_date, date):
        words += [user.birth_date.strftime(form) for form in ("%d%m%Y", "%Y%m%d", "%d%m%y")]
    folded = {word.casefold() for word in words if word and len(word) >= 4}
    return sorted(folded, key=len, reverse=True)
