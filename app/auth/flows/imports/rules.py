"""Who one line describes, by the rules of joining, or everything that is wrong with it (C6, C-09).

What is wrong is told by the field's name and a fixed sentence; what the line says never is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.auth.accounts import claims, identifiers, registration
from app.auth.accounts.imported import hashes
from app.auth.accounts.models import User
from app.auth.accounts.registration import NewPerson
from app.auth.factors import totp
from app.auth.flows.contacts import application
from app.auth.institutions import roles
from app.foundation import clock

TEXT, FLAG, WORDS = "text", "flag", "words"
MEMBERS = {
    "email": TEXT,
    "username": TEXT,
    "name": TEXT,
    "given_name": TEXT,
    "family_name": TEXT,
    "cpf": TEXT,
    "birth_date": TEXT,
    "phone": TEXT,
    "locale": TEXT,
    "password_hash": TEXT,
    "totp_secret": TEXT,
    "email_verified": FLAG,
    "email_verified_at": TEXT,
    "phone_verified": FLAG,
    "phone_verified_at": TEXT,
    "identity_verified": FLAG,
    "identity_verified_at": TEXT,
    "roles": WORDS,
    "institutions": WORDS,
}
PROVED = ("email", "phone", "identity")
_CLAIMS = ("given_name", "family_name", "locale")
_BIRTH = {
    "register.birth_date": "That is not a date of birth.",
    "register.age": "The person is too young to have an account.",
}
_KIND = {
    TEXT: "It must be text.",
    FLAG: "It must be true or false.",
    WORDS: "It must be a list of words.",
}


class Fault(NamedTuple):
    """What is wrong: with which field, and why, in a sentence that quotes nothing."""

    field: str
    reason: str


class Unfit(Exception):
    """Nobody can be brought in by this line; ``faults``: all that is wrong with it."""

    def __init__(self, faults):
        super().__init__()
        self.faults = tuple(faults)


class Allowed(NamedTuple):
    """What lines may give: names of roles, codes of institutions."""

    roles: frozenset
    institutions: frozenset


@dataclass(frozen=True)
class Incoming:
    """A person to be brought in, kept nowhere yet, and what they are given beside the account."""

    user: User
    roles: tuple
    institutions: tuple
    totp: str | None


def read(told, allowed):
    """Return the :class:`Incoming` whom ``told`` describes: a dict of :data:`MEMBERS`, decoded.

    Raises Unfit.
    """
    faults = [Fault(name, _KIND[MEMBERS[name]]) for name in told if not _is_of_kind(told, name)]
    told = {name: told[name] for name in told if _is_of_kind(told, name) and told[name] != ""}
    faults += [Fault(*each) for each in _wrong(told, allowed)]
    wrong = {fault.field for fault in faults}
    user = _prepared({name: told[name] for name in told if name not in wrong}, faults)
    if faults:
        raise Unfit(faults)
    return Incoming(
        user=user,
        roles=tuple(sorted({roles.EVERYBODY, *told.get("roles", ())})),
        institutions=tuple(sorted(set(told.get("institutions", ())))),
        totp=totp.readable(told["totp_secret"]) if "totp_secret" in told else None,
    )


def _is_of_kind(told, name):
    value = told[name]
    if MEMBERS[name] == TEXT:
        return isinstance(value, str) and "\0" not in value
    if MEMBERS[name] == FLAG:
        return isinstance(value, bool)
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _wrong(told, allowed):
    """Yield what is wrong beside the papers, which :mod:`registration` reads."""
    if "email" not in told:
        yield "email", "An e-mail address is needed."
    if "name" in told and identifiers.full_name(told["name"]) is None:
        yield "name", "That is not a first and a last name."
    for name in _CLAIMS:
        if name in told and not _is_claim(name, told[name]):
            yield name, "It is malformed."
    refused = application.refused_birth(told.get("birth_date", "")) or _no_date(told)
    if refused:
        yield "birth_date", _BIRTH[refused]
    yield from _wrong_secrets(told)
    yield from _wrong_proofs(told)
    if not allowed.roles.issuperset(told.get("roles", ())):
        yield "roles", _why_not(told["roles"])
    if not allowed.institutions.issuperset(told.get("institutions", ())):
        yield "institutions", "There is no institution of that code."


def _is_claim(name, text):
    try:
        return bool(claims.checked({name: text}))
    except claims.Malformed:
        return False


def _no_date(told):
    given = told.get("birth_date")
    return "register.birth_date" if given and identifiers.day(given) is None else None


def _why_not(names):
    if set(names) <= set(roles.CATALOGUE):
        return "Administrators are brought in with --allow-admin alone."
    return roles.UnknownRole.description


def _wrong_secrets(told):
    if "password_hash" in told:
        refusal = hashes.refusal(told["password_hash"])
        if refusal:
            yield "password_hash", refusal
    elif not any(_moment(told, what) for what in ("email", "phone")):
        yield "password_hash", "Without one, nor a verified e-mail or phone, nobody could come in."
    if "totp_secret" in told and totp.readable(told["totp_secret"]) is None:
        yield "totp_secret", "That is not a base32 secret of 23 to 128 letters."


def _wrong_proofs(told):
    now = clock.now()
    for what in PROVED:
        given = told.get(f"{what}_verified_at")
        at = _moment(told, what)
        if given is not None and (at is None or at > now):
            yield f"{what}_verified_at", "That is not a moment in the past, with its zone."
        if given is not None and told.get(f"{what}_verified") is False:
            yield f"{what}_verified", "It is false beside a moment at which it became true."
    if _moment(told, "phone") and "phone" not in told:
        yield "phone", "It is verified, and is not there."


def _moment(told, what):
    """When ``what`` was proved, by what the line says; None when it was not, or is malformed."""
    given = told.get(f"{what}_verified_at")
    if given is None:
        return clock.now() if told.get(f"{what}_verified") else None
    try:
        at = datetime.fromisoformat(given)
        return at if at.utcoffset() is not None and at.year >= 1970 else None
    except ValueError:
        return None


def _prepared(told, faults):
    """The person, of what is not wrong already; adds all that is wrong with their papers."""
    try:
        user = registration.prepared(_new_person(told))
    except registration.Refused as refused:
        faults.append(Fault(refused.field, refused.description))
        rest = {name: told[name] for name in told if name != refused.field}
        return _prepared(rest, faults) if len(rest) < len(told) else None
    user.password_hash = told.get("password_hash")
    for what in PROVED:
        setattr(user, f"{what}_verified_at", _moment(told, what))
    return user


def _new_person(told):
    born = identifiers.day(told.get("birth_date", ""))
    known = {name: told[name] for name in _CLAIMS if name in told}
    return NewPerson(
        email=told.get("email", "nobody@example.com"),
        password="",  # a hash takes its place
        name=identifiers.full_name(told.get("name", "")),
        username=told.get("username"),
        cpf=told.get("cpf"),
        phone=told.get("phone"),
        claims=known | ({"birthdate": born.isoformat()} if born else {}),
    )
