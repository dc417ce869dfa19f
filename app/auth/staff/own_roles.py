"""The roles there are: those of the house, and those that a bank defines for itself.

A role's name is said to apps and stands in the record, so it never changes.
"""

import re
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions.models import Role, UserRole
from app.auth.staff import authority, holding
from app.auth.staff.models import InstitutionRole, RolePermission
from app.auth.staff.permissions import BUILT_IN, CATALOGUE, ROLES_DEFINE
from app.foundation.problems import NotFound, Problem

LONGEST_DESCRIPTION = 200
NO_NAMES = {"new"}  # what the address of a page has in its place

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}", re.ASCII)


class Defined(NamedTuple):
    """A role. permissions: their names; built_in: the house's own, which nobody changes."""

    name: str
    description: str | None
    permissions: frozenset
    built_in: bool


class BadRole(Problem):
    """A role cannot be so."""

    code = "bad_role"
    status = 422
    key = "admin.roles.refused.bad"
    description = (
        "A role's name is 2 to 40 small letters, digits, - and _, a letter first; its description"
        f" is one line of at most {LONGEST_DESCRIPTION} characters; it holds permissions of the"
        " catalogue."
    )


class RoleTaken(Problem):
    """There is a role of that name."""

    code = "role_taken"
    status = 409
    key = "admin.roles.refused.taken"
    description = "There is a role of that name."


class BuiltIn(Problem):
    """The roles of the house are as they are."""

    code = "built_in_role"
    status = 403
    key = "admin.roles.refused.built_in"
    description = "The roles of the house cannot be changed."


class InUse(Problem):
    """People hold the role."""

    code = "role_in_use"
    status = 409
    key = "admin.roles.refused.in_use"
    description = "People hold this role; say that it may be taken from them."


class RoleChanged(Problem):
    """Somebody changed the role since whoever asks looked at it."""

    code = "role_changed"
    status = 409
    key = "admin.roles.refused.changed"
    description = "The role was changed meanwhile; look at it again."


def listed():
    """Return every role as :class:`Defined`: the house's first, then the bank's own by name."""
    held = {}
    for role, permission in db.session.execute(
        select(RolePermission.role, RolePermission.permission)
    ):
        held.setdefault(role, set()).add(permission)
    own = db.session.scalars(select(Role).where(Role.name.not_in(BUILT_IN)).order_by(Role.name))
    house = [Defined(name, None, frozenset(names), True) for name, names in BUILT_IN.items()]
    return house + [
        Defined(each.name, each.description, frozenset(held.get(each.name, ())), False)
        for each in own
    ]


def get(name):
    """Return the role as :class:`Defined`. Raises NotFound."""
    if name in BUILT_IN:
        return Defined(name, None, BUILT_IN[name], True)
    return _defined(db.session.get(Role, name))


def define(name, permissions, *, description="", by=events.OPERATOR):
    """Define a role that holds ``permissions``, all of which whoever defines it holds everywhere.

    Raises BadRole, RoleTaken, authority.Beyond.
    """
    permissions, description = checked(permissions, description)
    if not _NAME.fullmatch(name) or name in NO_NAMES:
        raise BadRole
    authority.demand(by, ROLES_DEFINE, permissions)
    if name in BUILT_IN:
        raise RoleTaken
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Role), {"name": name, "description": description})
    except IntegrityError:
        raise RoleTaken from None
    _hold(name, permissions)
    _note(events.ROLE_DEFINED, name, by, permissions=sorted(permissions))


def change(name, permissions, *, description="", by=events.OPERATOR, seen=None):
    """Let the role hold ``permissions`` instead, for everybody who has it, at their next request.

    seen: what it held when whoever asks looked, or None. Nobody changes a role that they have.
    Raises NotFound, BuiltIn, BadRole, RoleChanged, authority.OwnRoles, authority.Beyond.
    """
    permissions, description = checked(permissions, description)
    before = held(name)
    if seen is not None and frozenset(seen) != before.permissions:
        raise RoleChanged
    authority.demand(by, ROLES_DEFINE, permissions ^ before.permissions)
    check_not_own(name, by)
    db.session.get(Role, name).description = description
    db.session.execute(delete(RolePermission).where(RolePermission.role == name))
    _hold(name, permissions)
    came, went = permissions - before.permissions, before.permissions - permissions
    _note(events.ROLE_CHANGED, name, by, given=sorted(came), taken=sorted(went))


def remove(name, *, by=events.OPERATOR, though_held=False):
    """Delete the role, and take it from whoever has it, which must be said: ``though_held``.

    Raises NotFound, BuiltIn, InUse, authority.OwnRoles, authority.Beyond.
    """
    before = held(name)
    authority.demand(by, ROLES_DEFINE, before.permissions)
    check_not_own(name, by)
    holders = holding.count(name)
    if holders and not though_held:
        raise InUse
    for model in (UserRole, InstitutionRole):
        db.session.execute(delete(model).where(model.role == name))
    db.session.execute(delete(Role).where(Role.name == name))
    _note(events.ROLE_DELETED, name, by, holders=holders, taken=sorted(before.permissions))


def kept(name):
    """Return the role as :func:`get` does; it is changed and deleted by nobody until this is done.

    Raises NotFound.
    """
    if name in BUILT_IN:
        return get(name)
    mine = select(Role).where(Role.name == name).with_for_update(read=True)
    return _defined(db.session.scalar(mine.execution_options(populate_existing=True)))


def held(name):
    """Return the own role as it is now, unchanged and given to nobody else until this is done.

    Raises NotFound, BuiltIn.
    """
    if name in BUILT_IN:
        raise BuiltIn
    mine = select(Role).where(Role.name == name).with_for_update()
    return _defined(db.session.scalar(mine.execution_options(populate_existing=True)))


def _defined(role):
    if role is None:
        raise NotFound("There is no such role.")
    names = select(RolePermission.permission).where(RolePermission.role == role.name)
    return Defined(role.name, role.description, frozenset(db.session.scalars(names)), False)


def checked(permissions, description):
    """Return both as they are kept: a set, and one line or None. Raises BadRole."""
    description = " ".join(description.split())
    permissions = frozenset(permissions)
    fine = len(description) <= LONGEST_DESCRIPTION and (description + "x").isprintable()
    if not fine or not permissions <= CATALOGUE:
        raise BadRole
    return permissions, description or None


def _hold(name, permissions):
    rows = [{"role": name, "permission": each} for each in sorted(permissions)]
    if rows:
        db.session.execute(insert(RolePermission), rows)


def check_not_own(name, by):
    """Raise authority.OwnRoles when ``by`` has the role themselves."""
    if is_had_by(name, by):
        raise authority.OwnRoles


def is_had_by(name, by):
    """Has ``by`` (a ``sub``) the role, anywhere? Raises authority.Beyond."""
    return by not in events.HOST and holding.has(authority.person_of(by).id, name)


def _note(event, name, by, **data):
    trail.record(event, actor=by, subject=name, data=data)
