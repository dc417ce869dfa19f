"""The person whom something is done to, held until it is done."""

from app.auth.accounts import lookup
from app.auth.database import db
from app.auth.staff import standing
from app.foundation import database
from app.foundation.problems import NotFound


def held(sub, by):
    """Return the person, held as by :func:`lookup.held`, when ``by`` may do so to them.

    Asked before the request writes anything. Raises NotFound: when there is nobody, or the account
    was closed; standing.Oneself, standing.Above.
    """
    user = known(sub, by)
    database.let_go(db)
    return lookup.held(user.id)


def held_by_anyone(sub, by):
    """Return the person, held; whoever they are, ``by`` is not the same. Raises NotFound, Oneself.

    For what only the person decides in the end.
    """
    user = lookup.by_sub(sub)
    if user is None or user.status == "closed":
        raise NotFound
    if user.sub == by:
        raise standing.Oneself
    database.let_go(db)
    return lookup.held(user.id)


def known(sub, by):
    """Return the person as :func:`held` does, for the caller to hold."""
    user = lookup.by_sub(sub)
    if user is None or user.status == "closed":
        raise NotFound
    standing.over(by, user)
    return user
