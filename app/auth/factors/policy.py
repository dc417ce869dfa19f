"""Who must have a second factor, and when it may be left out: one table (C33, `decisions.md` §5).

Everybody follows the setting ``SECOND_FACTOR``. A role may ask for more, and so may an institution:
of its members wherever they sign in, and of everybody who signs in to an app of its own. The
strictest holds. Roles and memberships come with the session that is here, and what an institution
asks for is kept in the process, so that no authorization asks the database for any of it.
"""

from flask import current_app

from app.auth.audit import events, trail
from app.auth.institutions import directory, members, registry, roles
from app.foundation.problems import Problem

OPTIONAL = "optional"  # whoever likes
AT_FIRST_MONEY = "at_first_money"  # once an app asks for a sign-in of two factors
AT_REGISTRATION = "at_registration"  # before anything else
ALWAYS = "always"  # and at every sign-in, from a remembered browser too
STRICTNESS = (OPTIONAL, AT_FIRST_MONEY, AT_REGISTRATION, ALWAYS)

BY_ROLE = {"admin": ALWAYS}  # but on a developer's own machine


class Unknown(Problem):
    """There is no such policy."""

    code = "unknown_policy"
    status = 422
    description = f"The policies are: {', '.join(STRICTNESS)}."


def ask(code, name, *, by=events.OPERATOR):
    """Let the institution ``code`` ask for the policy ``name``; :data:`OPTIONAL` asks for nothing.

    It holds within ``CACHE_SECONDS``, of sessions under way too. Raises Unknown, NotFound.
    """
    if name not in STRICTNESS:
        raise Unknown
    institution = directory.held(code)
    institution.second_factor = None if name == OPTIONAL else name
    data = {"second_factor": name}
    trail.record(events.INSTITUTION_POLICY_CHANGED, actor=by, subject=code, data=data)
    registry.forget(code)


def of(user_id, institution=None):
    """Return the policy for this person at an app of ``institution`` (a code), if of any."""
    return _strictest(roles.names(user_id), [*members.codes(user_id), institution])


def here(presence, institution=None):
    """Return the policy for who is here (a Presence), from what was read with their session."""
    if presence.roles is None:
        return of(presence.user_id, institution)
    return _strictest(presence.roles.split(","), [*presence.institutions.split(","), institution])


def mandates(policy):
    """Must a person have a second factor before anything else?"""
    return policy in {AT_REGISTRATION, ALWAYS}


def offers(policy):
    """Is a person without a second factor asked to set one up where an app needs it?"""
    return policy != OPTIONAL


def lets_browsers_be_remembered(policy):
    """May a person ask not to be asked again in this browser?"""
    return bool(current_app.config["SECOND_FACTOR_REMEMBER_DAYS"]) and policy != ALWAYS


def _strictest(named, codes):
    found = [current_app.config["SECOND_FACTOR"]]
    if current_app.config["APP_ENV"] != "development":
        found += [BY_ROLE[role] for role in named if role in BY_ROLE]
    asking = (registry.find(code) for code in codes if code)
    found += [each.second_factor for each in asking if each and each.second_factor]
    return max(found, key=STRICTNESS.index)
