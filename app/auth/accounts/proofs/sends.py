"""How much may be sent: nobody is bombed, and no SMS is pumped (S62, V-04).

Every message that a stranger can cause is counted before it is written, against the contact, the
person, and the network that asks. What is paused counts nowhere.
"""

from typing import NamedTuple

import phonenumbers
from flask import current_app

from app.auth.accounts import counts, papers
from app.auth.accounts.counts import Bucket
from app.auth.database import db
from app.auth.notifications import messages, post
from app.foundation import clock, database

HOUR, DAY = 3600, 86400


class TooSoon(counts.Paused):
    """Enough was sent there, or asked for from here; ask again at ``until``."""

    code = "too_many_messages"
    description = "Too many messages. Ask again later."
    key = "otp.resend_wait"


class Contact(NamedTuple):
    """Where a message goes. channel: ``email``, ``sms`` or ``push``, to a subscription of that id.

    proved: somebody showed it is theirs; name: what to call it where it has no address to mask.
    """

    channel: str
    where: str
    proved: bool = False
    name: str = ""


def allow(contact, address, *, user_id=None, shared=None):
    """Count a message to ``contact`` asked for from ``address``, or raise TooSoon.

    shared: a contact that it counts against as well. Asked before the request writes anything.
    """
    budgets = [*_of_contact(contact), *_of_network(contact, address)]
    if shared is not None:
        budgets.extend(_of_contact(shared))
    if user_id is not None:
        most = current_app.config["CODES_PER_PERSON_DAY"]
        budgets.append((Bucket(counts.key("sends person", str(user_id)), most, False), DAY))
    _count(budgets)


def passes(contact, address, user_id):
    """Count as :func:`allow` does, for who may not be told that nothing can be sent there now."""
    try:
        allow(contact, address, user_id=user_id)
    except TooSoon:
        return False
    return True


def ask(name, asked, address):
    """Count that somebody asks from ``address`` for what ``asked`` names, known here or not.

    Raises TooSoon.
    """
    settings = current_app.config
    who = counts.key(f"asks {name}", asked.strip().casefold()[:256])
    network = counts.key("asks network", counts.network(address))
    _count(
        [
            (Bucket(who, 1, False), settings["CODE_WAIT_SECONDS"]),
            (Bucket(network, settings["CODES_PER_NETWORK"], False), HOUR),
        ]
    )


def reaches(number):
    """May an SMS go to ``number`` (E.164) at all (``SMS_COUNTRIES``)?"""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return region in {each.strip() for each in current_app.config["SMS_COUNTRIES"].split(",")}


def proved(user, channel):
    """Return the person's :class:`Contact` by ``channel`` that they have proved, or None.

    None too where no message can go there now.
    """
    if channel == "email" and user.email_verified_at:
        return Contact("email", user.email, proved=True)
    if channel == "sms" and user.phone_verified_at:
        number = papers.read(user, "phone")
        reached = post.offers(messages.SMS) and reaches(number)
        return Contact("sms", number, proved=True) if reached else None
    return None


def _of_contact(contact):
    settings = current_app.config
    named = (contact.channel, contact.where.casefold())
    day = settings["CODES_PER_CONTACT_DAY"]
    if contact.channel == "sms" and not contact.proved:
        day = min(day, settings["SMS_UNPROVED_DAY"])
    for kind, most, seconds in (
        ("sends moment", 1, settings["CODE_WAIT_SECONDS"]),
        ("sends hour", settings["CODES_PER_CONTACT"], HOUR),
        ("sends day", day, DAY),
    ):
        yield Bucket(counts.key(kind, *named), most, False), seconds


def _of_network(contact, address):
    settings, network = current_app.config, counts.network(address)
    yield Bucket(counts.key("sends network", network), settings["CODES_PER_NETWORK"], False), HOUR
    if contact.channel == "sms":
        yield Bucket(counts.key("sms network", network), settings["SMS_PER_NETWORK"], False), HOUR


def _count(budgets):
    now = clock.now()
    try:
        with database.apart(db) as connection:
            for bucket, seconds in budgets:
                counts.count(connection, bucket, now, seconds)
    except counts.Paused as pause:
        raise TooSoon(pause.until) from None
