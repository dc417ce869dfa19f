"""Whom a person is known to pay (`decisions.md` §6)."""

from sqlalchemy import bindparam, text

from app.bank import records
from app.bank.authority import people
from app.bank.database import db
from app.bank.deeds.pending import Payee
from app.foundation import clock
from app.foundation.database import UtcDateTime
from app.foundation.problems import Problem

_TRUST = text(
    "INSERT INTO wallet_known_payees (owner_sub, payee_sub, known_since)"
    " VALUES (:owner, :payee, :since) ON CONFLICT DO NOTHING RETURNING payee_sub"
).bindparams(bindparam("since", type_=UtcDateTime))
_KNOWN = text("SELECT 1 FROM wallet_known_payees WHERE owner_sub = :owner AND payee_sub = :payee")


class UnknownPayee(Problem):
    """Nobody's wallet goes by that name."""

    code = "unknown_payee"
    status = 422
    description = "There is no wallet to send this to."


class Oneself(Problem):
    """Nobody is a payee of their own."""

    code = "same_person"
    description = "The payee is the owner of the wallet."


def named(sub):
    """Return who is paid (:class:`deeds.pending.Payee`), asked of the authorization server.

    Raises UnknownPayee: when nobody goes by that name there. Raises authority.asking.Away.
    """
    told = people.resolve(sub=sub)
    if told is None:
        raise UnknownPayee
    return Payee(sub, told.name, told.document, told.institution)


def is_known(owner_sub, payee_sub):
    """Has the owner paid this payee with approval before, or said that they may be paid?"""
    return db.session.execute(_KNOWN, {"owner": owner_sub, "payee": payee_sub}).first() is not None


def note(owner_sub, payee_sub):
    """Remember that the owner approved paying this payee; return False when that was known."""
    given = {"owner": owner_sub, "payee": payee_sub, "since": clock.now()}
    return db.session.execute(_TRUST, given).scalar() is not None


def trust(owner_sub, payee_sub):
    """Mark ``payee_sub`` as known to ``owner_sub``; return False when that was so already.

    Raises Oneself: when both are the same person.
    """
    if owner_sub == payee_sub:
        raise Oneself
    if not note(owner_sub, payee_sub):
        return False
    told = {"payee": payee_sub}
    records.record(records.PAYEE_TRUSTED, actor=records.OPERATOR, subject=owner_sub, data=told)
    return True
