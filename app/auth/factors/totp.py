"""Codes of an authenticator app (RFC 6238): SHA-1, six digits, thirty seconds (S77).

A code is good one step early or late, since clocks differ (§5.2), and once: of many who show it,
in parallel or later, the first has it. Once enabled the secret is never shown again (O-13).
"""

import re
from datetime import timedelta
from typing import NamedTuple

import pyotp
import segno
from flask import current_app
from sqlalchemy import bindparam, delete, insert, select, text, update

from app.auth.database import db
from app.auth.factors.models import TotpSecret
from app.foundation import clock, database, digests
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

STEP_SECONDS = 30
EARLY_OR_LATE = 1  # steps
KEPT = timedelta(hours=1)  # how long one that was begun waits for its first code
# Written so, because two pages may begin at once.
_BEGIN = text(
    "INSERT INTO totp_secrets (user_id, secret_sealed, begun_at, last_step)"
    " VALUES (:user_id, :sealed, :now, -1) ON CONFLICT (user_id) DO NOTHING"
).bindparams(bindparam("now", type_=UtcDateTime))
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_SECRET = re.compile(r"[A-Z2-7]{23,128}", re.ASCII)


class AlreadyOn(Problem):
    """The person has an authenticator app; it is removed before another takes its place."""

    code = "totp_already_on"
    status = 409
    key = "totp.already_on"
    description = "An authenticator app is enabled already."


class Used(Problem):
    """The code is a right one that was shown before (RFC 6238 §5.2)."""

    code = "code_used"
    status = 422
    key = "otp.used"
    description = "This code was used before."


class Setup(NamedTuple):
    """What an authenticator app is told: the secret (base32), its address, a picture (SVG)."""

    secret: str
    address: str
    picture: str


def is_enrolled(user_id):
    """Does the person have an authenticator app that has shown a right code?"""
    mine = select(TotpSecret.user_id).where(TotpSecret.user_id == user_id)
    return db.session.scalar(mine.where(TotpSecret.enabled_at.is_not(None))) is not None


def enabled_at(user_id):
    """Return when the person's app showed its first right code, or None."""
    mine = select(TotpSecret.enabled_at).where(TotpSecret.user_id == user_id)
    return db.session.scalar(mine)


def challenge(user_id):
    """There is nothing to send: the app knows the code."""
    return None


def verify(user_id, answer):
    """Is ``answer`` the code of now? Accepts it, once and for good. Raises Used.

    Asked before the request writes anything.
    """
    kept = _kept(user_id)
    database.let_go(db)
    if kept is None or kept.enabled_at is None:
        return False
    step = _step_of(kept, answer)
    if step is None:
        return False
    newer = update(TotpSecret).where(
        TotpSecret.user_id == user_id,
        TotpSecret.enabled_at.is_not(None),
        TotpSecret.last_step < step,
    )
    with database.apart(db) as connection:
        accepted = connection.execute(newer.values(last_step=step)).rowcount
    if not accepted:
        raise Used
    return True


def begin(user):
    """Return the :class:`Setup` for a person's app: the same for an hour, until it is enabled.

    Nothing is asked for until :func:`enable`. Raises AlreadyOn.
    """
    now = clock.now()
    old = delete(TotpSecret).where(
        TotpSecret.user_id == user.id,
        TotpSecret.enabled_at.is_(None),
        TotpSecret.begun_at < now - KEPT,
    )
    database.write(db, old)
    sealed = _seal(user.id, pyotp.random_base32())
    db.session.execute(_BEGIN, {"user_id": user.id, "sealed": sealed, "now": now})
    kept = _kept(user.id)
    if kept.enabled_at is not None:
        raise AlreadyOn
    issuer = current_app.config["BRAND_NAME"]
    secret = _secret(kept)
    address = pyotp.TOTP(secret).provisioning_uri(
        name=user.username or user.email, issuer_name=issuer
    )
    return Setup(secret, address, _picture(address))


def enable(user_id, answer):
    """Ask for codes of this app from now on, if ``answer`` is one; return whether it is."""
    kept = _kept(user_id)
    step = _step_of(kept, answer) if kept is not None else None
    if step is None:
        return False
    begun = update(TotpSecret).where(
        TotpSecret.user_id == user_id,
        TotpSecret.enabled_at.is_(None),
        TotpSecret.secret_sealed == kept.secret_sealed,
    )
    return bool(database.write(db, begun.values(enabled_at=clock.now(), last_step=step)).rowcount)


def readable(text):
    """Return a secret of an app set up elsewhere (base32) as we write it; None if it is none.

    It has 112 bits or more (NIST SP 800-63B-4 §3.1.4.1); codes are made of nothing less.
    """
    secret = "".join(text.split()).replace("-", "").upper().rstrip("=")
    if not _SECRET.fullmatch(secret) or len(secret) % 8 in {1, 3, 6}:  # no base32 ends so
        return None
    return secret


def bring(secrets):
    """Enable the apps of many who are new: ``secrets``, as :func:`readable` gives them, by id."""
    now = clock.now()
    rows = [
        {
            "user_id": user_id,
            "secret_sealed": _seal(user_id, secret),
            "begun_at": now,
            "enabled_at": now,
            "last_step": -1,
        }
        for user_id, secret in secrets.items()
    ]
    if rows:
        db.session.execute(insert(TotpSecret.__table__), rows)


def remove(user_id):
    """Forget the person's app; return whether there was one enabled."""
    mine = delete(TotpSecret).where(TotpSecret.user_id == user_id)
    return bool(database.write(db, mine.where(TotpSecret.enabled_at.is_not(None))).rowcount)


def forget_all(user_id):
    """The person has no app any more, begun or enabled."""
    database.write(db, delete(TotpSecret).where(TotpSecret.user_id == user_id))


def _kept(user_id):
    query = select(TotpSecret).where(TotpSecret.user_id == user_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def _step_of(kept, answer):
    """The newest step, near now, whose code this is; None when it is none's."""
    typed = "".join(answer.split())
    if not _CODE.fullmatch(typed):
        return None
    codes = pyotp.TOTP(_secret(kept))
    now = clock.seconds() // STEP_SECONDS
    found = None
    for step in range(now - EARLY_OR_LATE, now + EARLY_OR_LATE + 1):
        if digests.same(codes.generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def _picture(address):
    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", omitsize=True)


def _secret(kept):
    return current_app.extensions["sealing"].open(kept.secret_sealed, _place(kept.user_id)).decode()


def _seal(user_id, secret):
    return current_app.extensions["sealing"].seal(secret.encode(), _place(user_id))


def _place(user_id):
    return f"totp_secrets/{user_id}/secret_sealed"
