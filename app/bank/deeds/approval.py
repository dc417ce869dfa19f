"""When a deed needs its owner's approval, and the challenge that says so (RFC 9470 §3).

A single deed at or above a limit does; so does the one by which the deeds since the last approval
pass a sum or a count, so that slices do not slip under (PSD2 RTS Art. 16), and the first to
somebody never paid before.
"""

from datetime import datetime
from typing import NamedTuple

from flask import current_app

from app.bank.database import hot
from app.bank.deeds import spending
from app.bank.deeds.challenge import ApprovalNeeded
from app.bank.limits import spending as limits_spending
from app.foundation.hot import Statement
from app.foundation.problem_documents import wrong

_COUNT = Statement(
    "UPDATE wallets SET deeds_minor = :minor, deeds_count = :count WHERE id = :wallet_id"
)


class Limits(NamedTuple):
    """Up to where a token and its scope suffice."""

    from_minor: int
    cumulative_minor: int
    cumulative_count: int


class Settled(NamedTuple):
    """A deed that may be done. told: how that came about, for the record; at: when it counted.

    What may come to nothing keeps that moment, so that it is counted no more in the same period.
    """

    told: dict
    at: datetime


def reasons(limits, deeds_minor, deeds_count, amount_minor):
    """Return why a deed of ``amount_minor`` needs approval, as entries of ``errors``; or none.

    deeds_minor, deeds_count: what was done since the last approval.
    """
    found = []
    if amount_minor >= limits.from_minor:
        found.append(wrong("amount", "amount", "This amount needs approval."))
    if deeds_minor + amount_minor > limits.cumulative_minor:
        found.append(
            wrong(
                "amount",
                "cumulative_amount",
                "With what was sent since the last approval, it needs approval.",
            )
        )
    if deeds_count + 1 > limits.cumulative_count:
        found.append(
            wrong("amount", "cumulative_count", "So many since the last approval need approval.")
        )
    return found


def settle(source, ordered, caller, name, *, known=True, always=None):
    """Let ``ordered`` pass, :class:`Settled`: approved, or such that it needs no approval.

    source: the wallet's row, locked (:func:`app.bank.ledger.entries.lock`), which ``ordered`` (a
    :class:`deeds.pending.Ordered`) spends from: of two deeds at once, the second counts the first.
    name: returns who is paid, should that be asked for; known: has the owner paid them before?
    always: why a deed of this kind needs approval however small it is, as an entry of ``errors``.

    What needs none tells by which :class:`Limits`, for who judges it when the settings are others.

    An approval begins the count of deeds anew. Raises limits.spending.Passed: whoever approves it.
    Raises ApprovalNeeded: when there is none, and one is needed; what
    :func:`deeds.spending.spend` raises.
    """
    at = limits_spending.count(source.id, ordered.amount_minor)
    approval = spending.spend(ordered, caller)
    if approval:
        hot.within(_COUNT, wallet_id=source.id, minor=0, count=0)
        told = {"approval": approval.transaction_id, "approved_by": approval.approved_by}
        return Settled(told, at)
    config = current_app.config
    limits = Limits(
        config["STEP_UP_FROM_MINOR"],
        config["STEP_UP_CUMULATIVE_MINOR"],
        config["STEP_UP_CUMULATIVE_COUNT"],
    )
    found = reasons(limits, source.deeds_minor, source.deeds_count, ordered.amount_minor)
    if config["STEP_UP_FIRST_PAYEE"] and not known:
        found.append(wrong("to", "first_payee", "The first payment to somebody needs approval."))
    if always:
        found.append(always)
    if found:
        raise ApprovalNeeded(ordered, caller, name, found)
    since = {"minor": source.deeds_minor + ordered.amount_minor, "count": source.deeds_count + 1}
    hot.within(_COUNT, wallet_id=source.id, **since)
    return Settled({"unapproved": since | {"limits": limits._asdict()}}, at)
