"""The worker's part of recoveries: tell again every day, end what is over."""

from sqlalchemy import select, update

from app.auth.accounts import lookup
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.recoveries import notices, waiting
from app.auth.recoveries.models import FactorRecovery
from app.foundation import clock, database

BATCH = 500


def go():
    """Do what is due, each by itself; return how many were told, stopped and lapsed.

    A locked account's is stopped, whoever locked it. Run outside of a request.
    """
    now = clock.now()
    over = FactorRecovery.closes_at <= now
    locked = FactorRecovery.user_id.in_(select(User.id).where(User.status != "active"))
    quiet = FactorRecovery.told_at <= now - notices.EVERY
    return {
        "recoveries_lapsed": _each(over, waiting.lapse),
        "recoveries_stopped": _each(locked, lambda user: waiting.stop(user, "blocked")),
        "recoveries_told": _each(quiet, _tell_again),
    }


def _each(due, deed):
    """Do ``deed`` for the person of each recovery that is ``due``; return how many it was for."""
    query = select(FactorRecovery.user_id).where(FactorRecovery.ended_at.is_(None), due)
    with database.kept(db) as session:
        found = session.scalars(query.limit(BATCH)).all()
    done = 0
    for user_id in found:
        with database.kept(db):
            user = lookup.held(user_id)
            done += bool(user and deed(user))
    return done


def _tell_again(user):
    """Tell the person once a day, however many workers look."""
    now = clock.now()
    mine = (FactorRecovery.user_id == user.id) & FactorRecovery.ended_at.is_(None)
    due = update(FactorRecovery).where(mine, FactorRecovery.told_at <= now - notices.EVERY)
    told = database.write(db, due.values(told_at=now)).rowcount
    if told:
        notices.tell(user, waiting.live(user.id))
    return told
