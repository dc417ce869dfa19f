"""Which services the tokens are for (RFC 8707): of ours, and one audience a token.

A request may name several; each token request then chooses one of them, and without a choice the
first is meant. A token's scope is narrowed to what its service is there for (RFC 8707 §2.2).
"""

from flask import current_app

from app.auth.consents import scopes
from app.auth.oauth import errors
from app.auth.tokens import access


def audience(named, granted):
    """Return the audience of a token for ``granted`` scopes alone: the one ``named``, if any.

    Raises InvalidTarget: for more than one, for one we do not know, and for one that none of the
    scopes opens.
    """
    return chosen(named, authorized(named, granted), granted)


def authorized(named, granted):
    """Return the audiences (tuple) that tokens of ``granted`` scopes (names) may be for.

    named: those asked for; without any, the one that the scopes need. Raises InvalidTarget: for
    one that we do not know, or that none of the scopes opens.
    """
    if not named:
        return (access.audience_for(granted),)
    if not set(named) <= _opened(granted):
        raise errors.InvalidTarget
    return tuple(dict.fromkeys(named))


def chosen(named, audiences, granted):
    """Return which one of the authorized ``audiences`` (names) a token is for.

    named: those asked for at the token endpoint; where the whole bank was authorized, a room of
    it that the ``granted`` scopes open will do. Raises InvalidTarget: for another, or several.
    """
    if not named:
        return audiences[0]
    bank = current_app.config["BANK_AUDIENCE"]
    rooms = (each for each in _opened(granted) if each.startswith(f"{bank}/"))
    allowed = {*audiences, *(rooms if bank in audiences else ())}
    if len(set(named)) > 1 or named[0] not in allowed:
        raise errors.InvalidTarget
    return named[0]


def for_token(grant, scope, named):
    """Return ``grant`` with the one audience of a token, and what is left of ``scope`` (text).

    Raises InvalidTarget, as :func:`chosen` does.
    """
    audience = chosen(named, grant.audience.split(), grant.scope.split())
    return grant._replace(audience=audience), " ".join(served(audience, scope.split()))


def onward(target, claims):
    """Return the scopes of an access token (its ``claims``) that ``target`` serves, in order.

    A room of the bank that the token's scopes open, or the very audience it has: never the whole
    of what it has a part of (RFC 8693 §2.1). Raises InvalidTarget.
    """
    bank = current_app.config["BANK_AUDIENCE"]
    held = [name for name in claims.get("scope", "").split() if name in scopes.CATALOGUE]
    rooms = {name: scopes.room_of(name) for name in held}
    there = [name for name in held if rooms[name] and target == f"{bank}/{rooms[name]}"]
    if there:
        return there
    if target != claims["aud"]:
        raise errors.InvalidTarget
    held = [name for name in held if name != "offline_access"]
    return [name for name in held if bool(rooms[name]) is (target == bank)]


def served(audience, granted):
    """Return those of ``granted`` scopes (names) that ``audience`` is there for.

    Whatever opens no room of the bank speaks of the person, and stays: userinfo takes any token.
    """
    bank = current_app.config["BANK_AUDIENCE"]
    if audience == bank:
        return granted
    room = audience.removeprefix(f"{bank}/")
    return [name for name in granted if scopes.room_of(name) in {None, room}]


def check(asked):
    """Settle the audiences. Raises InvalidTarget."""
    settled = authorized(asked.get("resource") or [], asked.checked["scope"])
    asked.checked["audience"] = " ".join(settled)


def _opened(granted):
    """Every audience that one of ``granted`` is for: this server, the bank, rooms of the bank."""
    issuer, bank = current_app.config["ISSUER"], current_app.config["BANK_AUDIENCE"]
    rooms = {scopes.room_of(name) for name in granted}
    ours = {issuer} if None in rooms or not rooms else set()
    rooms.discard(None)
    return ours | ({bank} | {f"{bank}/{room}" for room in rooms} if rooms else set())
