"""By which channels each person wants to hear what services of ours tell.

Nobody can silence what guards their money: where every channel they chose is gone by now, they are
told by whatever is left.
"""

from sqlalchemy import delete, insert, select

from app.auth.database import db
from app.auth.notifications import messages
from app.auth.notifications.models import NoticeChoice
from app.foundation import database
from app.foundation.problems import Problem

BEFORE = {messages.MAIL: True, messages.SMS: False, messages.PUSH: True}  # nobody chose yet


class Silent(Problem):
    """Nothing would tell the person what they must hear of; ``kinds``: of what."""

    code = "silent"
    status = 422
    key = "notices.silent"

    def __init__(self, kinds):
        super().__init__(detail=" ".join(kinds))
        self.kinds = kinds


def of(user_id):
    """Return what the person wants: kind → channel → yes or no."""
    wanted = {kind: dict(BEFORE) for kind in messages.KINDS}
    table = NoticeChoice.__table__
    mine = select(table.c.kind, table.c.channel, table.c.is_wanted).filter_by(user_id=user_id)
    for row in db.session.execute(mine):
        if row.kind in wanted and row.channel in BEFORE:
            wanted[row.kind][row.channel] = row.is_wanted
    return wanted


def ways(user_id, kind, there):
    """Return those of the channels ``there`` by which the person is told of ``kind``."""
    wanted = {channel for channel, yes in of(user_id)[kind].items() if yes}
    return there & wanted or (there if kind in messages.MUST_TELL else set())


def keep(user_id, wanted, there):
    """Keep what the person (held by the caller) wants; ``wanted``: as :func:`of` returns it.

    there: the channels that reach them now. Raises Silent: when none of those would tell them of
    what they must hear.
    """
    chosen = {kind: {c for c, yes in each.items() if yes} for kind, each in wanted.items()}
    silent = [kind for kind in messages.KINDS if kind in messages.MUST_TELL]
    silent = [kind for kind in silent if not chosen[kind] & (there or {messages.MAIL})]
    if silent:
        raise Silent(silent)
    database.write(db, delete(NoticeChoice).where(NoticeChoice.user_id == user_id))
    rows = [
        {"user_id": user_id, "kind": kind, "channel": channel, "is_wanted": wanted[kind][channel]}
        for kind in messages.KINDS
        for channel in BEFORE
    ]
    db.session.execute(insert(NoticeChoice.__table__).values(rows))
