"""Tries at vouchers: counted by terminal before they are judged (`decisions.md` §7).

Eight digits are few: whoever may ask as often as they like finds one. The count is one conditional
statement in a transaction of its own, so no race and no rollback forgets it. A right voucher is
given back with its deed, and clears nothing.

A client's terminals together have a budget as well, from which wrong vouchers alone take: no two of
its terminals wait for each other to pay out. Guesses at the very same moment can pass it by as
many as are under way, each within the budget of its terminal.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app

from app.bank.atm import terminals
from app.bank.database import hot
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problems import Problem

_AGAIN = """ON CONFLICT (whose) DO UPDATE SET
    tries = CASE WHEN atm_voucher_tries.ends_at <= :now THEN 1
                 ELSE atm_voucher_tries.tries + 1 END,
    ends_at = CASE WHEN atm_voucher_tries.ends_at <= :now THEN excluded.ends_at
                   ELSE atm_voucher_tries.ends_at END"""
_COUNT = Statement(
    f"""
    INSERT INTO atm_voucher_tries (whose, tries, ends_at)
    SELECT :terminal, 1, :until
    WHERE EXISTS (SELECT 1 {terminals.IN_SERVICE}) AND NOT EXISTS (
        SELECT 1 FROM atm_voucher_tries
        WHERE whose = :client AND ends_at > :now AND tries >= :of_client
    )
    {_AGAIN}
    WHERE atm_voucher_tries.ends_at <= :now OR atm_voucher_tries.tries < :of_terminal
    RETURNING whose
    """
)
_COUNT_WRONG = Statement(
    f"""
    INSERT INTO atm_voucher_tries (whose, tries, ends_at) VALUES (:client, 1, :until)
    {_AGAIN} RETURNING whose
    """
)
_GIVE_BACK = Statement(
    """UPDATE atm_voucher_tries SET tries = tries - 1 WHERE tries > 0 AND whose IN (
        SELECT at.whose FROM atm_voucher_tries AS at WHERE at.whose IN (:terminal, :client)
        ORDER BY at.whose DESC FOR UPDATE
    )"""
)
# As the last step of a deed that is one chain: a right voucher took of its terminal's tries alone.
STEP = (
    "UPDATE atm_voucher_tries SET tries = tries - 1 FROM won WHERE tries > 0 AND whose = :terminal"
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


def count(terminal_id, client_id):
    """Count one try at a terminal in service before it is judged.

    Asked before this request writes. Raises UnknownTerminal. Raises Paused: when there were too
    many. This one is not counted then.
    """
    now, config = clock.now(), current_app.config
    until = now + timedelta(seconds=config["ATM_TRIES_SECONDS"])
    of = config["ATM_TERMINAL_TRIES"], config["ATM_CLIENT_TRIES"]
    most = {"of_terminal": of[0], "of_client": of[1], "now": now} | whose(terminal_id, client_id)
    named = {"terminal_id": terminal_id, "client_id": client_id}
    if not hot.run(_COUNT, until=until, **most, **named):
        terminals.check(terminal_id, client_id)
        pause = hot.first(_PAUSE, **most)
        raise Paused(pause.ends_at if pause else until)


def count_wrong(client_id):
    """What was shown to a terminal of this client is no good. Asked as :func:`count` is."""
    now = clock.now()
    until = now + timedelta(seconds=current_app.config["ATM_TRIES_SECONDS"])
    hot.run(_COUNT_WRONG, client=f"client {client_id}", until=until, now=now)


def give_back(terminal_id, client_id):
    """It was no guess, though counted as a wrong one. Asked as :func:`count` is."""
    hot.run(_GIVE_BACK, **whose(terminal_id, client_id))


def whose(terminal_id, client_id):
    """Return what :data:`STEP` takes (dict)."""
    return {"terminal": f"terminal {terminal_id}", "client": f"client {client_id}"}
