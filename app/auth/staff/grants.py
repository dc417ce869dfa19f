"""Give people roles and take them away: everywhere, or in one institution."""

from sqlalchemy import delete, select, text

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions import directory, members, roles
from app.auth.institutions.models import Role, UserRole
from app.auth.staff import authority, own_roles
from app.auth.staff.models import InstitutionRole
from app.auth.staff.permissions import ROLES_GRANT
from app.foundation.problems import Problem

ADMIN = "admin"

_GIVE = text(
    "INSERT INTO institution_roles (user_id, institution_id, role)"
    " VALUES (:user_id, :institution_id, :role)"
    " ON CONFLICT (user_id, institution_id, role) DO NOTHING"
)


class LastAdministrator(Problem):
    """Nobody would be left to run the server."""

    code = "last_administrator"
    status = 409
    key = "admin.roles.refused.last"
    description = "The last administrator stays one."


class NoMember(Problem):
    """A role in an institution is for a member of it."""

    code = "no_member"
    status = 422
    key = "admin.roles.refused.no_member"
    description = "Nobody of that name belongs to the institution."


def give(user, role, *, code=None, by=events.OPERATOR):
    """Give the person ``role``; nothing happens when they have it.

    code: of the institution, one of theirs, where they have it alone; None: everywhere. Raises
    NotFound, NoMember, authority.OwnRoles, authority.Beyond.
    """
    check(user, role, code=code, by=by)
    if code is None:
        roles.give(user, [role], actor=by)
        return
    place = directory.get(code)
    row = {"user_id": user.id, "institution_id": place.id, "role": role}
    if db.session.execute(_GIVE, row).rowcount:
        _note(events.ROLE_GIVEN, user, role, code, by)


def take(user, role, *, code=None, by=events.OPERATOR):
    """Take ``role`` from the person; nothing happens when they do not have it.

    Raises as :func:`give` does; raises LastAdministrator.
    """
    _demand(user, role, code, by)
    if code is None:
        if role == ADMIN:
            _leave_one(user)
        gone = delete(UserRole).where(UserRole.user_id == user.id, UserRole.role == role)
    else:
        mine = InstitutionRole.institution_id == directory.get(code).id
        gone = delete(InstitutionRole).where(
            mine, InstitutionRole.user_id == user.id, InstitutionRole.role == role
        )
    if db.session.execute(gone).rowcount:
        _note(events.ROLE_TAKEN, user, role, code, by)


def check(user, role, *, code=None, by=events.OPERATOR):
    """Raise what :func:`give` would."""
    _demand(user, role, code, by)
    if code is not None and not members.held(user.id, code):
        raise NoMember


def _demand(user, role, code, by):
    if user.sub == by:
        raise authority.OwnRoles
    authority.demand(by, ROLES_GRANT, own_roles.kept(role).permissions, code)
    if code is not None:
        directory.get(code)


def _leave_one(user):
    """See that another administrator stays, though two be taken at once."""
    alone = select(Role.name).where(Role.name == ADMIN).with_for_update()
    db.session.execute(alone)
    others = select(UserRole.user_id).where(UserRole.role == ADMIN, UserRole.user_id != user.id)
    if db.session.scalar(others.limit(1)) is None:
        raise LastAdministrator


def _note(event, user, role, code, by):
    data = {"role": role} if code is None else {"role": role, "institution": code}
    trail.record(event, actor=by, subject=user.sub, data=data)
