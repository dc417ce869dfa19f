"""People for tests, opened as the command opens them."""

from sqlalchemy import select

from app.auth.accounts import lookup, registration
from app.auth.accounts.registration import NewPerson
from app.auth.audit.models import AuditRecord
from app.auth.database import db
from app.foundation.database import kept

PASSWORD = "cavalo bateria grampo"


def open_account(email="ana@example.com", password=PASSWORD, **told):
    """Open an account, keep it, and return its :class:`User`."""
    with kept(db):
        return registration.create(NewPerson(email=email, password=password, **told))


def found(email):
    """Return the person."""
    return lookup.by_email(email)


def recorded():
    """Return the events about people, in order, as ``(event, subject)``: not the keys'."""
    db.session.rollback()
    rows = db.session.execute(
        select(AuditRecord.event, AuditRecord.subject).order_by(AuditRecord.seq)
    )
    return [tuple(row) for row in rows if not row.event.startswith("key:")]
