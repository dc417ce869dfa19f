"""The members of one institution, as its administrators look through them."""

from sqlalchemy import func, select

from app.auth.accounts import lookup
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions.models import Institution, UserInstitution
from app.foundation import paging

ORDERS = {"newest": (UserInstitution.user_id.desc(),), "oldest": (UserInstitution.user_id,)}
STATES = ("active", "locked")


def look(institution_id, text="", *, state=None, order="newest", page=1):
    """Return the :class:`~app.foundation.paging.Found` page of members (:class:`User`) that fit.

    text: a whole e-mail address, user name or CPF; state: one of :data:`STATES`; order: by the age
    of the account, a name in :data:`ORDERS`.
    """
    query = _fitting(institution_id, text, state)
    return paging.paged(db.session, query, _order(order), page)


def batches(institution_id, text="", *, state=None, order="newest"):
    """Yield lists of every member that fits, as :func:`look` would show them on all pages."""
    query = _fitting(institution_id, text, state)
    return paging.batches(db.session, query, _order(order), User.id)


def count(institution_id):
    """Return how many members the institution has."""
    mine = UserInstitution.institution_id == institution_id
    return db.session.scalar(select(func.count()).select_from(UserInstitution).where(mine))


def find(institution_id, sub):
    """Return the member (:class:`User`) of that ``sub``, or None."""
    return db.session.scalar(_members(institution_id).where(User.sub == sub))


def of_any(codes, user_id):
    """Return SQL: whose id the column ``user_id`` is, is a member of one of ``codes``."""
    mine = select(UserInstitution.user_id).join(
        Institution, Institution.id == UserInstitution.institution_id
    )
    return mine.where(UserInstitution.user_id == user_id, Institution.code.in_(codes)).exists()


def _fitting(institution_id, text, state):
    query = _members(institution_id)
    if text:
        person = lookup.by_identifier(text)
        query = query.where(User.id == (person.id if person else None))
    return query.where(User.status == state) if state in STATES else query


def _members(institution_id):
    mine = UserInstitution.institution_id == institution_id
    return select(User).join(UserInstitution, UserInstitution.user_id == User.id).where(mine)


def _order(name):
    return ORDERS.get(name, ORDERS["newest"])
