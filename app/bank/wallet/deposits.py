"""Money that an agent or a funding partner brings into somebody's wallet (S101)."""

from typing import NamedTuple

from flask import current_app

from app.bank import fields, records
from app.bank.ledger import funding
from app.bank.outbox import post
from app.bank.wallet import payees
from app.foundation import clock
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem

_FIELDS = {"amount", "currency", "reference"}


class NotAPartner(Problem):
    """A person's app puts no money into wallets."""

    code = "partners_only"
    status = 403
    description = "Only an agent or a funding partner, asking for itself, makes deposits."


class Deposit(NamedTuple):
    """How much was brought, and by which of the partner's own references."""

    amount_minor: int
    currency: str
    reference: str


def read(body):
    """Return the :class:`Deposit` in ``body`` (dict of JSON). Raises Invalid."""
    currency = current_app.config["DEFAULT_CURRENCY"]
    order = Deposit(body.get("amount"), body.get("currency", currency), body.get("reference", ""))
    errors = [*fields.unknown(body, _FIELDS), *fields.amount(order.amount_minor)]
    if order.currency != currency:
        errors.append(wrong("currency", "invalid_currency", f"Wallets hold {currency}."))
    if not (isinstance(order.reference, str) and len(order.reference) <= 64):
        errors.append(wrong("reference", "invalid_reference", "At most 64 characters."))
    return fields.right(order, errors)


def make(order, named, caller):
    """Put ``order`` into the wallet that goes by ``named``; return who owns it and the entry.

    named: a ``sub`` or an integer id, as in a path; caller: whose token it is.

    Raises payees.UnknownPayee: nobody's wallet goes by that name.
    """
    owner = payees.owner_of(named)
    funded = funding.bring(
        owner, order.amount_minor, kind="deposit", client_id=caller.client_id, told=order.reference
    )
    told = {"amount": order.amount_minor, "currency": order.currency, "entry": funded.entry_id}
    records.record(
        records.DEPOSIT_MADE, actor=caller.client_id, subject=funded.wallet_id, data=told
    )
    money = {"amount": order.amount_minor, "currency": order.currency, "at": clock.now()}
    post.put(owner, "deposit_received", **money)
    return owner, funded
