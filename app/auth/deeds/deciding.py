"""Keep what a person answered to a deed: once, however many tabs answer at once."""

from flask import g
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.deeds import told
from app.auth.deeds.models import Approval
from app.foundation import clock, ids
from app.foundation.problems import Problem

APPROVED, REFUSED = "approved", "refused"


class Decided(Problem):
    """The deed was approved or refused before."""

    code = "deed_decided"
    status = 409
    key = "request.repeated"
    description = "This deed has been decided."


def decide(deed, here, decision, **proof):
    """Keep that who is ``here`` (a Presence) answered ``decision`` to ``deed``; return its id.

    proof: ``method`` and the columns of :class:`Approval` that prove it. Raises Decided.
    """
    approval_id = ids.new("apr")
    row = {
        "id": approval_id,
        "transaction_id": deed.id,
        "user_id": here.user_id,
        "sub": here.sub,
        "client_id": deed.claims["client_id"],
        "session_id": here.session_id,
        "decision": decision,
        "deed": "",
        "canonical": "",
        "told_sealed": told.sealed(here.sub, approval_id, deed),
        "digest": deed.digest,
        "decided_at": clock.now(),
        "request_id": g.get("request_id"),
    }
    first = _insert(Approval.__table__).values(**row, **proof)
    first = first.on_conflict_do_nothing(index_elements=["transaction_id"])
    if db.session.scalar(first.returning(Approval.id)) is None:
        raise Decided
    data = {"client": row["client_id"], "type": deed.claims["type"], "approval": row["id"]}
    event = events.DEED_APPROVED if decision == APPROVED else events.DEED_REFUSED
    about = {"actor": here.sub, "subject": deed.id}
    trail.record(event, **about, data=data | {"method": proof.get("method")})
    return row["id"]


def is_decided(transaction_id):
    """Was the deed approved or refused?"""
    mine = select(Approval.id).where(Approval.transaction_id == transaction_id)
    return db.session.scalar(mine) is not None


def _insert(table):
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)
