"""What an application holds of people, and which applications a person lets use their account."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from app.auth.clients.models import Client
from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.sessions.models import Session
from app.auth.tokens.models import RefreshToken, SessionClient
from app.foundation import clock

PAGE = 20


class Holdings(NamedTuple):
    """people: how many have allowed it something; families: its refresh tokens that still live."""

    people: int
    families: int


class Connection(NamedTuple):
    """One application. scope: what it may do, names; continues: it may also while nobody is here.

    used_at: when it last got or renewed an access, as far as we still know.
    """

    client_id: str
    scope: tuple
    given_at: datetime
    used_at: datetime
    continues: bool


_USED = (
    select(
        RefreshToken.client_id,
        RefreshToken.user_id,
        func.max(RefreshToken.rotated_at).label("used_at"),
    )
    .group_by(RefreshToken.client_id, RefreshToken.user_id)
    .subquery()
)
_LAST = func.coalesce(_USED.c.used_at, Consent.updated_at)
ORDERS = {
    "used": (_LAST.desc(), Consent.client_id),
    "newest": (Consent.given_at.desc(), Consent.client_id),
    "name": (Client.name_folded, Consent.client_id),
}


class Found(NamedTuple):
    """One page of connections; total: how many there are on all ``pages`` pages."""

    rows: list
    total: int
    page: int
    pages: int


def of_client(client_id):
    """Return the :class:`Holdings` of a client; one that is unknown holds nothing."""
    people = select(func.count()).where(Consent.client_id == client_id)
    families = select(func.count()).where(RefreshToken.client_id == client_id, _lives(clock.now()))
    return Holdings(db.session.scalar(people), db.session.scalar(families))


def connections(user_id, text="", *, order="used", page=1):
    """Return the :class:`Found` page of the person's applications that fit.

    text: part of a name; order: a name in :data:`ORDERS`, else it is passed over.
    """
    fitting = [Consent.user_id == user_id, *_named(text)]
    counted = select(func.count()).select_from(Consent).join(Client).where(*fitting)
    total = db.session.scalar(counted)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    ordered = _asked(user_id).where(*fitting).order_by(*ORDERS.get(order, ORDERS["used"]))
    rows = db.session.execute(ordered.limit(PAGE).offset((page - 1) * PAGE)).all()
    return Found([_told(row) for row in rows], total, page, pages)


def connection(user_id, client_id):
    """Return the :class:`Connection` of the person to this client, or None."""
    mine = (Consent.user_id == user_id) & (Consent.client_id == client_id)
    row = db.session.execute(_asked(user_id).where(mine)).first()
    return row and _told(row)


def of_sessions(named):
    """Return, for each session id of ``named``, the ids of the apps that it signed in to."""
    told = (
        select(model.session_id, model.client_id).where(model.session_id.in_(named))
        for model in (RefreshToken, SessionClient)
    )
    first, second = told
    found = {}
    for session_id, client_id in db.session.execute(first.union(second)).all():
        found.setdefault(session_id, []).append(client_id)
    return found


def _lives(now):
    opened = select(Session.id).where(
        Session.id == RefreshToken.session_id, Session.ended_at.is_(None), Session.expires_at > now
    )
    lasts = RefreshToken.offline | opened.exists()
    return RefreshToken.ended_at.is_(None) & (RefreshToken.expires_at > now) & lasts


def _asked(user_id):
    offline = select(RefreshToken.id).where(
        RefreshToken.client_id == Consent.client_id,
        RefreshToken.user_id == user_id,
        RefreshToken.offline.is_(True),
        _lives(clock.now()),
    )
    same = (_USED.c.client_id == Consent.client_id) & (_USED.c.user_id == Consent.user_id)
    continues = offline.exists().label("continues")
    columns = (Consent.client_id, Consent.scope, Consent.given_at, _LAST.label("used_at"))
    return select(*columns, continues).join(Client).outerjoin(_USED, same)


def _named(text):
    wanted = text.strip().casefold()
    if wanted:
        yield Client.name_folded.contains(wanted, autoescape=True)


def _told(row):
    return Connection(
        row.client_id, tuple(row.scope.split()), row.given_at, row.used_at, bool(row.continues)
    )
