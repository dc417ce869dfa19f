"""What keeps this house from its work, or will: asked by `/health/ready`, `flask doctor`, a page.

Raises :class:`Amiss` when nobody can be served; returns a sentence when somebody should look.
"""

import smtplib
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.auth.audit.models import AuditRecord, QueuedRecord
from app.auth.checkup.models import BEATS
from app.auth.database import db, hot
from app.auth.keys import jose, ring
from app.auth.notifications.channels import mail
from app.foundation import broker, clock
from app.foundation.health import Amiss
from app.foundation.problems import Unavailable
from app.foundation.sealing import CannotOpen

LAG_SECONDS = 60  # the record is sealed sooner, as `decisions.md` §8 promises


def keys():
    """Every algorithm has a key that signs now, and the sealing keys open it and the next one."""
    try:
        for alg in jose.ALGORITHMS:
            ring.current().signer(alg)
        for row in hot.run(ring.PUBLISHED):
            if row.state == "next":
                place = f"signing_keys/{row.kid}/private_sealed"
                current_app.extensions["sealing"].open(row.private_sealed, place)
    except CannotOpen:
        raise Amiss(
            "SEALING_KEYS does not open a signing key: is a name or a value gone?"
        ) from None
    except Unavailable as away:
        raise Amiss(f"{away.detail}: start a server once, or `keys rotate`") from None


def worker():
    """A worker is at work; without one nobody gets a code, and nothing is sealed."""
    return BEATS.check()


def sealing():
    """The record is sealed as fast as it grows: requests go on meanwhile, however long that is."""
    try:
        waiting = seconds_unsealed()
    except SQLAlchemyError as error:
        return f"what waits to be sealed cannot be read: {type(error).__name__}"
    if waiting > LAG_SECONDS:
        return f"a record has waited {waiting:.0f} seconds to be sealed: is a worker running?"
    return None


def seconds_unsealed():
    """Return how long the first in the queue waits to be sealed, in seconds.

    One row is read, however many wait: the worker takes them in the same order.
    """
    waiting = select(AuditRecord.at).join(QueuedRecord, QueuedRecord.seq == AuditRecord.seq)
    waiting = waiting.where(QueuedRecord.refused_at.is_(None)).order_by(QueuedRecord.seq).limit(1)
    with db.engine.connect() as connection:
        oldest = connection.scalar(waiting)
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


def mail_server():
    """The mail server takes our connection and our name."""
    if not current_app.config["MAIL_SERVER"]:
        return "MAIL_SERVER is not set: nothing leaves this machine"
    try:
        mail.knock()
    except (OSError, smtplib.SMTPException) as error:
        raise Amiss(f"the mail server cannot be used: {type(error).__name__}") from None
    return None


def queues():
    """The broker answers, if there is one; without it messages wait."""
    there = broker.current()
    if there is None:
        return None
    try:
        there.publish({})
    except Unavailable:
        return "BROKER_URL does not answer: messages wait"
    return None


def cookies():
    """Browsers keep our cookie for this very host, which has a name, as passkeys need."""
    host = urlsplit(current_app.config["ISSUER"]).hostname or ""
    if host.replace(".", "").isdigit():
        return "ISSUER is an IP address: passkeys need a name"
    return None
