"""What someone may be here: the roles of the house and the bank's own, and who has what.

(Document 004.)
"""

from sqlalchemy import insert, select, text

from app.auth.audit import events, trail
from app.auth.database import db
from app.auth.institutions.models import Role, UserRole
from app.foundation.problems import Problem

EVERYBODY = "user"
CATALOGUE = {
    EVERYBODY: "A person with an account; everybody has it.",
    "support": "Reads on behalf of people, and never moves money.",
    "admin": "Runs the authorization server.",
}

# Written so, because two processes may start at once.
_ADD = text("INSERT INTO roles (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")
_GIVE = text(
    "INSERT INTO user_roles (user_id, role) VALUES (:user_id, :role)"
    " ON CONFLICT (user_id, role) DO NOTHING"
)


class UnknownRole(Problem):
    """There is no such role."""

    code = "unknown_role"
    status = 422
    description = f"The roles are: {', '.join(CATALOGUE)}."


def ensure():
    """See that every role of the catalogue has its row; nothing happens when it has."""
    for name in CATALOGUE:
        db.session.execute(_ADD, {"name": name})


def give(user, names, *, actor=events.SYSTEM):
    """Give the person these roles; those they have already change nothing.

    Raises UnknownRole: when there is none of a name; none is given then.
    """
    if not set(names) <= {*CATALOGUE, *db.session.scalars(select(Role.name))}:
        raise UnknownRole
    for name in names:
        if db.session.execute(_GIVE, {"user_id": user.id, "role": name}).rowcount:
            trail.record(events.ROLE_GIVEN, actor=actor, subject=user.sub, data={"role": name})


def give_each(name, people, *, actor=events.SYSTEM):
    """Give one role to many who are new: ``people``, their ids by ``sub``.

    That everybody new is a user is told by the record of their account; any other role, by its own.
    """
    rows = [{"user_id": user_id, "role": name} for user_id in people.values()]
    if rows:
        db.session.execute(insert(UserRole.__table__), rows)
    if name != EVERYBODY:
        trail.record_each(events.ROLE_GIVEN, people, actor=actor, data={"role": name})


def told(user_id):
    """Return the names that apps are told, sorted: also the one that everybody has (C19)."""
    return sorted({EVERYBODY, *names(user_id)})


def names(user_id):
    """Return the names of the person's roles, sorted."""
    mine = select(UserRole.role).where(UserRole.user_id == user_id).order_by(UserRole.role)
    return list(db.session.scalars(mine))
