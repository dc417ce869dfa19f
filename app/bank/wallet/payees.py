"""Whom a person is known to pay (`decisions.md` §6)."""

from sqlalchemy import bindparam, text

from app.bank import records
from app.bank.database import db
from app.foundation import clock
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

_TRUST = text(
    "INSERT INTO wallet_known_payees (owner_sub, payee_sub, known_since)"
    " VALUES (:owner, :payee, :since) ON CONFLICT DO NOTHING RETURNING payee_sub"
).bindparams(bindparam("since", type_=UtcDateTime))


class Oneself(Problem):
    """Nobody is a payee of their own."""

    code = "same_person"
    description = "The payee is the owner of the wallet."


def trust(owner_sub, payee_sub):
    """Mark ``payee_sub`` as known to ``owner_sub``; return False when that was so already.

    Raises Oneself: when both are the same person.
    """
    if owner_sub == payee_sub:
        raise Oneself
    given = {"owner": owner_sub, "payee": payee_sub, "since": clock.now()}
    if db.session.execute(_TRUST, given).scalar() is None:
        return False
    told = {"payee": payee_sub}
    records.record(records.PAYEE_TRUSTED, actor=records.OPERATOR, subject=owner_sub, data=told)
    return True
