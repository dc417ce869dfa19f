"""Recovery codes: ten, on paper, each good once; a new set ends the one before (O-11).

A code has 15 of 30 letters, some 2⁷³: nobody guesses one, and what is kept of it is an HMAC.
"""

import base64
import unicodedata

from flask import current_app
from sqlalchemy import delete, func, select, update

from app.auth.database import db
from app.auth.factors.models import RecoveryCode
from app.foundation import clock, database, digests, ids, sealing

HOW_MANY = 10
SHOWN_SECONDS = 900  # for so long the page that shows them may hand them back
FEW = 3  # so few left that the person is told
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another
_GROUPS, _GROUP = 3, 5
_MEANT = str.maketrans({"O": "Q", "0": "Q", "U": "V"})


def is_enrolled(user_id):
    """Does the person have a code left?"""
    return left(user_id) > 0


def challenge(user_id):
    """There is nothing to send: the codes are on paper."""
    return None


def verify(user_id, answer):
    """Is ``answer`` one of the person's codes, not used before? It is used by this, for good.

    Asked before the request writes anything.
    """
    good = update(RecoveryCode).where(
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_digest.in_(_digests(user_id, _read(answer))),
        RecoveryCode.used_at.is_(None),
    )
    with database.apart(db) as connection:
        return bool(connection.execute(good.values(used_at=clock.now())).rowcount)


def draw(user_id):
    """Return ten new codes, to be shown this once; those the person had are no longer good."""
    forget_all(user_id)
    codes = [ids.letters(LETTERS, _GROUPS * _GROUP) for _ in range(HOW_MANY)]
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_digest=_digests(user_id, code)[0]) for code in codes
    )
    db.session.flush()
    return [_shown(code) for code in codes]


def wrapped(codes, session_id):
    """Return ``codes`` sealed, as text, for the page that shows them to hand back from there."""
    clear = " ".join([str(clock.seconds() + SHOWN_SECONDS), *codes])
    sealed = current_app.extensions["sealing"].seal(clear.encode(), _place(session_id))
    return base64.urlsafe_b64encode(sealed).decode()


def handed_back(text, session_id):
    """Return the codes of :func:`wrapped`; None when it is another session's, or too late."""
    try:
        sealed = base64.urlsafe_b64decode(text)
        clear = current_app.extensions["sealing"].open(sealed, _place(session_id))
    except (ValueError, sealing.CannotOpen):
        return None
    until, *codes = clear.decode().split()
    return codes if clock.seconds() < int(until) else None


def left(user_id):
    """Return how many codes the person has left."""
    mine = RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine))


def forget_all(user_id):
    """The person's codes are no longer good."""
    database.write(db, delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _place(session_id):
    return f"recovery_codes/{session_id}/page"


def _shown(code):
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _read(typed):
    """What somebody means by ``typed``: case, spaces and dashes do not matter."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return "".join(filter(str.isalnum, folded)).translate(_MEANT)


def _digests(user_id, code):
    """What may be kept of ``code``, under each key of the ring; a new one is kept as the first."""
    keys = current_app.extensions["sealing"].derive_each("recovery_codes")
    return [digests.keyed(key, f"{user_id}\n{code}") for key in keys]
