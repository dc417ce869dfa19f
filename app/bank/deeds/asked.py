"""Challenges: counted by person before a payee is named, for a challenge tells who somebody is.

Who may order as often as they like reads the name of everybody with a wallet, and wears out the
look-ups that all approvals need. The count is one conditional statement in a transaction of its
own, so no race and no rollback forgets it.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from flask import current_app

from app.bank.database import hot
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problems import Problem

_COUNT = Statement(
    """
    INSERT INTO bank_challenges (owner_sub, asked, ends_at) VALUES (:sub, 1, :until)
    ON CONFLICT (owner_sub) DO UPDATE SET
    asked = CASE WHEN bank_challenges.ends_at <= :now THEN 1 ELSE bank_challenges.asked + 1 END,
    ends_at = CASE WHEN bank_challenges.ends_at <= :now THEN excluded.ends_at
                   ELSE bank_challenges.ends_at END
    WHERE bank_challenges.ends_at <= :now OR bank_challenges.asked < :most
    RETURNING owner_sub
    """
)


class _Pause(NamedTuple):
    ends_at: datetime


_PAUSE = Statement("SELECT ends_at FROM bank_challenges WHERE owner_sub = :sub", _Pause)


class TooMany(Problem):
    """One person asked to have too many deeds approved: nobody is named to them for a while."""

    code = "too_many_challenges"
    status = 429
    description = "Too many deeds asked for approval. Try again later. Nothing has moved."

    def __init__(self, until):
        super().__init__()
        self.retry_after = max(1, ceil((until - clock.now()).total_seconds()))


def count(sub):
    """Count one more challenge of ``sub``. Asked when nothing of the request is written.

    Raises TooMany: this one is not counted then.
    """
    now, config = clock.now(), current_app.config
    until = now + timedelta(seconds=config["STEP_UP_CHALLENGES_SECONDS"])
    if not hot.run(_COUNT, sub=sub, now=now, until=until, most=config["STEP_UP_CHALLENGES"]):
        pause = hot.first(_PAUSE, sub=sub)
        raise TooMany(pause.ends_at if pause else until)
