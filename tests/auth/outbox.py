"""What the outbox holds for people, as the worker would read it."""

from typing import NamedTuple

from sqlalchemy import select

from app.auth.database import db
from app.auth.notifications import letters
from app.auth.notifications.models import OutboxMessage


class Waiting(NamedTuple):
    """A message that was kept with its deed."""

    name: str
    to: str
    channel: str
    locale: str
    context: dict


def waiting(to=None):
    """Return the messages in the outbox, oldest first: all, or those to one address or number."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
    found = []
    for row in rows:
        letter = letters.open(row.id, row.content_sealed)
        told = (row.message, letter.recipient, row.channel, row.locale, letter.context)
        found.append(Waiting(*told))
    db.session.rollback()
    return [each for each in found if to in (None, each.to)]


def code(to):
    """Return the code in the last message to an address or number that has one."""
    return [each.context["code"] for each in waiting(to) if "code" in each.context][-1]


def names(to=None):
    """Return the names of the messages."""
    return [each.name for each in waiting(to)]
