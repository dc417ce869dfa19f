"""Tries at vouchers: counted by terminal and by client before they are judged (`decisions.md` §7).

Eight digits are few: whoever may ask as often as they like finds one. Each count is one
conditional statement in a transaction of its own, so no race and no rollback forgets it. A right
voucher is given back with its deed, and clears nothing.
"""

from datetime import timedelta
from math import ceil

from flask import current_app
from sqlalchemy import bindparam, select, text

from app.bank.atm.models import VoucherTries
from app.bank.database import db
from app.foundation import clock, database
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

_COUNT = text(
    """
    INSERT INTO atm_voucher_tries (whose, tries, ends_at) VALUES (:whose, 1, :until)
    ON CONFLICT (whose) DO UPDATE SET
        tries = CASE WHEN atm_voucher_tries.ends_at <= :now THEN 1
                     ELSE atm_voucher_tries.tries + 1 END,
        ends_at = CASE WHEN atm_voucher_tries.ends_at <= :now THEN excluded.ends_at
                       ELSE atm_voucher_tries.ends_at END
    WHERE atm_voucher_tries.ends_at <= :now OR atm_voucher_tries.tries < :most
    RETURNING tries
    """
).bindparams(bindparam("now", type_=UtcDateTime), bindparam("until", type_=UtcDateTime))
_GIVE_BACK = text(
    "UPDATE atm_voucher_tries SET tries = tries - 1 WHERE whose = :whose AND tries > 0"
)


class Paused(Problem):
    """Too many wrong vouchers: none is judged for a while, not even a right one."""

    code = "too_many_attempts"
    status = 429
    description = "Too many vouchers were wrong here. Try again later."

    def __init__(self, until):
        super().__init__()
        self.retry_after = max(1, ceil((until - clock.now()).total_seconds()))


def count(terminal):
    """Count one try at ``terminal`` before it is judged.

    Asked before this request writes. Raises Paused: when there were too many; this one is not
    counted then.
    """
    now = clock.now()
    until = now + timedelta(seconds=current_app.config["ATM_TRIES_SECONDS"])
    with database.apart(db) as connection:
        for whose, most in _counts(terminal):
            values = {"whose": whose, "most": most, "now": now, "until": until}
            if connection.scalar(_COUNT, values) is None:
                ends_at = select(VoucherTries.ends_at).where(VoucherTries.whose == whose)
                raise Paused(connection.scalar(ends_at) or until)


def give_back(terminal):
    """The voucher was right: it was no guess. The last thing its deed writes."""
    for whose, _most in _counts(terminal):
        db.session.execute(_GIVE_BACK, {"whose": whose})


def _counts(terminal):
    config = current_app.config
    return (
        (f"terminal {terminal.id}", config["ATM_TERMINAL_TRIES"]),
        (f"client {terminal.client_id}", config["ATM_CLIENT_TRIES"]),
    )
