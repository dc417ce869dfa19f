"""How a payment ends: completed, refused, or reversed after all; each once, whoever says so.

The payment's row is locked first, and only as it stands for that step: of two answers at once,
late or repeated ones the second finds it gone on, and does nothing.
"""

from datetime import timedelta

from sqlalchemy import bindparam, select, text, update

from app.bank import records
from app.bank.database import db
from app.bank.ledger import entries, holds
from app.bank.limits import spending
from app.bank.outbox import post
from app.bank.payments import sealed
from app.bank.payments.models import BILL, TOPUP, Payment
from app.bank.payments.providers.interface import COMPLETED, PENDING, REFUSED, REVERSED
from app.foundation import clock, database
from app.foundation.database import UtcDateTime

LOOKED_AFTER = timedelta(hours=1)  # a completed payment is asked of again: it may be reversed

DONE = {BILL: "bill_paid", TOPUP: "topup_done"}  # the notice of a completed payment

_payments = Payment.__table__
_OPEN = text(
    "INSERT INTO wallets (id, kind, currency, opened_at)"
    " VALUES (:id, 'settlement', :currency, :now) ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=UtcDateTime))


def complete(payment_id, outcome):
    """The provider carried it out: capture what is held, if it is pending."""
    row = _locked(payment_id, PENDING)
    if row is None:
        return
    now = clock.now()
    settlement = wallet_id(row.currency)
    db.session.execute(_OPEN, {"id": settlement, "currency": row.currency, "now": now})
    entries.lock(row.wallet_id, settlement)
    posted = holds.capture(
        row.hold_id,
        settlement,
        currency=row.currency,
        description=row.description,
        client_id=row.client_id,
    )
    changed = {"state": COMPLETED, "entry_id": posted.id, "settled_at": now}
    changed |= {"reference": outcome.reference, "due_at": now + LOOKED_AFTER}
    to = _named(row, outcome.payee)
    changed["payee_sealed"] = sealed.seal(row.id, to)
    _change(row, records.PAYMENT_COMPLETED, changed, entry=posted.id)
    tell(row, DONE[row.kind], to)


def refuse(payment_id, outcome):
    """The provider will not do it: release what is held, if it is pending."""
    row = _locked(payment_id, PENDING)
    if row is None:
        return
    holds.release(row.hold_id, row.wallet_id)
    spending.give_back(row.wallet_id, row.amount_minor, row.made_at)
    reason = outcome.reason or "refused"
    changed = {"state": REFUSED, "problem": reason, "settled_at": clock.now(), "due_at": None}
    _change(row, records.PAYMENT_REFUSED, changed)
    tell(row, "payment_refused")


def give_back(payment_id, outcome):
    """The provider took it back: return the money, if it is completed."""
    row = _locked(payment_id, COMPLETED)
    if row is None:
        return
    settlement = wallet_id(row.currency)
    entries.lock(settlement, row.wallet_id)
    posted = entries.post(
        "reversal",
        {settlement: -row.amount_minor, row.wallet_id: row.amount_minor},
        currency=row.currency,
        description=row.description,
        client_id=row.client_id,
    )
    spending.give_back(row.wallet_id, row.amount_minor, row.made_at)
    changed = {"state": REVERSED, "reversal_id": posted.id, "reversed_at": clock.now()}
    changed |= {"problem": outcome.reason or "reversed", "due_at": None}
    _change(row, records.PAYMENT_REVERSED, changed, entry=posted.id)
    tell(row, "payment_reversed")


def tell(row, notice, to=None):
    """Tell the payment's owner the ``notice``, in this transaction.

    to: whom it goes to (:class:`sealed.To`), where that is another than ``row`` says.
    """
    payee, now = (to or sealed.opened(row)).name, clock.now()
    money = {"amount": row.amount_minor, "currency": row.currency}
    post.put(row.owner_sub, notice, payee=payee, at=now, **money)


def wallet_id(currency):
    """Return the id of the wallet that holds what providers are to get in ``currency``."""
    return f"wal_provider_{currency.lower()}"


def _named(row, payee):
    """Whom it went to: by the provider's name, for a boleto that nobody had confirmed before."""
    to = sealed.opened(row)
    if row.kind != BILL or to.confirmed or payee is None:
        return to
    named = {"name": payee.name, "document": payee.document}
    return to._replace(**named, institution=payee.institution or to.name, confirmed=True)


def _locked(payment_id, state):
    mine = select(_payments).where(_payments.c.id == payment_id, _payments.c.state == state)
    return db.session.execute(mine.with_for_update()).first()


def _change(row, event, changed, **told):
    mine = update(_payments).where(_payments.c.id == row.id)
    database.write(db, mine.values({"problem": None, "tries": 0} | changed))
    told |= {"kind": row.kind, "amount": row.amount_minor, "currency": row.currency}
    records.record(event, actor=records.PROVIDER, subject=row.id, data=told)
