"""The people of the bank, as its staff look through them: found, filtered, sorted, paged.

Whoever is beyond reach is in no list; whoever left is there only when asked for.
"""

import re
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import or_, select

from app.auth.accounts import identifiers, papers
from app.auth.accounts.models import User
from app.auth.database import db
from app.auth.institutions.models import Institution, UserInstitution, UserRole
from app.foundation import clock, paging
from app.foundation.paging import paged

LAST = "\U0010ffff"  # no letter comes after it
SHORTEST = 3  # letters of a name, for who may not see everybody
JOINED = {"day": 1, "week": 7, "month": 30, "year": 365}  # days ago at most
STATES = ("active", "locked", "unproved", "closing", "closed")
ORDERS = {
    "newest": (User.created_at.desc(), User.id.desc()),
    "oldest": (User.created_at, User.id),
    "name": (User.name_folded, User.id),
}

_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NUMBER = re.compile(r"[0-9+().\s-]+", re.ASCII)


class Wanted(NamedTuple):
    """What is looked for; what is empty, or of no such name, is passed over.

    text: the beginning of a name; or whole: an e-mail address, a user name, a CPF, a phone, a
    ``sub``. state: of :data:`STATES`; joined: of :data:`JOINED`; order: of :data:`ORDERS`.
    """

    text: str = ""
    state: str = ""
    role: str = ""
    institution: str = ""
    joined: str = ""
    order: str = ""


def look(wanted, codes=None, page=1):
    """Return the :class:`~app.foundation.paging.Found` page of people who are ``wanted``.

    codes: of the institutions whose members alone may be seen; None: everybody.
    """
    return paged(db.session, _fitting(wanted, codes), _order(wanted), page)


def batches(wanted, codes=None):
    """Yield lists of everybody whom :func:`look` would show on all pages."""
    return paging.batches(db.session, _fitting(wanted, codes), _order(wanted), User.id)


def is_enough(text):
    """Does ``text`` name somebody well enough for who may not see everybody?"""
    return len(identifiers.folded_name(text)) >= SHORTEST


def _fitting(wanted, codes):
    fitting = [*_named(wanted.text.strip()), *_in_state(wanted.state)]
    if wanted.role:
        having = select(UserRole.user_id).where(UserRole.role == wanted.role)
        fitting.append(User.id.in_(having))
    if wanted.institution:
        fitting.append(User.id.in_(_members({wanted.institution})))
    if codes is not None:
        fitting.append(User.id.in_(_members(codes)))
    if wanted.joined in JOINED:
        fitting.append(User.created_at > clock.now() - timedelta(days=JOINED[wanted.joined]))
    return select(User).where(*fitting)


def _order(wanted):
    return ORDERS.get(wanted.order, ORDERS["newest"])


def _members(codes):
    of_those = select(UserInstitution.user_id).join(
        Institution, Institution.id == UserInstitution.institution_id
    )
    return of_those.where(Institution.code.in_(codes))


def _named(text):
    """By what it looks like, so that one index answers."""
    if not text:
        return
    if "@" in text:
        yield User.email_folded == identifiers.folded(text)
    elif _NUMBER.fullmatch(text):
        yield or_(*_numbered(text))
    elif _SUB.fullmatch(text.lower()):
        yield User.sub == text.lower()
    else:
        name = identifiers.folded_name(text)
        begins = (User.name_folded >= name) & (User.name_folded < name + LAST)
        yield or_(begins, User.username_folded == identifiers.folded(text))


def _numbered(text):
    digits = identifiers.cpf(text, strict=False)
    number = identifiers.phone(text)
    yield User.cpf_index.in_(papers.indexes("cpf", digits) if digits else [])
    yield User.phone_index.in_(papers.indexes("phone", number) if number else [])


def _in_state(state):
    if state in {"active", "locked", "closed"}:
        yield User.status == state
    else:
        yield User.status != "closed"
    if state == "unproved":
        yield User.email_verified_at.is_(None)
    elif state == "closing":
        yield User.closes_at.is_not(None)
