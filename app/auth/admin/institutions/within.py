"""The institution that an address names, if it is within reach of who is here."""

from app.auth.admin import guard
from app.auth.institutions import directory


def find(code):
    """Return the institution ``code``. Raises NotFound: what is another's is not there."""
    guard.reach().demand(code)
    return directory.get(code)
