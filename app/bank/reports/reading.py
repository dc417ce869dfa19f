"""Whose wallet a report is about, and what it held when.

A posting never changes, so what a wallet held at a moment that has passed is the same whenever it
is asked: it needs no lock, and no one snapshot over several statements.
"""

from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Integer, and_, func, literal, or_, select, union_all

from app.bank.database import db
from app.bank.ledger.models import Entry, Posting, Wallet
from app.foundation import clock
from app.foundation.database import UtcDateTime

wallets, postings, entries = (each.__table__ for each in (Wallet, Posting, Entry))


class Read(NamedTuple):
    """A wallet as reports read it."""

    id: str
    currency: str
    opened_at: datetime


class Flow(NamedTuple):
    """How many postings went one way in one period, and their sum (positive, minor units).

    period: its place in the list that was asked; kind: of the entries, None where all are counted.
    """

    period: int
    kind: str | None
    inward: bool
    count: int
    amount_minor: int


def wallet_of(sub):
    """Return the wallet of ``sub``; one that was never opened reads as an empty one."""
    columns = select(wallets.c.id, wallets.c.currency, wallets.c.opened_at)
    found = db.session.execute(columns.where(wallets.c.owner_sub == sub)).first()
    return Read(*found) if found else Read("", current_app.config["DEFAULT_CURRENCY"], clock.now())


def balance_before(wallet, moment, posting_id=None):
    """Return what ``wallet`` held before ``moment``, in minor units.

    posting_id: of the postings of that very moment, those before this one are counted too.
    """
    later = postings.c.made_at >= moment
    if posting_id is not None:
        at_once = and_(postings.c.made_at == moment, postings.c.id >= posting_id)
        later = and_(later, or_(postings.c.made_at > moment, at_once))
    since = select(func.coalesce(func.sum(postings.c.amount_minor), 0))
    since = since.where(postings.c.wallet_id == wallet.id, later).scalar_subquery()
    held = select(wallets.c.balance_minor - since).where(wallets.c.id == wallet.id)
    return int(db.session.scalar(held) or 0)


def flows(wallet, periods, *, by_kind=False):
    """Return the :class:`Flow` rows of ``wallet`` in ``periods``; what is nothing has no row."""
    spans = union_all(*(_span(number, each) for number, each in enumerate(periods))).cte("spans")
    inward = postings.c.amount_minor > 0
    groups = [spans.c.period, inward]
    kind = literal(None)
    found = spans.join(
        postings,
        and_(
            postings.c.wallet_id == wallet.id,
            postings.c.made_at >= spans.c.starts,
            postings.c.made_at < spans.c.ends,
        ),
    )
    if by_kind:
        found = found.join(entries, entries.c.id == postings.c.entry_id)
        kind = entries.c.kind
        groups.append(kind)
    sums = func.count(), func.sum(func.abs(postings.c.amount_minor))
    asked = select(spans.c.period, kind, inward, *sums).select_from(found).group_by(*groups)
    rows = db.session.execute(asked.order_by(*groups)).all()
    return [Flow(row[0], row[1], bool(row[2]), row[3], int(row[4])) for row in rows]


def _span(number, period):
    return select(
        literal(number, Integer).label("period"),
        literal(period.start, UtcDateTime).label("starts"),
        literal(period.end, UtcDateTime).label("ends"),
    )
