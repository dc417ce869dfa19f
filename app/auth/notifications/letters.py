"""What a message says and to whom, sealed for its row (decisions §9)."""

import json
from datetime import datetime
from typing import NamedTuple

from flask import current_app

MOMENTS = {"at", "ends_at"}
# Chosen by others, or by their browser.
CHOSEN = {"device", "place", "name", "app", "payee", "payer", "deed", "institution"}
LONGEST = 100  # characters of such a value


class Letter(NamedTuple):
    """To whom, and the values that the message is told by."""

    recipient: str
    context: dict


def seal(message_id, letter):
    """Return ``letter`` sealed for the row ``message_id``."""
    clear = json.dumps([letter.recipient, kept(letter.context)]).encode()
    return _ring().seal(clear, _place(message_id))


def kept(context):
    """Return ``context`` with each value as a letter holds it."""
    return {name: _written(name, value) for name, value in context.items()}


def open(message_id, sealed):
    """Return the :class:`Letter` sealed for the row ``message_id``. Raises sealing.CannotOpen."""
    recipient, context = json.loads(_ring().open(sealed, _place(message_id)))
    for name in MOMENTS & set(context):
        context[name] = datetime.fromisoformat(context[name])
    return Letter(recipient, context)


def _written(name, value):
    """A value as it is kept; what somebody chose stays on one line and says no more than a name."""
    if isinstance(value, datetime):
        return value.isoformat()
    if name in CHOSEN and value is not None:
        return "".join(c if c.isprintable() else " " for c in value)[:LONGEST]
    return value


def _place(message_id):
    return f"outbox_messages/{message_id}/content_sealed"


def _ring():
    return current_app.extensions["sealing"]
