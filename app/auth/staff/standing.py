"""Over whom somebody stands: over nobody who may do more than they, and not over themselves.

So a role that locks accounts locks no administrator's, and an institution's own staff nobody of
the whole bank's (G-07).
"""

from app.auth.accounts import lookup
from app.auth.audit import events
from app.auth.staff import reach
from app.foundation.problems import NotFound, Problem


class Oneself(Problem):
    """One's own account is kept on its own pages, not in the back office."""

    code = "own_account"
    status = 403
    key = "admin.people.refused.own"
    description = "Nobody does this to their own account."


class Above(Problem):
    """The person may do what whoever asks may not."""

    code = "person_above"
    status = 403
    key = "admin.people.refused.above"
    description = "The person holds permissions that you do not hold."


def over(by, user):
    """Raise unless ``by`` (a ``sub``, or the command line) stands over ``user``.

    Raises Oneself, Above; NotFound: when ``by`` is nobody any more.
    """
    if by in events.HOST:
        return
    if by == user.sub:
        raise Oneself
    actor = lookup.by_sub(by)
    if actor is None:
        raise NotFound
    mine = reach.of(actor.id)
    for permission, theirs in reach.of(user.id).items():
        if not _within(theirs, mine.get(permission)):
            raise Above


def _within(theirs, mine):
    if mine is None or mine.codes is None:
        return mine is not None
    return theirs.codes is not None and theirs.codes <= mine.codes
