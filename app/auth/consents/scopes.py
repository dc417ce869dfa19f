"""The catalogue of scopes: what each opens, and how surely someone must be here for it.

Words for people are messages ``scope.<name>.title`` and ``.detail``, a colon written ``_``.
Discovery, registration, the consent page and the tokens all read this table.

Those of ``INTERNAL`` are for services of our own, which ask for themselves alone: no person is ever
asked for one, no app may have one, and nobody publishes them. Those of ``MACHINES`` are for
machines of others that the operator knows, such as cash machines: they too ask for themselves.
"""

from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True)
class Scope:
    """One scope.

    claims: what it opens at userinfo (OIDC Core §5.4); room: the bank room it is for, or None;
    internal: for a service of our own alone; machine: for a machine of somebody the operator knows;
    money: what has it can move money, or let more be moved.
    """

    name: str
    claims: tuple = ()
    room: str | None = None
    internal: bool = False
    machine: bool = False
    money: bool = False


_PROFILE = (
    "name family_name given_name middle_name nickname preferred_username profile picture website"
    " gender birthdate zoneinfo locale updated_at"
)

CATALOGUE = {
    scope.name: scope
    for scope in (
        Scope("openid", ("sub",)),
        Scope("profile", tuple(_PROFILE.split())),
        Scope("email", ("email", "email_verified")),
        Scope("address", ("address",)),
        Scope("phone", ("phone_number", "phone_number_verified")),
        Scope("offline_access"),
        Scope("wallet:read", room="wallet"),
        Scope("wallet:transfer", room="wallet", money=True),
        Scope("wallet:limits", room="wallet", money=True),
        Scope("payments:write", room="payments", money=True),
        Scope("atm:withdraw", room="atm", money=True),
        Scope("reports:read", room="reports"),
    )
}
INTERNAL = {
    scope.name: scope
    for scope in (
        Scope("people:resolve", internal=True),
        Scope("notices:send", internal=True),
        Scope("wallet:deposit", room="wallet", internal=True, money=True),
        Scope("support:read", room="wallet", internal=True),
    )
}
MACHINES = {
    scope.name: scope for scope in (Scope("atm:validate", room="atm", machine=True, money=True),)
}
OPERATORS = INTERNAL | MACHINES  # that no form and no app may give
EVERY = CATALOGUE | OPERATORS

READ = ("wallet:read", "reports:read")  # of the bank's: those that look and move nothing
READ_ROOMS = frozenset(CATALOGUE[name].room for name in READ)

CLAIMS = tuple(sorted({claim for scope in CATALOGUE.values() for claim in scope.claims}))
_CLAIMS_OF = {name: frozenset(scope.claims) for name, scope in CATALOGUE.items()}
_ROOM_OF = {name: scope.room for name, scope in EVERY.items() if scope.room}
_BANK = frozenset(_ROOM_OF)


def claims_of(granted):
    """Return the names of the claims that ``granted`` (scope names) open at userinfo."""
    return frozenset().union(*(_CLAIMS_OF.get(name, frozenset()) for name in granted))


def for_anyone():
    """Return the scopes (by name) that an app may register for though nobody let it in.

    Those of ``REGISTRATION_SCOPES``; without it, in production those of no bank room, else all.
    """
    named = current_app.config["REGISTRATION_SCOPES"].split()
    if not named:
        production = current_app.config["APP_ENV"] == "production"
        named = [name for name in CATALOGUE if name not in _BANK or not production]
    return {name: scope for name, scope in CATALOGUE.items() if name in named}


def for_bank(granted):
    """Does any of ``granted`` open a room of the bank?"""
    return not _BANK.isdisjoint(granted)


def moves_money(names):
    """Does any of ``names`` (scopes) let money be moved?"""
    return any(EVERY[name].money for name in names if name in EVERY)


def readable(room):
    """Return those of :data:`READ` that open ``room``; all of them where it is empty."""
    return [name for name in READ if room in {"", CATALOGUE[name].room}]


def room_of(name):
    """Return the room of the bank that the scope ``name`` is for, or None."""
    return _ROOM_OF.get(name)
