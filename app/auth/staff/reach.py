"""How far somebody's permissions reach: everywhere, or to some institutions."""

from typing import NamedTuple

from sqlalchemy import select, union_all
from sqlalchemy.sql.expression import null

from app.auth.database import db
from app.auth.institutions.models import Institution, UserRole
from app.auth.staff.models import InstitutionRole, RolePermission
from app.auth.staff.permissions import BUILT_IN, EVERYWHERE_ONLY
from app.foundation.problems import NotFound


class Reach(NamedTuple):
    """Where a permission is held. codes: of the institutions; None: everywhere."""

    codes: frozenset | None

    def covers(self, *codes):
        """Is any of ``codes`` (institutions; None: none's) within this reach?"""
        return self.codes is None or not self.codes.isdisjoint(codes)

    def shared(self, other):
        """Return the Reach of what is within this and within ``other``."""
        if self.codes is None or other.codes is None:
            return other if self.codes is None else self
        return Reach(self.codes & other.codes)

    def demand(self, *codes):
        """Raise NotFound unless any of ``codes`` is within: what is another's is not there."""
        if not self.covers(*codes):
            raise NotFound


EVERYWHERE, NOWHERE = Reach(None), Reach(frozenset())


def of(user_id):
    """Return the :class:`Reach` of each permission that the person holds, by its name."""
    found = {}
    for role, code, defined in _held(user_id):
        names = BUILT_IN.get(role, {defined} - {None})
        for name in names if code is None else names - EVERYWHERE_ONLY:
            found[name] = _joined(found.get(name), code)
    return found


def _joined(before, code):
    if code is None or before == EVERYWHERE:
        return EVERYWHERE
    return Reach((before.codes if before else frozenset()) | {code})


def _held(user_id):
    """Rows of role, institution (None: everywhere) and permission (None: one of the house's)."""
    permitted = RolePermission.permission
    everywhere = (
        select(UserRole.role, null(), permitted)
        .outerjoin(RolePermission, RolePermission.role == UserRole.role)
        .where(UserRole.user_id == user_id)
    )
    somewhere = (
        select(InstitutionRole.role, Institution.code, permitted)
        .join(Institution, Institution.id == InstitutionRole.institution_id)
        .outerjoin(RolePermission, RolePermission.role == InstitutionRole.role)
        .where(InstitutionRole.user_id == user_id)
    )
    return db.session.execute(union_all(everywhere, somewhere))
