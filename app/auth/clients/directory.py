"""The list of clients, as an administrator looks through it: searched, filtered, sorted, paged."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.auth.clients.models import Client
from app.auth.database import db
from app.foundation import clock

PAGE = 25
UNUSED = timedelta(days=90)

ORDERS = {
    "newest": (Client.created_at.desc(), Client.id),
    "oldest": (Client.created_at, Client.id),
    "name": (Client.name_folded, Client.id),
    "used": (Client.last_used_at.desc().nulls_last(), Client.id),
}
STATES = ("active", "disabled", "unverified", "unused")
TYPES = ("web", "native", "service")


@dataclass(frozen=True)
class Found:
    """One page of clients; ``total``: how many there are on all ``pages`` pages."""

    rows: list
    total: int
    page: int

    @property
    def pages(self):
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


def look(text="", *, state=None, kind=None, order="newest", page=1):
    """Return the :class:`Found` page of clients that fit.

    text: part of a name, or of an id; state: one of :data:`STATES`; kind: one of :data:`TYPES`;
    order: a name in :data:`ORDERS`. What is none of these is passed over.
    """
    fitting = [*_named(text), *_in_state(state, clock.now())]
    if kind in TYPES:
        fitting.append(Client.application_type == kind)
    total = db.session.scalar(select(func.count()).select_from(Client).where(*fitting))
    page = min(max(1, page), max(1, -(-total // PAGE)))
    ordered = select(Client).where(*fitting).order_by(*ORDERS.get(order, ORDERS["newest"]))
    rows = db.session.scalars(ordered.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Found(list(rows), total, page)


def everyone():
    """Return every client, newest first."""
    return db.session.scalars(select(Client).order_by(*ORDERS["newest"])).all()


def _named(text):
    wanted = text.strip().casefold()
    if not wanted:
        return
    parts = Client.name_folded.contains(wanted, autoescape=True)
    yield or_(parts, Client.id.contains(text.strip(), autoescape=True))


def _in_state(state, now: datetime):
    if state == "active":
        yield Client.disabled_at.is_(None)
    elif state == "disabled":
        yield Client.disabled_at.is_not(None)
    elif state == "unverified":
        yield Client.verified_at.is_(None)
    elif state == "unused":
        yield func.coalesce(Client.last_used_at, Client.created_at) < now - UNUSED
