"""Giving somebody a role, and letting a role hold more: either way somebody may do more."""

from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.flows.four_eyes.kind import Kind
from app.auth.institutions.models import Role
from app.auth.staff import authority, grants, holding, own_roles
from app.auth.staff.permissions import ROLES_DEFINE, ROLES_GRANT
from app.foundation.problems import NotFound


class RoleGrant(Kind):
    """subject: a person's ``sub``; change: ``role``, ``institution`` (a code; None: everywhere)."""

    name = "role_grant"
    permission = ROLES_GRANT

    def check(self, subject, change, by):
        """Raise as grants.give does."""
        grants.check(_person(subject), change["role"], code=change["institution"], by=by)

    def places(self, subject, change):
        """Where it is given."""
        return [change["institution"]] if change["institution"] else ()

    def before(self, subject, change):
        """The person's roles there, and what the role holds."""
        _hold(change["role"])
        held = holding.here(_person(subject).id, change["institution"])
        return {
            "institution": change["institution"],
            "roles": sorted(held),
            "permissions": sorted(own_roles.get(change["role"]).permissions),
        }

    def after(self, subject, change):
        """One role more."""
        before = self.before(subject, change)
        return before | {"roles": sorted({*before["roles"], change["role"]})}

    def verb(self, subject, change, prepared, by):
        """Give it."""
        grants.give(_person(subject), change["role"], code=change["institution"], by=by)


class RoleChange(Kind):
    """subject: an own role's name; change: ``permissions`` and ``description``."""

    name = "role_change"
    permission = ROLES_DEFINE

    def check(self, subject, change, by):
        """Raise as own_roles.change does, but for what changes meanwhile."""
        before = own_roles.held(subject)
        given = frozenset(change["permissions"])
        authority.demand(by, ROLES_DEFINE, given ^ before.permissions)
        own_roles.check_not_own(subject, by)

    def concerns(self, subject, sub):
        """Whoever has the role comes to hold what it holds."""
        return own_roles.is_had_by(subject, sub)

    def before(self, subject, change):
        """What the role holds."""
        role = own_roles.held(subject)
        return {
            "description": role.description or "",
            "permissions": sorted(role.permissions),
        }

    def after(self, subject, change):
        """What it would hold."""
        return {
            "description": change["description"],
            "permissions": sorted(change["permissions"]),
        }

    def verb(self, subject, change, prepared, by):
        """Change it."""
        given, about = change["permissions"], change["description"]
        own_roles.change(subject, given, description=about, by=by)


def _person(sub):
    user = lookup.by_sub(sub)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def _hold(role):
    """See that the role stays what it is until this is done."""
    db.session.execute(select(Role.name).where(Role.name == role).with_for_update())
