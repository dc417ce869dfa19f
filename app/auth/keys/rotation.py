"""A key's way: next → active → retired → gone, on a timetable.

Whoever caches the key set as long as we allow never meets a signature they cannot verify, however
often keys turn: a new active key signs once every key set in use holds it, and until then the one
before it goes on (:mod:`app.auth.keys.succession`). Whoever turns keys waits for whoever is
turning them.
"""

import contextlib
from pathlib import Path

from joserfc.errors import JoseError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth.database import db
from app.auth.keys import jose, ring, succession
from app.auth.keys.models import SigningKey
from app.foundation import clock
from app.foundation.problems import NotFound, Problem

OURS = SigningKey.alg.in_(jose.ALGORITHMS)  # a newer version may know more


class WrongKey(Problem):
    """``JWT_PRIVATE_KEY`` cannot sign for us."""

    code = "wrong_key"
    description = "JWT_PRIVATE_KEY: an RSA private key (PEM) of 2048 bits or more is needed."


def ensure(pem=""):
    """Make the keys that are missing: one active and one next for each algorithm.

    The very first sign at once: no key set was ever published without them. Where others are
    published already, a new algorithm's keys sign once every key set in use holds them. Many may
    ask at once: the database keeps what the first of them made.

    pem: an RSA private key (PEM, with real or escaped line ends, or a path) that becomes the
    first active RS256 key (document 004, ``JWT_PRIVATE_KEY``).

    Raises WrongKey: when ``pem`` is no RSA private key of at least 2048 bits.
    """
    there = {tuple(row) for row in db.session.execute(select(SigningKey.alg, SigningKey.state))}
    wanted = [(alg, state) for alg in jose.ALGORITHMS for state in ("active", "next")]
    pairs = {}
    for alg, state in wanted:
        if (alg, state) not in there:
            imports = pem and (alg, state) == ("RS256", "active")
            pairs[alg, state] = _imported(pem) if imports else jose.generate(alg)
    now = clock.now()
    signs_from = now + succession.lead() if there else now
    for (alg, state), pair in pairs.items():
        # Whoever comes second waits for the first, and keeps theirs.
        with contextlib.suppress(IntegrityError), db.session.begin_nested():
            succession.add(alg, state, pair, created_at=now, signs_from=signs_from)
    ring.current().forget()


def rotate(alg=None, *, activated_before=None):
    """Make the next key active and publish a fresh next one; return the new active keys.

    A new active key signs from its ``activated_at``, and the one before it until then. Of those who
    ask at the same time one turns a key over, and the others find that it was done.

    alg: only this algorithm; else every one that has an active key. activated_before: leave
    alone a key that signs since that moment or later.
    """
    which = [SigningKey.state == "active", OURS]
    if alg:
        which.append(SigningKey.alg == alg)
    if activated_before:
        which.append(SigningKey.activated_at < activated_before)
    due = db.session.execute(select(SigningKey.kid, SigningKey.alg).where(*which)).all()
    if not due:
        return []
    pairs = {kid: jose.generate(name) for kid, name in due}  # before anybody has to wait for us
    succession.alone()
    actives = [row for row in succession.rows(*which) if row.kid in pairs]
    turned = [succession.follow(row, pairs[row.kid]) for row in actives]
    ring.current().forget()
    return [row for row in turned if row]


def retire(kid):
    """Withdraw a key from the key set at once: what it signed is no longer verified.

    Where it signs now, the one after it signs at once, though not everybody may know that one yet.
    Raises NotFound; raises Problem: when the active key has no next one.
    """
    which = [SigningKey.kid == kid, SigningKey.state != "gone", OURS]
    alg = db.session.scalar(select(SigningKey.alg).where(*which))
    pair = alg and jose.generate(alg)  # before anybody has to wait for us
    succession.alone()
    row = next(iter(succession.rows(*which)), None)
    if row is None:
        raise NotFound("There is no such key.")
    if row.state == "next":
        succession.withdraw(row)
        succession.add_next(row.alg, pair)
    else:
        if row.state == "active" and not succession.follow(row, pair):
            raise Problem("The active key has no next one to follow it.")
        succession.hand_over(row)
        succession.withdraw(row)
    ring.current().forget()


def _imported(pem):
    text = pem.replace("\\n", "\n")
    try:
        if "-----BEGIN" not in text:
            text = Path(text).read_text()
        key = jose.import_key("RS256", text.encode())
    except (OSError, ValueError, TypeError, JoseError) as error:
        raise WrongKey(detail=type(error).__name__) from None
    if not key.is_private or key.raw_value.key_size < 2048:
        raise WrongKey
    return key
