"""One-time secrets: six digits or a link, sent to an address; each proves one thing once (S62).

Only digests are kept. Of a code, ``CODE_TRIES`` guesses are judged in all, however many come at
once; and a person and a browser have no more in ``LOGIN_WINDOW_SECONDS``, whatever codes are sent
meanwhile (NIST SP 800-63B-4 §3.2.2). A link has 256 bits: wrong ones cost its owner nothing.
"""

import re
import string
import unicodedata
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import delete, select, update

from app.auth.accounts import counts, guesses, lookup
from app.auth.accounts.proofs.purposes import PURPOSES
from app.auth.database import db
from app.foundation import clock, database, digests, ids
from app.foundation.problems import Problem

DIGITS = 6
LONGEST = 40  # characters that are read of what is typed
NOBODY = 0  # no person has this id

_CODE = re.compile(f"[0-9]{{{DIGITS}}}", re.ASCII)


class WrongCode(Problem):
    """That is not the code, or it was used or ended: which, is not told."""

    code = "wrong_code"
    status = 422
    description = "The code is wrong."
    key = "otp.wrong"


class Expired(WrongCode):
    """It is the right code, too late. Only who holds it is told so."""

    code = "expired_code"
    description = "The code has expired."
    key = "otp.expired_plain"


class Paused(counts.Paused):
    """Too many wrong codes: none is judged until ``until``, not even a right one."""

    key = "otp.limited"


class Issued(NamedTuple):
    """The clear secrets, to be sent and forgotten; ``link`` is None where none was wanted."""

    code: str
    link: str | None
    minutes: int
    expires_at: datetime


class Guesser(NamedTuple):
    """Where a guess comes from: the client's address, and the random id of its browser.

    asked: what was typed to say whose the code is, where that is typed beside it: so nobody's
    guesses are counted like anybody's.
    """

    address: str | None
    browser: str
    asked: str | None = None


def issue(purpose, user_id, target, *, link=False):
    """Return new secrets of ``user_id`` for ``purpose``; the ones before stop working.

    purpose: a name from ``purposes.PURPOSES``. target: the address or number they are sent to, as
    :mod:`identifiers` writes it; :func:`judged` says which it was.
    """
    kind, now = PURPOSES[purpose], clock.now()
    lookup.held(user_id)  # of two at once the later one stays
    code, secret = ids.letters(string.digits, DIGITS), ids.secret() if link else None
    mine = (kind.model.user_id == user_id) & (kind.model.purpose == purpose)
    db.session.execute(delete(kind.model).where(mine))
    row = kind.model(
        id=ids.new("ots"),
        user_id=user_id,
        purpose=purpose,
        target_digest=_of_target(purpose, target)[0],
        expires_at=now + lifetime(purpose),
        link_digest=digests.of(secret) if link else None,
    )
    row.code_digest = _of_code(_keys()[0], row.id, code)
    db.session.add(row)
    db.session.flush()
    return Issued(code, secret, minutes(purpose), row.expires_at)


def judged(purpose, user_id, code, guesser):
    """Return the row of the secret that ``code`` (as typed) is of, not yet used up.

    user_id: whose it must be; None for nobody, whose codes are all wrong, and counted alike.
    guesser: None where the caller has counted the guess. Asked before the request writes anything:
    the guess is counted before it is judged.

    Raises WrongCode, Expired, Paused.
    """
    code = digits(code)
    counted = _count(purpose, user_id, guesser) if guesser else ()
    tried = _try(purpose, NOBODY if user_id is None else user_id)
    if tried is None or not _is_code(tried, code):
        raise WrongCode
    _give_back(purpose, tried.id, counted)
    if tried.expires_at <= clock.now():
        raise Expired
    row = db.session.get(PURPOSES[purpose].model, tried.id)
    if row is None:  # ended meanwhile by a new one
        raise WrongCode
    return row


def spend(purpose, user_id, code, target):
    """As :func:`judged` and :func:`use` at once, for good, for who has counted the guess already.

    target: where it must have been sent. Raises WrongCode, Expired.
    """
    row = judged(purpose, user_id, code, None)
    with database.apart(db) as connection:
        if not (is_for(row, target) and connection.execute(_used(row)).rowcount):
            raise WrongCode


def find_link(purpose, link):
    """Return the row whose link holds ``link`` and is still good, or None; changes nothing."""
    model = PURPOSES[purpose].model
    good = (model.link_digest == digests.of(link)) & model.used_at.is_(None)
    return db.session.scalar(select(model).where(good, model.expires_at > clock.now()))


def use(row):
    """Use the secret of ``row`` up, and return the row; of many at once, one caller does.

    Raises WrongCode: when it was used or ended before.
    """
    if db.session.scalar(_used(row).returning(type(row).id)) is None:
        raise WrongCode
    return row


def live(purpose, user_id):
    """Return the row of this person's secret that can still be used, or None."""
    model = PURPOSES[purpose].model
    row = db.session.scalar(select(model).where(model.user_id == user_id, model.purpose == purpose))
    good = row is not None and row.is_live(clock.now(), current_app.config["CODE_TRIES"])
    return row if good else None


def is_for(row, target):
    """Was the secret of ``row`` sent to ``target``?"""
    return any(digests.same(row.target_digest, of) for of in _of_target(row.purpose, target))


def lifetime(purpose):
    """Return how long a secret for ``purpose`` is good."""
    return timedelta(seconds=current_app.config[PURPOSES[purpose].lifetime])


def minutes(purpose):
    """Return the same in whole minutes, as people are told."""
    return current_app.config[PURPOSES[purpose].lifetime] // 60


def _used(row):
    used = update(type(row)).where(type(row).id == row.id, type(row).used_at.is_(None))
    return used.values(used_at=clock.now())


def _count(purpose, user_id, guesser):
    who = user_id
    if who is None and guesser.asked is not None:
        who = f"nobody:{guesser.asked.strip().casefold()[:256]}"
    try:
        return guesses.count(purpose, guesser.address, browser=guesser.browser, user_id=who)
    except guesses.Paused as pause:
        raise Paused(pause.until) from None


def _try(purpose, user_id):
    """Take one of the tries that the person's code has left; return its row, or None."""
    model = PURPOSES[purpose].model
    left = (model.used_at.is_(None)) & (model.tries < current_app.config["CODE_TRIES"])
    taken = (
        update(model)
        .where(model.user_id == user_id, model.purpose == purpose, left)
        .values(tries=model.tries + 1)
        .returning(model.id, model.code_digest, model.expires_at)
    )
    with database.apart(db) as connection:
        return connection.execute(taken).first()


def _give_back(purpose, row_id, counted):
    model = PURPOSES[purpose].model
    with database.apart(db) as connection:
        connection.execute(update(model).where(model.id == row_id).values(tries=model.tries - 1))
    guesses.give_back(counted)


def digits(typed):
    """Return the six digits that somebody means by ``typed``; nothing when it cannot be a code."""
    wide = unicodedata.normalize("NFKC", typed[:LONGEST])
    code = "".join(c for c in wide if c not in " -\t\u2011\u2013")
    return code if _CODE.fullmatch(code) else ""


def _is_code(tried, code):
    shown = [_of_code(key, tried.id, code) for key in _keys()]
    return any(digests.same(bytes(tried.code_digest), digest) for digest in shown)


def _of_code(key, row_id, code):
    return digests.keyed(key, f"{row_id}\n{code}")


def _of_target(purpose, target):
    return [digests.keyed(key, f"{purpose}\n{target}") for key in _keys()]


def _keys():
    return current_app.extensions["sealing"].derive_each("one_time")
