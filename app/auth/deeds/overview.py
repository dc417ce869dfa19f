"""What people answered to deeds, as an administrator looks through it.

codes: of the institutions whose members alone may be seen; None: everybody is.
"""

from sqlalchemy import or_, select

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.deeds.models import Approval
from app.auth.institutions import membership
from app.foundation import paging
from app.foundation.problems import NotFound

DECISIONS = ("approved", "refused")
METHODS = ("passkey", "sms", "push")
ORDERS = {
    "newest": (Approval.decided_at.desc(), Approval.id),
    "oldest": (Approval.decided_at, Approval.id),
}


def look(asked, *, order="newest", page=1, codes=None):
    """Return the :class:`~app.foundation.paging.Found` page of answers that fit.

    asked: ``text`` (a whole e-mail address, user name, CPF, ``sub``, or the id of an answer or a
    deed), ``decision`` (of :data:`DECISIONS`), ``method`` (of :data:`METHODS`), each if asked for.
    order: a name in :data:`ORDERS`.
    """
    query = _fitting(asked, codes)
    return paging.paged(db.session, query, ORDERS.get(order, ORDERS["newest"]), page)


def batches(asked, *, order="newest", codes=None):
    """Yield lists of every answer that fits, as :func:`look` would show them on all pages."""
    order = ORDERS.get(order, ORDERS["newest"])
    return paging.batches(db.session, _fitting(asked, codes), order, Approval.id)


def get(approval_id, codes):
    """Return that answer, if it is within ``codes``. Raises NotFound."""
    row = db.session.scalar(_fitting({}, codes).where(Approval.id == approval_id))
    if row is None:
        raise NotFound
    return row


def _fitting(asked, codes):
    query, text = select(Approval), asked.get("text")
    if text:
        person = lookup.by_identifier(text)
        same = [Approval.sub == (person.sub if person else text)]
        query = query.where(or_(*same, Approval.id == text, Approval.transaction_id == text))
    if asked.get("decision") in DECISIONS:
        query = query.where(Approval.decision == asked["decision"])
    if asked.get("method") in METHODS:
        query = query.where(Approval.method == asked["method"])
    return query if codes is None else query.where(membership.of_any(codes, Approval.user_id))
