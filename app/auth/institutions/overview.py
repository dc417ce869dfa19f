"""The list of institutions, as an administrator looks through it: searched, filtered, paged.

codes: the institutions that whoever looks may see; None: all.
"""

from sqlalchemy import or_, select

from app.auth.database import db
from app.auth.institutions.models import Institution
from app.foundation import paging

ORDERS = {
    "name": (Institution.name_folded, Institution.id),
    "code": (Institution.code,),
    "newest": (Institution.created_at.desc(), Institution.id),
}
DRESSES = {"own": Institution.colours.is_not(None), "house": Institution.colours.is_(None)}


def look(text="", *, dress=None, policy=None, order="name", page=1, codes=None):
    """Return the :class:`~app.foundation.paging.Found` page of institutions that fit.

    text: part of a name or of a code; dress: a name in :data:`DRESSES`; policy: what they ask for
    (a name of ``factors.policy``); order: a name in :data:`ORDERS`. What is none of these is
    passed over.
    """
    query = _fitting(text, dress, policy, codes)
    return paging.paged(db.session, query, _order(order), page)


def batches(text="", *, dress=None, policy=None, order="name", codes=None):
    """Yield lists of every institution that fits, as :func:`look` would show them on all pages."""
    query = _fitting(text, dress, policy, codes)
    return paging.batches(db.session, query, _order(order), Institution.id)


def _fitting(text, dress, policy, codes):
    fitting = list(_named(text.strip()))
    if dress in DRESSES:
        fitting.append(DRESSES[dress])
    if policy:
        fitting.append(Institution.second_factor == policy)
    if codes is not None:
        fitting.append(Institution.code.in_(codes))
    return select(Institution).where(*fitting)


def _named(text):
    if text:
        name = Institution.name_folded.contains(text.casefold(), autoescape=True)
        yield or_(name, Institution.code.contains(text.lower(), autoescape=True))


def _order(name):
    return ORDERS.get(name, ORDERS["name"])
