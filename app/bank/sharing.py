"""What an app may read of somebody's money where its consent says so in detail (RFC 9396 §9.1).

A token without ``account_information`` reads what its scopes open. One with it reads what one of
its entries allows: in this room, by this action, until that day.
"""

from functools import wraps

from flask import current_app

from app.foundation import clock
from app.foundation.problems import Problem
from app.resource_server import current_token

TYPE = "account_information"


class NotShared(Problem):
    """The person shared something else, or no longer shares it."""

    code = "not_shared"
    status = 403
    description = "The person did not share this with the app, or does so no more."


def shared(room, action):
    """Let a view through that reads by ``action`` in ``room``, as far as the person shares it.

    Raises NotShared: when the token's details say otherwise.
    """

    def protect(view):
        @wraps(view)
        def within(**arguments):
            """Read it, unless the consent is narrower."""
            asked = [entry for entry in current_token.details if entry.get("type") == TYPE]
            if asked and not any(_allows(entry, room, action) for entry in asked):
                raise NotShared
            return view(**arguments)

        return within

    return protect


def _allows(entry, room, action):
    settings = current_app.config
    places, actions, until = (entry.get(name) for name in ("locations", "actions", "until"))
    today = clock.today(settings["TIME_ZONE"]).isoformat()
    return (
        isinstance(places, list)
        and f"{settings['BANK_AUDIENCE']}/{room}" in places
        and isinstance(actions, list)
        and action in actions
        and (until is None or (isinstance(until, str) and today <= until))
    )
