"""The list of clients, as an administrator looks through it: searched, filtered, sorted, paged."""

import json
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.auth.clients.models import Client
from app.auth.database import db
from app.foundation import clock, paging
from app.foundation.paging import paged

UNUSED = timedelta(days=90)

ORDERS = {
    "newest": (Client.created_at.desc(), Client.id),
    "oldest": (Client.created_at, Client.id),
    "name": (Client.name_folded, Client.id),
    "used": (Client.last_used_at.desc().nulls_last(), Client.id),
}
STATES = ("active", "disabled", "unverified", "unused")
TYPES = ("web", "native", "service")


def look(text="", *, codes=None, state=None, kind=None, order="newest", page=1):
    """Return the :class:`~app.foundation.paging.Found` page of clients that fit.

    text: part of a name, or of an id; codes: of the institutions whose clients alone are looked
    at, or None; state: one of :data:`STATES`; kind: one of :data:`TYPES`; order: a name in
    :data:`ORDERS`. What is none of these is passed over.
    """
    return paged(db.session, _fitting(text, codes, state, kind), _order(order), page)


def batches(text="", *, codes=None, state=None, kind=None, order="newest"):
    """Yield lists of every client that fits, as :func:`look` would show them on all pages."""
    fitting = _fitting(text, codes, state, kind)
    return paging.batches(db.session, fitting, _order(order), Client.id)


def everyone():
    """Return every client, newest first."""
    return db.session.scalars(select(Client).order_by(*ORDERS["newest"])).all()


def names(ids):
    """Return what to call those of ``ids`` that are clients, by id."""
    known = select(Client.id, Client.described).where(Client.id.in_(ids))
    told = {id: json.loads(described) for id, described in db.session.execute(known)}
    return {id: described.get("client_name") or id for id, described in told.items()}


def _fitting(text, codes, state, kind):
    fitting = [*_named(text), *_in_state(state, clock.now())]
    if codes is not None:
        fitting.append(Client.institution.in_(codes))
    if kind in TYPES:
        fitting.append(Client.application_type == kind)
    return select(Client).where(*fitting)


def _order(name):
    return ORDERS.get(name, ORDERS["newest"])


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
