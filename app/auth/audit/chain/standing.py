"""How the chain stands, told from a few rows: for a page, and for who watches the server."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.auth.audit.chain import words
from app.auth.audit.chain.models import Head, State
from app.auth.audit.models import QueuedRecord
from app.auth.database import db


class Standing(NamedTuple):
    """How far the chain goes, what waits, and what its last head covers; whole: nothing is odd.

    refused: records that this server did not write. All of it is checked by ``audit verify`` alone.
    """

    size: int
    waiting: int
    refused: int
    head_size: int
    head_at: datetime | None
    whole: bool


def now():
    """Return the :class:`Standing` of the chain."""
    state = db.session.get(State, 1, populate_existing=True)
    head = db.session.scalar(select(Head).order_by(Head.id.desc()).limit(1))
    counted = select(func.count(), func.count(QueuedRecord.refused_at)).select_from(QueuedRecord)
    queued, refused = db.session.execute(counted).one()
    whole = refused == 0
    if state is not None:
        whole = whole and words.is_ours(words.of_state(state), state.mac)
    if head is not None:
        whole = whole and words.is_ours(words.of_head(head.signed), head.mac)
        whole = whole and state is not None and state.size >= head.size
    return Standing(
        size=state.size if state else 0,
        waiting=queued - refused,
        refused=refused,
        head_size=head.size if head else 0,
        head_at=head and head.at,
        whole=whole,
    )
