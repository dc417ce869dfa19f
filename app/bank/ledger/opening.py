"""Whose wallet it is, and how it opens: at its owner's first visit, or when somebody funds it."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, text

from app.bank import records
from app.bank.authority import people
from app.bank.database import db, hot
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime
from app.foundation.hot import Statement
from app.foundation.problems import Problem


class IdentityIncomplete(Problem):
    """The person has yet to say or prove who they are, so no wallet opens for them (C12).

    missing: what, as the authorization server names it.
    """

    code = "identity_incomplete"
    status = 403
    description = "A wallet opens once its owner is known; some of it is missing."

    def __init__(self, missing):
        super().__init__(detail=" ".join(missing))
        self.members = {"missing": list(missing)}


class Standing(NamedTuple):
    """How a wallet stands at one moment, in minor units."""

    currency: str
    balance_minor: int
    held_minor: int
    owner_user_id: int | None
    as_of: datetime

    @property
    def available_minor(self):
        """What may be spent: the balance without what is held."""
        return self.balance_minor - self.held_minor


class _Found(NamedTuple):
    currency: str
    balance_minor: int
    held_minor: int
    owner_user_id: int | None


_STANDING = Statement(
    "SELECT currency, balance_minor, held_minor, owner_user_id FROM wallets WHERE owner_sub = :sub",
    _Found,
)
_OPEN = text(
    "INSERT INTO wallets (id, kind, owner_sub, currency, opened_at)"
    " VALUES (:id, 'person', :sub, :currency, :opened_at)"
    " ON CONFLICT DO NOTHING RETURNING id"
).bindparams(bindparam("opened_at", type_=UtcDateTime))
_NUMBER = text(
    "UPDATE wallets SET owner_user_id = :user_id WHERE owner_sub = :sub"
    " AND owner_user_id IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM wallets WHERE owner_user_id = :user_id)"
)


def visit(sub, user_id=None):
    """Return the :class:`Standing` of the wallet of ``sub``, opened if this is the first visit.

    user_id: the person's number, learned with the visit; others may name the payee by it. Only at
    the first visit the authorization server is asked who they are.

    Raises IdentityIncomplete: when they may have none yet. Raises asking.Away: when nobody can say.
    """
    found = hot.first(_STANDING, sub=sub)
    if found is None:
        _know(sub)
        open_for(sub)
    if user_id is not None and (found is None or found.owner_user_id is None):
        number(sub, user_id)
    found = found or _Found(current_app.config["DEFAULT_CURRENCY"], 0, 0, user_id)
    return Standing(*found, as_of=clock.now())


def _know(sub):
    """Let pass whose identity is known well enough for a wallet."""
    person = people.resolve(sub=sub)
    if person is None:
        raise IdentityIncomplete(("account",))
    if not person.may_open_a_wallet:
        raise IdentityIncomplete(person.missing)


def open_for(sub, *, actor=None):
    """Open a wallet for ``sub`` unless there is one; parallel visits open one.

    actor: who opens it, when that is not its owner.
    """
    currency = current_app.config["DEFAULT_CURRENCY"]
    values = {"id": ids.new("wal"), "sub": sub, "currency": currency, "opened_at": clock.now()}
    opened = db.session.execute(_OPEN, values).scalar()
    if opened is not None:
        records.record(records.WALLET_OPENED, actor=actor or sub, subject=opened)


def number(sub, user_id):
    """Keep the person's number with the wallet, unless it has one or another wallet holds it.

    Locks the wallet's row: a caller that locks more takes those locks first.
    """
    db.session.execute(_NUMBER, {"sub": sub, "user_id": user_id})
