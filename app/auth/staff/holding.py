"""Who has a role: everywhere, or in an institution. That everybody is a user is not told."""

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.sql.expression import null

from app.auth.accounts import identifiers
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions.models import Institution, UserRole
from app.auth.institutions.roles import EVERYBODY
from app.auth.staff.models import InstitutionRole
from app.foundation import paging
from app.foundation.paging import paged

ORDERS = ("name", "role", "institution")


def look(reach, text="", *, role=None, order="name", page=1):
    """Return the Found page of who has a role within ``reach``.

    Its rows tell ``sub``, ``name`` (or None), ``role`` and ``code`` (None: everywhere).

    text: part of a name, however it is written; role: that one alone; order: one of :data:`ORDERS`.
    """
    query, columns = _query(reach, text, role)
    return paged(db.session, query, _order(columns, order), page)


def batches(reach, text="", *, role=None, order="name"):
    """Yield lists of everybody whom :func:`look` would show on all pages."""
    query, columns = _query(reach, text, role)
    return paging.batches(db.session, query, _order(columns, order), columns.key)


def counts(reach):
    """Return how often each role is held within ``reach``, by its name."""
    held = _within(reach).subquery()
    return dict(db.session.execute(select(held.c.role, func.count()).group_by(held.c.role)).all())


def count(role):
    """Return how many people have ``role``, anywhere."""
    mine = [
        select(model.user_id).where(model.role == role) for model in (UserRole, InstitutionRole)
    ]
    found = mine[0].union(mine[1]).subquery()
    return db.session.scalar(select(func.count()).select_from(found))


def has(user_id, role):
    """Has the person ``role``, anywhere?"""
    mine = [
        select(model.user_id).where(model.user_id == user_id, model.role == role)
        for model in (UserRole, InstitutionRole)
    ]
    return db.session.execute(union_all(*mine)).first() is not None


def here(user_id, code=None):
    """Return the names of the person's roles in the institution ``code``, or everywhere."""
    if code is None:
        return set(db.session.scalars(select(UserRole.role).where(UserRole.user_id == user_id)))
    mine = select(InstitutionRole.role).join(
        Institution, Institution.id == InstitutionRole.institution_id
    )
    of_place = mine.where(InstitutionRole.user_id == user_id, Institution.code == code)
    return set(db.session.scalars(of_place))


def _query(reach, text, role):
    held = _within(reach, role).subquery()
    name = func.coalesce(User.full_name, User.username)
    folded = func.coalesce(User.name_folded, User.username_folded)
    key = User.sub + literal("|") + held.c.role + literal("|") + func.coalesce(held.c.code, "")
    all_of_it = select(
        User.sub,
        name.label("name"),
        folded.label("folded"),
        held.c.role,
        held.c.code,
        key.label("key"),
    ).join(held, held.c.user_id == User.id)
    if wanted := identifiers.folded_name(text):
        all_of_it = all_of_it.where(folded.contains(wanted, autoescape=True))
    columns = all_of_it.subquery().c
    return select(columns.sub, columns.name, columns.role, columns.code), columns


def _order(columns, order):
    code = func.coalesce(columns.code, "")
    first = {"role": (columns.role,), "institution": (code,)}.get(order, ())
    return (*first, func.coalesce(columns.folded, columns.sub), columns.key)


def _within(reach, role=None):
    """Rows of person, role and institution (None: everywhere)."""
    somewhere = select(
        InstitutionRole.user_id, InstitutionRole.role, Institution.code.label("code")
    ).join(Institution, Institution.id == InstitutionRole.institution_id)
    everywhere = select(UserRole.user_id, UserRole.role, null().label("code"))
    everywhere = everywhere.where(UserRole.role != EVERYBODY)
    if role:
        somewhere = somewhere.where(InstitutionRole.role == role)
        everywhere = everywhere.where(UserRole.role == role)
    if reach.codes is not None:
        return somewhere.where(Institution.code.in_(reach.codes))
    return union_all(everywhere, somewhere)
