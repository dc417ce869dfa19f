"""An approval does the one deed that it names, once (PSD2 RTS Art. 4(1), 5(1)).

The deed is compared to the cent with what the token says was approved, and the approval is spent
in the ledger's own transaction: of many who show it, from wherever, one finds it whole.
"""

from datetime import datetime
from typing import NamedTuple

from app.bank.database import hot
from app.bank.deeds.challenge import ACR_VALUES
from app.foundation import clock
from app.foundation.hot import Statement
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem
from app.resource_server import transactions

_SPEND = Statement(
    "INSERT INTO bank_spent_approvals"
    " (transaction_id, kind, owner_sub, client_id, digest, approved_by, spent_at)"
    " VALUES (:transaction_id, :kind, :owner, :client_id, :digest, :approved_by, :now)"
    " ON CONFLICT DO NOTHING RETURNING transaction_id"
)


class Mismatch(Problem):
    """What was ordered is not what was approved."""

    code = "approval_mismatch"
    status = 403
    description = "The approval is for another deed. Nothing has moved."

    def __init__(self, member):
        super().__init__()
        self.errors = [wrong(member, "not_as_approved", "This is not what was approved.")]


class Used(Problem):
    """The approval has done its deed."""

    code = "approval_used"
    status = 409
    description = "This approval was used. Nothing has moved."


class Over(Problem):
    """The approval came too late."""

    code = "approval_expired"
    status = 403
    description = "This approval has expired. Nothing has moved."


class Approval(NamedTuple):
    """An approval spent: which deed of the bank's, its digest, and how it was given."""

    transaction_id: str
    digest: str
    approved_by: str


def spend(ordered, caller):
    """Return the :class:`Approval` of ``ordered`` that ``caller`` shows, spent; None shows none.

    Raises Mismatch, Over, Used: and nothing has moved.
    """
    entry = transactions.entry_of(caller.details, ordered.kind)
    if entry is None:
        return None
    _compare(entry, ordered)
    if caller.acr not in ACR_VALUES:
        raise Mismatch("acr")
    if datetime.fromisoformat(entry["expires_at"]) <= clock.now():
        raise Over
    values = {
        "transaction_id": entry["transaction_id"],
        "kind": ordered.kind,
        "owner": caller.sub,
        "client_id": caller.client_id,
        "digest": entry["digest"],
        "approved_by": entry["approved_by"],
        "now": clock.now(),
    }
    if not hot.within(_SPEND, **values):
        raise Used
    return Approval(entry["transaction_id"], entry["digest"], entry["approved_by"])


def _compare(entry, ordered):
    missing = transactions.lacks(entry, "transaction_id", "digest", "approved_by", "expires_at")
    if missing:
        raise Mismatch(missing)
    other = transactions.differs(
        entry,
        amount=ordered.amount_minor,
        currency=ordered.currency,
        source=ordered.source_id,
        description=ordered.description or None,
        due_date=ordered.due_date,
    )
    payee = entry.get("payee")
    if other or not isinstance(payee, dict) or payee.get("id") != ordered.payee_id:
        raise Mismatch(other or "payee")
