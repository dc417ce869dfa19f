"""The person an access token speaks of: one statement asks whether both still stand."""

from datetime import date, datetime
from typing import NamedTuple

from app.auth.accounts.models import User
from app.auth.clients import registry
from app.auth.database import hot
from app.auth.tokens import access
from app.foundation.hot import Statement


class Person(NamedTuple):
    """What userinfo may tell of, as stored (``users``)."""

    sub: str
    username: str | None
    email: str
    email_verified_at: datetime | None
    phone_sealed: bytes | None
    phone_verified_at: datetime | None
    birth_date: date | None
    full_name: str | None
    given_name: str | None
    family_name: str | None
    claims: str
    locale: str | None
    updated_at: datetime

    def place(self, column):
        """Where ``column`` of this person is sealed for, as ``accounts.models.User`` says."""
        return User.place(self, column)


_LIVING = f"""SELECT {", ".join(Person._fields)} FROM users
    WHERE status = 'active' AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE {access.LISTED})"""
FIND = Statement(f"{_LIVING} AND sub = :sub", Person)
FIND_PAIRWISE = Statement(
    f"{_LIVING} AND id = (SELECT user_id FROM pairwise_subjects WHERE subject = :sub)", Person
)
FIND_BY_ID = Statement(f"SELECT {', '.join(Person._fields)} FROM users WHERE id = :user_id", Person)


def of(claims):
    """Return the :class:`Person` of an access token's ``claims``, or None.

    None when the token was ended, or the person may no longer enter.
    """
    known = hot.first(FIND, sub=claims["sub"], **access.names(claims))
    client = None if known else registry.find(claims["client_id"])
    if client and client.sector:
        return hot.first(FIND_PAIRWISE, sub=claims["sub"], **access.names(claims))
    return known


def by_id(user_id):
    """Return the :class:`Person` of a grant that has just proved good."""
    return hot.first(FIND_BY_ID, user_id=user_id)
