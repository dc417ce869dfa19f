"""Tries at vouchers: counted by terminal and by client before they are judged (`decisions.md` §7).

Eight digits are few: whoever may ask as often as they like finds one. Both counts are one
conditional statement in a transaction of its own, so no race and no rollback forgets it. A right
voucher is given back with its deed, and clears nothing.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app

from app.bank.database import hot
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problems import Problem

# Both in the same order, here and where they are given back: so no two wait for each other.
_COUNT = Statement(
    """
    INSERT INTO atm_voucher_tries (whose, tries, ends_at)
    SELECT each.whose, 1, :until
    FROM (SELECT :terminal AS whose UNION ALL SELECT :client) AS each
    WHERE NOT EXISTS (
        SELECT 1 FROM atm_voucher_tries AS at
        WHERE at.whose IN (:terminal, :client) AND at.ends_at > :now
        AND at.tries >= CASE at.whose WHEN :terminal THEN :of_terminal ELSE :of_client END
    )
    ON CONFLICT (whose) DO UPDATE SET
        tries = CASE WHEN atm_voucher_tries.ends_at <= :now THEN 1
                     ELSE atm_voucher_tries.tries + 1 END,
        ends_at = CASE WHEN atm_voucher_tries.ends_at <= :now THEN excluded.ends_at
                       ELSE atm_voucher_tries.ends_at END
    WHERE atm_voucher_tries.ends_at <= :now OR atm_voucher_tries.tries
        < CASE excluded.whose WHEN :terminal THEN :of_terminal ELSE :of_client END
    RETURNING whose
    """
)
_GIVE_BACK = Statement(
    """
    UPDATE atm_voucher_tries SET tries = tries - 1 WHERE tries > 0 AND whose IN (
        SELECT at.whose FROM atm_voucher_tries AS at WHERE at.whose IN (:terminal, :client)
        ORDER BY at.whose DESC FOR UPDATE
    )
    """
)


class _Pause(NamedTuple):
    ends_at: datetime


_PAUSE = Statement(
    """
    SELECT ends_at FROM atm_voucher_tries
    WHERE whose IN (:terminal, :client) AND ends_at > :now
    AND tries >= CASE whose WHEN :terminal THEN :of_terminal ELSE :of_client END
    ORDER BY ends_at DESC LIMIT 1
    """,
    _Pause,
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
    of = current_app.config["ATM_TERMINAL_TRIES"], current_app.config["ATM_CLIENT_TRIES"]
    most = {"of_terminal": of[0], "of_client": of[1], "now": now}
    if len(hot.run(_COUNT, until=until, **most, **_whose(terminal))) < 2:
        pause = hot.first(_PAUSE, **most, **_whose(terminal))
        raise Paused(pause.ends_at if pause else until)


def give_back(terminal):
    """The voucher was right: it was no guess. The last thing its deed writes."""
    hot.within(_GIVE_BACK, **_whose(terminal))


def _whose(terminal):
    return {"terminal": f"terminal {terminal.id}", "client": f"client {terminal.client_id}"}
