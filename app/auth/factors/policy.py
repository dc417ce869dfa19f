"""Who must have a second factor, and when it may be left out: one table (C33, `decisions.md` §5).

Everybody follows the setting ``SECOND_FACTOR``; a role may ask for more.
"""

from flask import current_app

from app.auth.institutions import roles

OPTIONAL = "optional"  # whoever likes
AT_FIRST_MONEY = "at_first_money"  # once an app asks for a sign-in of two factors
AT_REGISTRATION = "at_registration"  # before anything else
ALWAYS = "always"  # and at every sign-in, from a remembered browser too
STRICTNESS = (OPTIONAL, AT_FIRST_MONEY, AT_REGISTRATION, ALWAYS)

BY_ROLE = {"admin": ALWAYS}  # but on a developer's own machine


def of(user_id):
    """Return the policy for this person: the strictest of the setting's and their roles'."""
    found = [current_app.config["SECOND_FACTOR"]]
    if current_app.config["APP_ENV"] != "development":
        found += [BY_ROLE[role] for role in roles.names(user_id) if role in BY_ROLE]
    return max(found, key=STRICTNESS.index)


def mandates(user_id):
    """Must this person have a second factor before anything else?"""
    return of(user_id) in {AT_REGISTRATION, ALWAYS}


def offers(user_id):
    """Is a person without a second factor asked to set one up where an app needs it?"""
    return of(user_id) != OPTIONAL


def lets_browsers_be_remembered(user_id):
    """May this person ask not to be asked again in this browser?"""
    return bool(current_app.config["SECOND_FACTOR_REMEMBER_DAYS"]) and of(user_id) != ALWAYS
