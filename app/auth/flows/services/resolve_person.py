"""Who is meant by a name, and what a bank may know of them (`decisions.md` §2, C12)."""

from typing import NamedTuple

from flask import current_app

from app.auth.accounts import identifiers, lookup, papers
from app.auth.institutions import members
from app.foundation import clock

KINDS = ("sub", "user_id", "email", "phone", "cpf")


class Resolved(NamedTuple):
    """A person as another person's bank may show them.

    document: their CPF but for its ends, None where nobody has proved it to be theirs; institution:
    its name; missing: what stands between them and a wallet, among ``email``, ``cpf``,
    ``birth_date`` and ``age``.
    """

    sub: str
    user_id: int
    name: str
    document: str | None
    institution: str
    missing: tuple


def resolve(kind, name):
    """Return the :class:`Resolved` that goes by ``name``, or None.

    kind: one of :data:`KINDS`. By a contact or a CPF only who has proved it is found: else money
    would go to whoever wrote it down first. Asks the same of the database for nobody.
    """
    user = _found(kind, name)
    names = members.names(user.id if user else 0)
    if user is None:
        return None
    brand = current_app.config["BRAND_NAME"]
    return Resolved(
        sub=user.sub,
        user_id=user.id,
        name=called(user),
        document=_document(user),
        institution=names[0] if len(names) == 1 else brand,
        missing=tuple(_missing(user)),
    )


def called(user):
    """Return what others are told that a person is called."""
    parts = " ".join(part for part in (user.given_name, user.family_name) if part)
    return user.full_name or parts or user.username or ""


def _found(kind, name):
    user = FINDERS[kind](name)
    return user if user and user.status != "closed" else None


def _by_email(text):
    user = lookup.by_email(text)
    return user if user and user.email_verified_at else None


def _by_cpf(text):
    strict = current_app.config["CPF_VALIDATION"] == "strict"
    digits = identifiers.cpf(text, strict=strict)
    user = digits and lookup.by_cpf(digits)
    return user if user and user.identity_verified_at else None


def _by_phone(text):
    number = identifiers.phone(text)
    return number and lookup.by_proved_phone(number)


FINDERS = {
    "sub": lookup.by_sub,
    "user_id": lookup.by_id,
    "email": _by_email,
    "phone": _by_phone,
    "cpf": _by_cpf,
}


def _document(user):
    if user.cpf_sealed is None or user.identity_verified_at is None:
        return None
    digits = papers.read(user, "cpf")
    return f"***.{digits[3:6]}.{digits[6:9]}-**"


def _missing(user):
    if user.email_verified_at is None:
        yield "email"
    if user.cpf_sealed is None:
        yield "cpf"
    if user.birth_date is None:
        yield "birth_date"
    elif not _is_of_age(user):
        yield "age"


def _is_of_age(user):
    settings = current_app.config
    today = clock.today(settings["TIME_ZONE"])
    return identifiers.of_age(user.birth_date, today, settings["ADULT_YEARS"])
