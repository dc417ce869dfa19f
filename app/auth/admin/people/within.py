"""The person whom an address names, if whoever is here may know of them; and who is listed.

Who may do something to people answers for them: sees them listed, and need not say why they look.
One may answer for the people of some institutions alone, and read of all.
"""

from app.auth.accounts import lookup
from app.auth.admin import guard
from app.auth.institutions import members
from app.auth.sessions import browser
from app.auth.staff.permissions import PEOPLE_LOCK
from app.auth.support import looks
from app.foundation.problems import NotFound

SUB = "<uuid:sub>"


class Unexplained(Exception):
    """Who may only read has not said why they look at this person; ``sub`` says at whom."""

    def __init__(self, sub):
        super().__init__()
        self.sub = sub


def person(sub, *, seen=False):
    """Return the person whom whoever is here may look at.

    seen: only what the list shows as well is told of them. Raises NotFound: also for who is of
    institutions beyond reach; Unexplained: where a reason is missing.
    """
    user = lookup.by_sub(str(sub))
    if user is None:
        raise NotFound
    guard.reach().demand(*members.codes(user.id))
    if not seen and only_reads(user) and not looks.is_open(browser.presence().session_id, user.id):
        raise Unexplained(user.sub)
    return user


def only_reads(user):
    """May who is here do nothing to this person, and so says why they look?"""
    return not guard.reach(PEOPLE_LOCK).covers(*members.codes(user.id))


def listed():
    """Return the Reach of those of whom whoever is here sees a list: they answer for them."""
    return guard.reach().shared(guard.reach(PEOPLE_LOCK))
