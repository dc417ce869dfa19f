"""Put messages to people in the outbox, in the transaction of the deed they tell of.

Nothing is sent here and nobody waits: the worker delivers what was kept (S9).
"""

import re
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address

from flask import current_app

from app.auth.database import db
from app.auth.notifications import choices, letters, messages, subscriptions
from app.auth.notifications.letters import Letter
from app.auth.notifications.models import OutboxMessage
from app.foundation import clock, ids
from app.foundation.problems import Problem

SENDERS = {
    messages.MAIL: "MAIL_SERVER",
    messages.SMS: "SMS_GATEWAY_URL",
    messages.PUSH: "PUSH_VAPID_PRIVATE_KEY",
}

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)  # E.164
_MAILBOX = re.compile(r"[!-~]{1,254}", re.ASCII)


class Unreachable(Problem):
    """That is not one address, or not one number, that a message can go to (V-06)."""

    code = "unreachable"
    status = 422
    description = "No message can be sent there."


def mail(message, address, *, locale=None, user=None, **context):
    """Put ``message`` in the outbox for the mailbox ``address``; return its id.

    address: one address of ASCII, as ``identifiers.email`` writes it. locale: the language of who
    asks; without it that of ``user``, else the institution's. context: what the catalogue says.

    Raises Unreachable: when it is not one plain address.
    """
    return _put(message, messages.MAIL, _one_mailbox(address), (user, locale), context)


def sms(message, number, *, locale=None, user=None, **context):
    """Put ``message`` in the outbox for the phone ``number`` (E.164); return its id.

    Raises Unreachable: when it is not one number.
    """
    if not _NUMBER.fullmatch(number):
        raise Unreachable
    return _put(message, messages.SMS, number, (user, locale), context)


def push(message, subscription_id, *, user, **context):
    """Put ``message`` in the outbox for one browser of ``user`` alone; return its id."""
    who, to = (user, None), {"subscription_id": subscription_id}
    return _put(message, messages.PUSH, user.email, who, context, **to)


def notice(message, user, **context):
    """Tell ``user`` by every contact they have proved; return the ids of the messages.

    By mail always, by SMS where the catalogue calls it urgent and there is a way to send one, and
    besides by push to each browser where they asked for that. What a service tells goes by the
    channels that they chose for its kind.
    """
    browsers = subscriptions.of(user.id) if offers(messages.PUSH) else []
    ways = _ways(messages.CATALOGUE[message], user, browsers)
    told = []
    if messages.MAIL in ways:
        told.append(mail(message, user.email, user=user, **context))
    if messages.SMS in ways:
        told.append(sms(message, _phone(user), user=user, **context))
    if messages.PUSH in ways:
        for each in browsers:
            told.append(push(message, each.id, user=user, **context))
    return told


def reaches(user, browsers=()):
    """Return the channels by which ``user`` can be told something here.

    browsers: those that show them notices.
    """
    there = {
        messages.MAIL: user.email_verified_at,
        messages.SMS: user.phone_verified_at and offers(messages.SMS),
        messages.PUSH: browsers and offers(messages.PUSH),
    }
    return {channel for channel, is_there in there.items() if is_there}


def offers(channel):
    """Can messages be sent by ``channel`` here?

    In development always, for the mailbox takes them; but a browser subscribes by our key.
    """
    settings = current_app.config
    in_mailbox = settings["APP_ENV"] == "development" and channel != messages.PUSH
    return in_mailbox or bool(settings[SENDERS[channel]])


def _ways(message, user, browsers):
    there = reaches(user, browsers) & {*message.channels}
    if message.kind:
        return choices.ways(user.id, message.kind, there)
    return there if message.urgent else there - {messages.SMS}


def language(tag):
    """Return our language for ``tag``, or the institution's own: that of messages."""
    words = current_app.extensions["words"]
    return words.best([tag] if tag else []) or words.default


def _put(name, channel, recipient, who, context, subscription_id=None):
    user, locale = who
    now = clock.now()
    message = messages.checked(name, channel, context)
    row = OutboxMessage(
        id=ids.new("msg"),
        message=name,
        channel=channel,
        user_id=user and user.id,
        subscription_id=subscription_id,
        locale=language(locale or (user and user.locale)),
        created_at=now,
        expires_at=now + timedelta(seconds=message.worth(context)),
        due_at=now,
    )
    row.content_sealed = letters.seal(row.id, Letter(recipient, context))
    db.session.add(row)
    return row.id


def _one_mailbox(address):
    try:
        if not _MAILBOX.fullmatch(address) or Address(addr_spec=address).addr_spec != address:
            raise Unreachable
    except (ValueError, IndexError, MessageError):
        raise Unreachable from None
    return address


def _phone(user):
    """The person's number, opened as ``accounts.papers`` sealed it: that room is above this."""
    ring = current_app.extensions["sealing"]
    return ring.open(user.phone_sealed, user.place("phone_sealed")).decode()
