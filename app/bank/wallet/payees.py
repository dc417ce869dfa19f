"""Whom a person is known to pay (`decisions.md` §6)."""

from sqlalchemy import bindparam, delete, or_, select, text

from app.bank import records
from app.bank.authority import people
from app.bank.database import db, hot
from app.bank.deeds.pending import Payee
from app.bank.ledger.models import Wallet
from app.bank.outbox import post
from app.bank.wallet.models import KnownPayee
from app.foundation import clock, database
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement
from app.foundation.problems import NotFound, Problem

LARGEST_ID = 2**63 - 1

_TRUST = text(
    "INSERT INTO wallet_known_payees (owner_sub, payee_sub, known_since)"
    " VALUES (:owner, :payee, :since) ON CONFLICT DO NOTHING RETURNING payee_sub"
).bindparams(bindparam("since", type_=UtcDateTime))
_KNOWN = Statement(
    "SELECT 1 FROM wallet_known_payees WHERE owner_sub = :owner AND payee_sub = :payee"
)


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


def owner_of(named):
    """Return the ``sub`` of whose wallet goes by ``named``: a ``sub``, or an integer id.

    Raises UnknownPayee.
    """
    number = numbered(named)
    mine = Wallet.owner_sub == named
    if number is not None:
        mine = or_(mine, Wallet.owner_user_id == number)
    found = db.session.scalars(select(Wallet.owner_sub).where(mine)).all()
    if not found:
        raise UnknownPayee
    return named if named in found else found[0]


def numbered(named):
    """Return ``named`` (text) as an integer id, or None when it is none."""
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 20 else None
    return number if number is not None and number <= LARGEST_ID else None


def of(owner_sub):
    """Return whom the owner is known to pay (:class:`KnownPayee`), the last known first."""
    mine = select(KnownPayee).where(KnownPayee.owner_sub == owner_sub)
    return db.session.scalars(mine.order_by(KnownPayee.known_since.desc())).all()


def forget(owner_sub, payee_sub):
    """Let the next payment to this payee be a first one again. Raises NotFound."""
    gone = delete(KnownPayee).filter_by(owner_sub=owner_sub, payee_sub=payee_sub)
    if not database.write(db, gone).rowcount:
        raise NotFound
    told = {"payee": payee_sub}
    records.record(records.PAYEE_FORGOTTEN, actor=owner_sub, subject=owner_sub, data=told)


def is_known(owner_sub, payee_sub):
    """Has the owner paid this payee with approval before, or said that they may be paid?"""
    return bool(hot.within(_KNOWN, owner=owner_sub, payee=payee_sub))


def note(owner_sub, payee_sub):
    """Remember that the owner approved paying this payee; return False when that was known."""
    given = {"owner": owner_sub, "payee": payee_sub, "since": clock.now()}
    return db.session.execute(_TRUST, given).scalar() is not None


def trust(owner_sub, payee_sub, *, actor=records.OPERATOR):
    """Mark ``payee_sub`` as known to ``owner_sub``; return False when that was so already.

    Raises Oneself: when both are the same person.
    """
    if owner_sub == payee_sub:
        raise Oneself
    if not note(owner_sub, payee_sub):
        return False
    told = {"payee": payee_sub}
    records.record(records.PAYEE_TRUSTED, actor=actor, subject=owner_sub, data=told)
    post.put(owner_sub, "payee_trusted", payee_sub=payee_sub, at=clock.now())
    return True
