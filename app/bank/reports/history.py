"""A wallet's history: every movement, the last first, a page at a time.

A page goes on after a place (:mod:`app.bank.reports.cursors`), never at a number of lines: what
is posted meanwhile is neither shown twice nor pushes anything out of sight.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, literal, or_, select, tuple_

from app.bank.database import db
from app.bank.ledger.models import PERSON
from app.bank.reports import reading
from app.bank.reports.cursors import Place
from app.bank.reports.reading import entries, postings, wallets
from app.foundation.database import UtcDateTime

AT_A_TIME = 1000  # lines of a stream that are in memory at once


class Wanted(NamedTuple):
    """Which movements. since: from this moment on; until: before that one; amounts in minor units.

    direction: ``in`` or ``out``.
    """

    since: datetime | None = None
    until: datetime | None = None
    kinds: tuple = ()
    direction: str | None = None
    least: int | None = None
    most: int | None = None
    words: str | None = None

    @property
    def leaves_out(self):
        """May a movement between two that are shown be left out? Then they tell no balance."""
        return any((self.kinds, self.direction, self.least, self.most, self.words))


class Line(NamedTuple):
    """One movement. amount_minor: below zero when it went out; counterparty: a ``sub``, or None."""

    place: Place
    id: str
    kind: str
    amount_minor: int
    currency: str
    description: str
    counterparty: str | None
    balance_minor: int | None

    @property
    def direction(self):
        """``in`` or ``out``."""
        return "in" if self.amount_minor > 0 else "out"

    @property
    def status(self):
        """Whatever stands in the ledger has happened."""
        return "completed"


def page(wallet, wanted, after=None, limit=50, *, held=None, oldest_first=False):
    """Return up to ``limit`` lines after the place ``after``, and whether there are more.

    held: the balance at that place, when it is known; else it is asked.
    """
    rows = db.session.execute(_asked(wallet, wanted, after, limit + 1, oldest_first)).all()
    more, rows = len(rows) > limit, rows[:limit]
    others = _counterparties(wallet, [row.entry_id for row in rows])
    balances = _balances(wallet, wanted, rows, held, oldest_first)
    lines = [
        Line(
            place=Place(row.made_at, row.id),
            id=row.entry_id,
            kind=row.kind,
            amount_minor=row.amount_minor,
            currency=row.currency,
            description=row.description,
            counterparty=others.get(row.entry_id),
            balance_minor=balance,
        )
        for row, balance in zip(rows, balances, strict=True)
    ]
    return lines, more


def pages(wallet, wanted, *, oldest_first=False):
    """Yield every line in lists of ``AT_A_TIME``, each by a short reading of its own."""
    after, held, more = None, None, True
    while more:
        lines, more = page(wallet, wanted, after, AT_A_TIME, held=held, oldest_first=oldest_first)
        yield lines
        if more:
            last = lines[-1]
            after, held = last.place, last.balance_minor
            if held is not None and not oldest_first:
                held -= last.amount_minor


def _asked(wallet, wanted, after, limit, oldest_first):
    columns = (
        postings.c.id,
        postings.c.made_at,
        postings.c.amount_minor,
        postings.c.entry_id,
        entries.c.kind,
        entries.c.currency,
        entries.c.description,
    )
    asked = select(*columns).join(entries, entries.c.id == postings.c.entry_id)
    asked = asked.where(postings.c.wallet_id == wallet.id, *_conditions(wanted))
    order = (postings.c.made_at, postings.c.id)
    if after is not None:
        here, there = tuple_(*order), tuple_(literal(after.made_at, UtcDateTime), after.posting_id)
        asked = asked.where(here > there if oldest_first else here < there)
    if not oldest_first:
        order = tuple(each.desc() for each in order)
    return asked.order_by(*order).limit(limit)


def _conditions(wanted):
    if wanted.since:
        yield postings.c.made_at >= wanted.since
    if wanted.until:
        yield postings.c.made_at < wanted.until
    if wanted.kinds:
        yield entries.c.kind.in_(wanted.kinds)
    if wanted.direction:
        amount = postings.c.amount_minor
        yield amount > 0 if wanted.direction == "in" else amount < 0
    if wanted.least:
        yield func.abs(postings.c.amount_minor) >= wanted.least
    if wanted.most:
        yield func.abs(postings.c.amount_minor) <= wanted.most
    if wanted.words:  # SQLite folds only ASCII: the other letters are asked in each case
        spelt = {wanted.words, wanted.words.lower(), wanted.words.upper()}
        yield or_(*(entries.c.description.icontains(each, autoescape=True) for each in spelt))


def _counterparties(wallet, entry_ids):
    """Who is at the other end, by entry; accounts of the house are nobody."""
    if not entry_ids:
        return {}
    others = select(postings.c.entry_id, wallets.c.owner_sub)
    others = others.join(wallets, wallets.c.id == postings.c.wallet_id)
    others = others.where(postings.c.entry_id.in_(entry_ids), postings.c.wallet_id != wallet.id)
    return dict(db.session.execute(others.where(wallets.c.kind == PERSON)).all())


def _balances(wallet, wanted, rows, held, oldest_first):
    """What the wallet held after each of ``rows``; None each when some between are left out."""
    if wanted.leaves_out or not rows:
        return [None] * len(rows)
    amounts = [row.amount_minor for row in rows]
    if held is None:
        held = reading.balance_before(wallet, rows[0].made_at, rows[0].id)
        held += 0 if oldest_first else amounts[0]
    found = []
    for amount in amounts:
        held += amount if oldest_first else 0
        found.append(held)
        held -= 0 if oldest_first else amount
    return found
