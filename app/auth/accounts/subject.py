"""What a person is called: one name before everybody, or one before each sector (OIDC Core §8).

A pairwise name is drawn at random when its sector first meets the person and kept, so that no key's
rotation changes it and nothing computes it back.
"""

from typing import NamedTuple

from app.auth.database import hot
from app.foundation import ids
from app.foundation.hot import Statement


class Name(NamedTuple):
    """A name of a person."""

    subject: str


FIND = Statement(
    "SELECT subject FROM pairwise_subjects WHERE user_id = :user_id AND sector = :sector", Name
)
DRAW = Statement(
    "INSERT INTO pairwise_subjects (user_id, sector, subject)"
    " VALUES (:user_id, :sector, :subject) ON CONFLICT (user_id, sector) DO NOTHING"
)
WHOSE = Statement(
    "SELECT u.sub FROM pairwise_subjects p JOIN users u ON u.id = p.user_id"
    " WHERE p.subject = :subject AND p.sector = :sector",
    Name,
)


def of(person, sector):
    """Return the ``sub`` by which clients of ``sector`` know ``person`` (a user or a presence).

    sector: None for the name that everybody else uses.
    """
    if sector is None:
        return person.sub
    key = {"user_id": getattr(person, "user_id", None) or person.id, "sector": sector}
    found = hot.first(FIND, **key)
    if found is None:
        hot.run(DRAW, **key, subject=ids.subject())  # of many at once, the first one's stays
        found = hot.first(FIND, **key)
    return found.subject


def public(subject, sector):
    """Return the name before everybody of whom clients of ``sector`` call ``subject``, or None."""
    if sector is None:
        return subject
    found = hot.first(WHOSE, subject=subject, sector=sector)
    return found and found.subject
