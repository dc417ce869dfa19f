"""Who wants to join, in their own words, and everything that is wrong with them (S12–S23)."""

from dataclasses import dataclass

from flask import current_app

from app.auth.accounts import identifiers, passwords, registration
from app.auth.accounts.registration import NewPerson
from app.foundation import clock
from app.foundation.problems import Problem


@dataclass(frozen=True)
class Application:
    """What was typed. An empty ``cpf``, ``birth_date`` or ``phone`` is wrong where it is asked for.

    names: first and last name, where they were asked for apart. What somebody may not say of
    themselves (a role, that an address is proved) has no place here.
    """

    full_name: str
    email: str
    password: str
    cpf: str = ""
    birth_date: str = ""
    phone: str = ""
    username: str = ""
    terms: bool = False
    names: tuple = ()


class Incomplete(Problem):
    """Something must be corrected; ``wrong``: field → message key and its values, in order."""

    code = "incomplete_application"
    status = 422
    description = "Something must be corrected before the account can be opened."

    def __init__(self, wrong):
        super().__init__(detail=" ".join(wrong))
        self.wrong = wrong


def accept(application, *, asked=("cpf", "birth_date", "phone", "terms")):
    """Return the :class:`User` that ``application`` describes, not kept; all is checked first.

    asked: what this door asks for beside name, e-mail address and password.

    Raises Incomplete: with everything that is wrong, not the first alone.
    """
    wrong = {field: (_KEYS[field], {}) for field in _wrong(application, asked)}
    user = registration.prepared(_without(application, wrong))
    refused = refused_birth(application.birth_date) if "birth_date" not in wrong else None
    if refused:
        wrong["birth_date"] = (refused, {})
    refusal = passwords.refusal(application.password, user)
    if refusal:
        problem = passwords.Refused(refusal)
        wrong["password"] = (problem.key, problem.values)
    if wrong:
        raise Incomplete({field: wrong[field] for field in _FIELDS if field in wrong})
    return user


def refused_birth(text):
    """Return the message key of why nobody born on that day may join, or None (S18)."""
    born = identifiers.day(text)
    if born is None:
        return None
    today = clock.today(current_app.config["TIME_ZONE"])
    if born > today or today.year - born.year > 130:
        return "register.birth_date"
    adult = identifiers.of_age(born, today, current_app.config["ADULT_YEARS"])
    return None if adult else "register.age"


_FIELDS = ("full_name", "email", "cpf", "birth_date", "phone", "username", "password", "terms")
_KEYS = {
    "full_name": "register.name",
    "email": "register.email",
    "cpf": "register.cpf",
    "birth_date": "register.birth_date",
    "phone": "register.phone",
    "username": "register.username",
    "terms": "register.terms",
}
_NOBODY = "nobody@example.com"  # stands in for an address that is none, to check all the rest


def _wrong(given, asked):
    """Yield each field that is missing or malformed."""
    strict = current_app.config["CPF_VALIDATION"] != "format"
    readings = {
        "full_name": identifiers.full_name(given.full_name),
        "email": identifiers.email(given.email),
        "cpf": identifiers.cpf(given.cpf, strict=strict),
        "birth_date": identifiers.day(given.birth_date),
        "phone": identifiers.phone(given.phone),
        "username": identifiers.username(given.username),
        "terms": given.terms or None,
    }
    for field, reading in readings.items():
        needed = field in {"full_name", "email", *asked}
        if reading is None and (needed or getattr(given, field)):
            yield field


def _without(given, wrong):
    """The person, less what is malformed."""
    born = identifiers.day(given.birth_date)
    told = {"birthdate": born.isoformat()} if born else {}
    if given.names and "full_name" not in wrong:
        told |= dict(zip(("given_name", "family_name"), given.names, strict=True))
    return NewPerson(
        email=_NOBODY if "email" in wrong else given.email,
        password=given.password,
        name=None if "full_name" in wrong else identifiers.full_name(given.full_name),
        username=None if "username" in wrong else given.username or None,
        cpf=None if "cpf" in wrong else given.cpf or None,
        phone=None if "phone" in wrong else given.phone or None,
        claims=told,
    )
