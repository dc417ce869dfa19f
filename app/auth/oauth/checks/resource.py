"""Which service the token is for (RFC 8707): one of ours, and one audience a token."""

from flask import current_app

from app.auth.consents import scopes
from app.auth.oauth import errors
from app.auth.tokens import access


def audience(resources, granted):
    """Return the audience for ``granted`` scopes, narrowed to the one in ``resources``, if any.

    Raises InvalidTarget: for more than one, for one we do not know, and for a room of the bank
    that none of the scopes opens.
    """
    if not resources:
        return access.audience_for(granted)
    issuer, bank = current_app.config["ISSUER"], current_app.config["BANK_AUDIENCE"]
    rooms = {f"{bank}/{scopes.CATALOGUE[s].room}" for s in granted if scopes.CATALOGUE[s].room}
    allowed = {issuer} | ({bank} | rooms if rooms else set())
    if len(set(resources)) > 1 or resources[0] not in allowed:
        raise errors.InvalidTarget
    return resources[0]


def still(resources, settled):
    """See that ``resources``, named again at the token endpoint, are the ``settled`` audience.

    Raises InvalidTarget (RFC 8707 §2.2).
    """
    if set(resources) - {settled}:
        raise errors.InvalidTarget


def check(asked):
    """Settle the audience. Raises InvalidTarget."""
    if "resource" in asked.repeated:
        raise errors.InvalidTarget
    named = asked.get("resource")
    asked.checked["audience"] = audience([named] if named else [], asked.checked["scope"])
