"""Order a payment: judge it, hold its money, keep it as pending; all in one transaction.

Nobody outside is asked here: the provider hears of it once it is kept (:mod:`courier`).
"""

from datetime import timedelta
from functools import partial

from sqlalchemy import insert

from app.bank import records
from app.bank.database import db
from app.bank.deeds import approval
from app.bank.deeds.pending import Ordered
from app.bank.deeds.pending import Payee as Named
from app.bank.deeds.spending import Mismatch
from app.bank.ledger import entries, holds, spendable
from app.bank.payments import sealed
from app.bank.payments.models import BILL, TOPUP, Payment
from app.bank.payments.providers import current
from app.bank.payments.providers.interface import PENDING, Unclear
from app.foundation import ids
from app.foundation.problems import Unavailable
from app.resource_server import transactions

DETAILS = {BILL: "bill_payment", TOPUP: "phone_topup"}
AT_ONCE = timedelta(seconds=30)  # left to the request that orders it; then to the worker


class NoProvider(Unavailable):
    """The settings name nobody who carries payments out, so no money is held for any."""

    retry_after = 60
    description = "Payments cannot be made now."


def make(order, caller):
    """Hold the money of ``order`` in the wallet of ``caller``; return the id of the payment.

    order: an :class:`orders.Order`; caller: whose token it is (:class:`app.bank.gate.Caller`).

    Raises NoProvider, OtherCurrency, Frozen, InsufficientFunds: and nothing is held. Raises
    ApprovalNeeded, and what :func:`approval.settle` raises.
    """
    if not current.is_named():
        raise NoProvider
    source = next(iter(entries.lock_owned(caller.sub)), None)
    spendable.check(source, order.amount_minor)
    if source.currency != order.currency:
        raise spendable.OtherCurrency
    to = _whom(order, caller)
    ordered = Ordered(
        DETAILS[order.kind],
        order.amount_minor,
        order.currency,
        order.to,
        source.id,
        order.description,
        order.due_date and order.due_date.isoformat(),
    )
    allowed = approval.settle(source, ordered, caller, partial(named, order))
    hold = holds.hold(source, order.amount_minor, order.kind)
    payment_id = _keep(order, caller, to, hold, source.id, allowed.at)
    told = {"kind": order.kind, "amount": order.amount_minor, "currency": order.currency}
    told |= {"client": caller.client_id, "from": source.id, "hold": hold} | allowed.told
    records.record(records.PAYMENT_ORDERED, actor=caller.sub, subject=payment_id, data=told)
    return payment_id


def named(order):
    """Return who is paid by ``order`` (:class:`deeds.pending.Payee`).

    The provider is asked who a boleto pays; where it cannot say, the boleto's own bank or kind of
    service stands for them.
    """
    if order.kind == TOPUP:
        return Named(order.to, order.name)
    try:
        found = current.provider().look_up(order.to)
    except Unclear:
        found = None
    if found is None:
        return Named(order.to, order.name)
    return Named(order.to, found.name, found.document, found.institution or order.name)


def _whom(order, caller):
    """Whom it goes to, by the name that was approved, where it was.

    Raises Mismatch: when another carrier was.
    """
    to = sealed.To(order.to, order.name, line=order.line, carrier=order.carrier)
    entry = transactions.entry_of(caller.details, DETAILS[order.kind])
    payee = entry.get("payee") if entry else None
    if not isinstance(payee, dict) or not isinstance(payee.get("name"), str):
        return to
    if order.kind == TOPUP:
        if payee["name"] != order.name:
            raise Mismatch("carrier")
        return to._replace(confirmed=True)
    document, institution = payee.get("document"), payee.get("institution")
    return to._replace(
        name=payee["name"], document=document, institution=institution, confirmed=True
    )


def _keep(order, caller, to, hold, wallet_id, now):
    payment_id = ids.new("pay")
    kept = {
        "id": payment_id,
        "kind": order.kind,
        "owner_sub": caller.sub,
        "client_id": caller.client_id,
        "wallet_id": wallet_id,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "description": order.description,
        "due_date": order.due_date,
        "payee_sealed": sealed.seal(payment_id, to),
        "state": PENDING,
        "hold_id": hold,
        "made_at": now,
        "due_at": now + AT_ONCE,
    }
    db.session.execute(insert(Payment.__table__).values(kept))
    return payment_id
