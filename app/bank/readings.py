"""Gauges of what the bank does beside the requests, read from the database for `/metrics`."""

from flask import current_app
from sqlalchemy import func, select

from app.bank.database import db
from app.bank.duties import BEATS
from app.bank.outbox.models import BankNotice
from app.bank.payments.models import Payment
from app.foundation import clock
from app.foundation.readings import Reading


def notices():
    """What waits to be handed over, and what was given up."""
    oldest = select(func.min(BankNotice.created_at)).where(BankNotice.due_at.is_not(None))
    dead = select(func.count()).where(BankNotice.given_up_at.is_not(None))
    yield Reading("bank_notice_oldest_seconds", "How long a notice waits", _age(oldest))
    yield Reading("bank_notices_dead", "Notices given up, of seven days", db.session.scalar(dead))


def payments():
    """How long a payment waits for its provider, where this process opens that room."""
    if "payments" in current_app.extensions["rooms"]:
        waiting = (Payment.state == "pending") & Payment.due_at.is_not(None)
        oldest = select(func.min(Payment.made_at)).where(waiting)
        yield Reading("bank_payment_oldest_seconds", "How long a payment waits", _age(oldest))


def duties():
    """When the worker was last seen at each of its duties."""
    said = "Since each of the worker's duties was done"
    yield Reading("bank_worker_duty_seconds", said, BEATS.ages(), "duty")


def _age(query):
    oldest = db.session.scalar(query)
    return max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0


ALL = (notices, payments, duties)
