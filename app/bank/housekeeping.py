"""Delete what is long over, a batch at a time so that nobody waits behind it.

What moved, and why it might, is kept for ever: the ledger, the record, spent approvals.
"""

from datetime import timedelta

from sqlalchemy import func

from app.bank.atm.models import VoucherTries
from app.bank.database import db
from app.bank.deeds.models import Challenges
from app.bank.idempotency import IdempotencyKey
from app.bank.limits.models import WalletSpending
from app.bank.outbox.models import BankNotice
from app.foundation import clock, database

BATCH = 1000  # rows a statement
TOLD = timedelta(days=7)  # a notice that is over, for who asks what became of it
REPEATED = timedelta(days=30)  # for so long a deed's answer is repeated to who asks again
COUNTED = timedelta(days=62)  # what left a wallet in a day, for who asks why it was refused


def run():
    """Delete what is over; return how many rows of each table went. Run it outside of a request."""
    now = clock.now()
    ended_at = func.coalesce(BankNotice.sent_at, BankNotice.given_up_at)
    gone = {
        "bank_notices": _delete(BankNotice, BankNotice.due_at.is_(None) & (ended_at < now - TOLD)),
        "bank_idempotency_keys": _delete(IdempotencyKey, IdempotencyKey.used_at < now - REPEATED),
        "atm_voucher_tries": _delete(VoucherTries, VoucherTries.ends_at < now),
        "bank_challenges": _delete(Challenges, Challenges.ends_at < now),
        "wallet_spending": _delete(
            WalletSpending, WalletSpending.period < f"{now - COUNTED:%Y-%m-%d}"
        ),
    }
    return {name: count for name, count in gone.items() if count}


def _delete(model, which):
    return database.clear(db, model, which, BATCH)
