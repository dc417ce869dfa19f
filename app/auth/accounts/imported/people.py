"""Many accounts at once: whose papers are taken, and keeping the others in one statement."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.auth.accounts import papers
from app.auth.accounts.models import User
from app.auth.database import db

UNIQUE = ("email", "username", "cpf", "phone")  # what may be one person's only, in this order

_COLUMNS = tuple(  # every other is the table's own to fill
    column.name
    for column in User.__table__.columns
    if column.name not in {"id", "status", "must_change_password", "updated_at", "closes_at"}
)
_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def own(user):
    """Return what of ``user`` nobody else may have, in clear: name of :data:`UNIQUE` → text."""
    mine = {"email": user.email_folded, "username": user.username_folded}
    mine["cpf"] = papers.read(user, "cpf")
    mine["phone"] = papers.read(user, "phone") if user.phone_verified_at else None
    return {name: text for name, text in mine.items() if text}


def taken(owns):
    """Return what of ``owns`` (as :func:`own` gives it, of many) is somebody's: pairs of both."""
    told = {name: {own[name] for own in owns if name in own} for name in UNIQUE}
    verified = User.phone_verified_at.is_not(None)
    found = _folded("email", User.email_folded, told["email"])
    found |= _folded("username", User.username_folded, told["username"])
    found |= _indexed("cpf", select(User.cpf_index), User.cpf_index, told["cpf"])
    phones = select(User.phone_index).where(verified)
    return found | _indexed("phone", phones, User.phone_index, told["phone"])


def add(users):
    """Keep these people, less who would have what is another's; return ids by ``sub``.

    The database decides, one by one: who came in between is passed over, and nobody else with them.
    """
    insert = _INSERT[db.engine.dialect.name](User.__table__).on_conflict_do_nothing()
    rows = [{name: getattr(user, name) for name in _COLUMNS} for user in users]
    returning = insert.returning(User.__table__.c.sub, User.__table__.c.id)
    return dict(db.session.execute(returning, rows).all())


def _folded(name, column, texts):
    if not texts:
        return set()
    return {(name, found) for found in db.session.scalars(select(column).where(column.in_(texts)))}


def _indexed(name, query, column, texts):
    if not texts:
        return set()
    clear = {index: text for text in texts for index in papers.indexes(name, text)}
    found = db.session.scalars(query.where(column.in_(clear)))
    return {(name, clear[bytes(index)]) for index in found}
