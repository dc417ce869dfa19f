"""What people allowed apps, as an administrator looks through it.

codes: of the institutions whose members alone may be seen; None: everybody is.
"""

from sqlalchemy import select

from app.auth.accounts import lookup
from app.auth.accounts.models import User
from app.auth.consents.models import Consent
from app.auth.database import db
from app.auth.institutions import membership
from app.foundation import paging
from app.foundation.problems import NotFound

ORDERS = {
    "newest": (Consent.given_at.desc(), Consent.id),
    "oldest": (Consent.given_at, Consent.id),
}
_ROWS = (Consent, User.sub, User.full_name, User.email)


def look(text="", *, app=None, order="newest", page=1, codes=None):
    """Return the :class:`~app.foundation.paging.Found` page of consents that fit.

    Its rows: a :class:`Consent`, the person's ``sub``, ``full_name`` and ``email``. text: a whole
    e-mail address, user name, CPF or ``sub``; app: a client's id; order: a name in :data:`ORDERS`.
    """
    query = _fitting(text, app, codes)
    return paging.paged(db.session, query, ORDERS.get(order, ORDERS["newest"]), page)


def batches(text="", *, app=None, order="newest", codes=None):
    """Yield lists of every consent that fits, as :func:`look` would show them on all pages."""
    order = ORDERS.get(order, ORDERS["newest"])
    return paging.batches(db.session, _fitting(text, app, codes), order, Consent.id)


def get(consent_id, codes):
    """Return that row, if it is within ``codes``. Raises NotFound."""
    row = db.session.execute(_fitting("", None, codes).where(Consent.id == consent_id)).first()
    if row is None:
        raise NotFound
    return row


def _fitting(text, app, codes):
    query = select(*_ROWS).join(User, User.id == Consent.user_id)
    if text:
        person = lookup.by_sub(text) or lookup.by_identifier(text)
        query = query.where(Consent.user_id == (person.id if person else None))
    if app:
        query = query.where(Consent.client_id == app)
    return query if codes is None else query.where(membership.of_any(codes, Consent.user_id))
