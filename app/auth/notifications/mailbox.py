"""What was delivered on a developer's machine, kept there to be read. In production: nothing."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.auth.database import db
from app.auth.notifications import letters, rendering
from app.auth.notifications.models import OutboxMessage

MOST = 5000  # messages looked through: whom each went to is sealed


class Mailed(NamedTuple):
    """A message as its recipient has it; ``code``: the code in it, if any."""

    id: str
    to: str
    channel: str
    subject: str
    text: str
    code: str | None
    created_at: object


def keeps():
    """Is what was delivered kept here?"""
    return current_app.config["APP_ENV"] == "development"


def read(to, skip, most):
    """Return the delivered messages, newest first: ``most`` of them after ``skip``.

    to: only those to this address or number; empty: all.
    """
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.delivered_at.is_not(None), OutboxMessage.content_sealed.is_not(None))
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(MOST)
    )
    found = []
    for row in db.session.scalars(query):
        letter = letters.open(row.id, row.content_sealed)
        if to and not _same(to, letter.recipient):
            continue
        if skip:
            skip -= 1
            continue
        found.append(_mailed(row, letter))
        if len(found) == most:
            break
    return found


def _mailed(row, letter):
    written = rendering.write(row.id, row.message, row.channel, row.locale, letter.context)
    code = letter.context.get("code")
    return Mailed(
        *(row.id, letter.recipient, row.channel, written.subject, written.text, code),
        row.created_at,
    )


def _same(asked, recipient):
    """Are they one address? A ``+`` in a query often arrives as a space."""
    if "@" in asked:
        return asked.strip().lower() == recipient.lower()
    return asked.strip().lstrip("+") == recipient.lstrip("+")
