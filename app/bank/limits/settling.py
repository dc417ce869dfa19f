"""A wallet's owner lowers limits at once, and raises them after a wait.

The wait is for whoever has the phone and is not its owner: what was raised can be taken back until
then. Of two changes at once the second sees the first: the wallet's row is locked.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.bank import fields, records
from app.bank.database import db
from app.bank.ledger import entries
from app.bank.ledger.models import Wallet
from app.bank.limits import spending
from app.bank.limits.models import WalletLimits
from app.bank.limits.spending import Limits
from app.bank.outbox import post
from app.foundation import clock
from app.foundation.problem_documents import wrong
from app.foundation.problems import Problem


class NoWallet(Problem):
    """The person has none yet."""

    code = "no_wallet"
    status = 404
    description = "There is no wallet yet; ask for its balance first."


class Settled(NamedTuple):
    """The limits of now, those to come, if any, and from when."""

    now: Limits
    next: Limits | None
    next_from: datetime | None


def read(body):
    """Return the new limits (dict of name → minor units) in ``body``. Raises Invalid."""
    errors = [*fields.unknown(body, set(Limits._fields))]
    for name in Limits._fields:
        errors += fields.amount(body[name], name, least=0) if name in body else ()
        errors += () if body else [wrong(name, "required", "Name at least one limit.")]
    return fields.right(body, errors)


def of(sub):
    """Return the :class:`Settled` limits of the wallet of ``sub``. Raises NoWallet."""
    wallet_id = db.session.scalar(select(Wallet.id).where(Wallet.owner_sub == sub))
    if wallet_id is None:
        raise NoWallet
    return _settled(wallet_id, db.session.get(WalletLimits, wallet_id))


def raises(sub, wanted):
    """Does any of ``wanted`` (as :func:`read`) let more leave than now? Raises NoWallet."""
    now = of(sub).now
    return any(minor > getattr(now, name) for name, minor in wanted.items())


def change(sub, wanted, actor):
    """Settle ``wanted`` (as :func:`read`) for the wallet of ``sub``; return :class:`Settled`.

    What lowers holds at once; what raises, from ``LIMIT_RAISE_HOURS`` on, and with it what was
    still to be raised. The owner is told of each. Raises NoWallet.
    """
    row, now = _locked(sub)
    was = _settled(row.wallet_id, row)
    asked = (was.next or was.now)._replace(**wanted)
    lower = Limits(*(min(pair) for pair in zip(was.now, asked, strict=True)))
    higher = asked if asked != lower else None
    raised = [name for name in wanted if wanted[name] > getattr(was.now, name)]
    due = now + timedelta(hours=current_app.config["LIMIT_RAISE_HOURS"])
    _keep(row, lower, higher, due if raised else was.next_from)
    told = {"limits": wanted, "raises": bool(raised)}
    records.record(records.LIMITS_CHANGED, actor=actor, subject=row.wallet_id, data=told)
    settled = _settled(row.wallet_id, row)
    _tell(sub, was, settled, raised)
    return settled


def take_back(sub, actor):
    """Let no higher limits follow; return :class:`Settled`. Raises NoWallet."""
    row, _now = _locked(sub)
    _keep(row, spending.effective(row.wallet_id), None, None)
    records.record(records.LIMITS_KEPT, actor=actor, subject=row.wallet_id)
    return _settled(row.wallet_id, row)


def _tell(sub, was, settled, raised):
    """Let the owner hear what holds now, and what is to come."""
    money = {"currency": current_app.config["DEFAULT_CURRENCY"], "at": clock.now()}
    for name, minor in settled.now._asdict().items():
        if minor != getattr(was.now, name):
            post.put(sub, "limit_changed", limit=name, amount=minor, **money)
    for name in raised:
        coming = {"amount": getattr(settled.next, name), "ends_at": settled.next_from}
        post.put(sub, "limit_rising", limit=name, **coming, **money)


def _locked(sub):
    wallets = entries.lock_owned(sub)
    if not wallets:
        raise NoWallet
    row = db.session.get(WalletLimits, wallets[0].id, populate_existing=True)
    if row is None:
        row = WalletLimits(wallet_id=wallets[0].id)
        db.session.add(row)
        db.session.flush()
    return row, clock.now()


def _keep(row, limits, higher, moment):
    row.deed_minor, row.day_minor, row.night_minor = limits
    row.next_deed_minor, row.next_day_minor, row.next_night_minor = higher or (None, None, None)
    row.next_from = moment if higher else None
    db.session.flush()


def _settled(wallet_id, row):
    coming = row is not None and row.next_from is not None and row.next_from > clock.now()
    later = (
        Limits(row.next_deed_minor, row.next_day_minor, row.next_night_minor) if coming else None
    )
    return Settled(spending.effective(wallet_id), later, row.next_from if coming else None)
