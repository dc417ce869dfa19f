"""What of the record a reach shows: what befell the people and the apps of its institutions."""

from sqlalchemy import and_, exists, or_, select

from app.auth.accounts.models import User
from app.auth.audit.models import AuditRecord
from app.auth.clients.models import Client
from app.auth.institutions.models import Institution, UserInstitution


def of_records(reach):
    """Return the SQL condition on records that ``reach`` shows; None: all of them.

    A record about another institution's person or app is not shown, though one of ours did it.
    """
    if reach.codes is None:
        return None
    by_ours = and_(_ours(AuditRecord.actor, reach.codes), ~_named(AuditRecord.subject))
    return or_(_ours(AuditRecord.subject, reach.codes), by_ours)


def _ours(column, codes):
    """Is it a person, an app or an institution of ours?"""
    member = (
        select(UserInstitution.user_id)
        .join(Institution, Institution.id == UserInstitution.institution_id)
        .where(UserInstitution.user_id == User.id, Institution.code.in_(codes))
    )
    person = exists().where(User.sub == column, member.exists())
    app = exists().where(Client.id == column, Client.institution.in_(codes))
    return or_(person, app, column.in_(codes))


def _named(column):
    """Is it a person, an app or an institution, of whomever?"""
    return or_(
        exists().where(User.sub == column),
        exists().where(Client.id == column),
        exists().where(Institution.code == column),
    )
