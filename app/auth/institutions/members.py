"""Institutions, and who belongs to them."""

from sqlalchemy import bindparam, delete, select, text

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions import directory
from app.auth.institutions.models import Institution, UserInstitution
from app.foundation import clock, ids
from app.foundation.database import UtcDateTime

# Written so, because two processes may start at once.
_ADD = text(
    "INSERT INTO institutions (id, code, name, name_folded, created_at)"
    " VALUES (:id, :code, :code, :folded, :at) ON CONFLICT (code) DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime))
_JOIN = text(
    "INSERT INTO user_institutions (user_id, institution_id)"
    " SELECT :user_id, id FROM institutions WHERE code = :code"
    " ON CONFLICT (user_id, institution_id) DO NOTHING"
)
_END_ROLES = text(  # a room above keeps them
    "DELETE FROM institution_roles WHERE user_id = :user_id AND institution_id = :institution_id"
    " RETURNING role"
)


def ensure(code):
    """See that there is an institution with this code; it is named by it until it gets a name."""
    named = {"code": code, "folded": code.casefold()}
    db.session.execute(_ADD, named | {"id": ids.new("ins"), "at": clock.now()})


def join(user_id, code):
    """Make the person a member of the institution; nothing happens when they are."""
    db.session.execute(_JOIN, {"user_id": user_id, "code": code})


def admit(user, code, *, by=events.OPERATOR):
    """Make the person a member, for the record; nothing happens when they are. Raises NotFound."""
    directory.get(code)
    joined = db.session.execute(_JOIN, {"user_id": user.id, "code": code}).rowcount
    if joined:
        _note(events.MEMBER_ADMITTED, user, code, by)


def release(user, code, *, by=events.OPERATOR):
    """Make the person a member no more; nothing happens when they are none. Raises NotFound.

    The roles that they have there alone end with it.
    """
    place = directory.get(code).id
    mine = UserInstitution.institution_id == place
    gone = delete(UserInstitution).where(mine, UserInstitution.user_id == user.id)
    if db.session.execute(gone).rowcount:
        left = {"user_id": user.id, "institution_id": place}
        roles = sorted(db.session.scalars(_END_ROLES, left))
        _note(events.MEMBER_RELEASED, user, code, by, roles=roles)


def join_each(code, user_ids):
    """Make many who are new members of the institution."""
    db.session.execute(_JOIN, [{"user_id": user_id, "code": code} for user_id in user_ids])


def known_codes():
    """Return the codes of all institutions."""
    return set(db.session.scalars(select(Institution.code)))


def codes(user_id):
    """Return the codes of the person's institutions, sorted."""
    mine = select(Institution.code).join(
        UserInstitution, UserInstitution.institution_id == Institution.id
    )
    query = mine.where(UserInstitution.user_id == user_id).order_by(Institution.code)
    return list(db.session.scalars(query))


def names(user_id):
    """Return what people call the person's institutions, sorted."""
    mine = select(Institution.name).join(
        UserInstitution, UserInstitution.institution_id == Institution.id
    )
    query = mine.where(UserInstitution.user_id == user_id).order_by(Institution.name)
    return list(db.session.scalars(query))


def held(user_id, code):
    """Is the person a member of the institution, and stays one until this is done?"""
    mine = (
        select(UserInstitution.user_id)
        .join(Institution, Institution.id == UserInstitution.institution_id)
        .where(UserInstitution.user_id == user_id, Institution.code == code)
        .with_for_update(read=True, key_share=True, of=UserInstitution)
    )
    return db.session.scalar(mine) is not None


def _note(event, user, code, by, **more):
    trail.record(event, actor=by, subject=user.sub, data={"institution": code} | more)
