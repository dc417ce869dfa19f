"""This house's record: what happened to money, and who did it; rows are only ever added.

Each is written in the deed's own transaction, so that no deed is without its record and no record
without its deed. Triggers refuse to change or remove a row.
"""

import json
from datetime import datetime

from flask import g, request
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.bank.database import Base, BigKey, hot
from app.foundation import clock, keeping
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement

WALLET_OPENED = "wallet:account:opened"
WALLET_FUNDED = "wallet:account:funded"
WALLET_FROZEN = "wallet:account:frozen"
WALLET_LOOKED_AT = "wallet:account:looked_at"
READ_FOR_OWNER = "person:account:read_for"
WALLET_THAWED = "wallet:account:thawed"
DEED_KEY_ADDED = "bank:deed-key:added"
DEED_KEY_GONE = "bank:deed-key:gone"
DEED_KEY_COMPROMISED = "bank:deed-key:compromised"
SEALED_AGAIN = "bank:sealing-key:rotated"
PAYEE_TRUSTED = "payee:known:trusted"
PAYEE_FORGOTTEN = "payee:known:forgotten"
KEY_CLAIMED = "wallet:key:claimed"
KEY_REMOVED = "wallet:key:removed"
DEPOSIT_MADE = "wallet:deposit:made"
LIMITS_CHANGED = "wallet:limits:changed"
LIMITS_KEPT = "wallet:limits:kept"
TRANSFER_MADE = "wallet:transfer:made"
PAYMENT_ORDERED = "payments:order:made"
PAYMENT_COMPLETED = "payments:order:completed"
PAYMENT_REFUSED = "payments:order:refused"
PAYMENT_REVERSED = "payments:order:reversed"
WITHDRAWAL_REQUESTED = "atm:withdrawal:requested"
WITHDRAWAL_CANCELLED = "atm:withdrawal:cancelled"
WITHDRAWAL_EXPIRED = "atm:withdrawal:expired"
WITHDRAWAL_VALIDATED = "atm:withdrawal:validated"
WITHDRAWAL_DISPENSED = "atm:withdrawal:dispensed"
WITHDRAWAL_REVERSED = "atm:withdrawal:reversed"
TERMINAL_ADDED = "atm:terminal:added"
TERMINAL_DISABLED = "atm:terminal:disabled"

NOTICE_GIVEN_UP = "person:notice:given_up"
NOTICE_RETRIED = "person:notice:retried"

OPERATOR = "operator"  # the actor of a command
PROVIDER = "provider"  # who carried a payment out, or would not
SYSTEM = "system"  # the actor of a worker


class BankRecord(Base):
    """One thing that happened: when, what, by whom, to what."""

    __tablename__ = "bank_records"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    event: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, index=True)
    request_id: Mapped[str | None] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)  # canonical JSON; no words a person wrote


_RECORD = Statement(
    "INSERT INTO bank_records (at, event, actor, subject, request_id, data)"
    " VALUES (:at, :event, :actor, :subject, :request_id, :data)"
)
# The same as a step of a deed that is one chain: recorded if the chain's first statement won.
STEP = (
    "INSERT INTO bank_records (at, event, actor, subject, request_id, data)"
    " SELECT :at, :event, :actor, :subject, :request_id, :data FROM won"
)


def record(event, *, actor, subject, data=None):
    """Add a record in the caller's transaction.

    actor: the ``sub`` of who did it, the id of a client that acts for itself, ``OPERATOR`` or
    ``SYSTEM``; subject: the id of what it was done to.
    """
    hot.within(_RECORD, **values(event, actor=actor, subject=subject, data=data))


def values(event, *, actor, subject, data=None):
    """Return what :data:`STEP` takes (dict), for what :func:`record` would add."""
    return {
        "at": clock.now(),
        "event": event,
        "actor": actor,
        "subject": subject,
        "request_id": g.get("request_id"),
        "data": json.dumps(data or {}, sort_keys=True, separators=(",", ":")),
    }


def note_reader(token):
    """Record, once this request is answered, that somebody reads by ``token`` for its person."""
    told = {"client": token.client_id, "route": str(request.url_rule)}

    def note(answer):
        record(READ_FOR_OWNER, actor=token.actor, subject=token.subject, data=told)
        return answer

    keeping.then(note)
