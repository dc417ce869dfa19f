"""Open an account. Everything is checked before anything is written."""

import json
from dataclasses import dataclass, field
from datetime import date

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.auth.accounts import claims, identifiers, papers, passwords
from app.auth.accounts.models import User
from app.auth.audit import events, trail
from app.auth.database import db
from app.foundation import clock, ids
from app.foundation.problems import Problem

# Claims that are columns of a person; the others are kept as they are.
_COLUMNS = {"name": "full_name", "given_name": "given_name", "family_name": "family_name"}
_TOLD_APART = ("email", "email_verified", "phone_number", "phone_number_verified", "birthdate")


class Refused(Problem):
    """Something about the person cannot be; ``field`` names it, ``key`` the message for people."""

    code = "person_refused"
    status = 422

    def __init__(self, field, description, key=None):
        super().__init__(description)
        self.field = field
        self.key = key or f"register.{field}"


class Taken(Refused):
    """What may be one person's only is another's already."""

    code = "person_taken"
    status = 409

    def __init__(self, field):
        super().__init__(field, f"Another person has this {field}.", "register.sent")


@dataclass(frozen=True)
class NewPerson:
    """Who opens an account, in their own words; ``claims`` is decoded JSON of standard claims."""

    email: str
    password: str
    name: str | None = None
    username: str | None = None
    cpf: str | None = None
    phone: str | None = None
    claims: dict = field(default_factory=dict)
    verified: bool = False  # e-mail, phone and identity were proved elsewhere (decisions §14)


def create(person, *, any_password=False, actor=events.SYSTEM):
    """Open an account for ``person`` and return its :class:`User`.

    any_password: the policy is not asked; for the first administrator of a developer's machine.

    Raises Refused: when something is malformed. Raises Taken: when it is another's already.
    Raises passwords.Refused: when the policy refuses the password.
    """
    user = prepared(person)
    refuse_taken(user)
    refusal = None if any_password else passwords.refusal(person.password, user)
    if refusal:
        raise passwords.Refused(refusal)
    passwords.set(user, person.password)
    add(user)
    trail.record(events.ACCOUNT_CREATED, actor=actor, subject=user.sub)
    return user


def prepared(person):
    """Return the :class:`User` that ``person`` would be, without a password and kept nowhere.

    Raises Refused: when something is malformed.
    """
    given = _checked(person.claims)
    user = User(sub=ids.subject(), claims="{}", must_prove="", created_at=clock.now())
    _name(user, person, given)
    _keep_papers(user, person, given)
    _mark_proved(user, person, given)
    rest = {k: v for k, v in given.items() if k not in {*_COLUMNS, *_TOLD_APART, "locale"}}
    user.claims = json.dumps(rest, sort_keys=True, ensure_ascii=False)
    return user


def _checked(given):
    try:
        return dict(claims.checked(given))
    except claims.Malformed as error:
        raise Refused("claims", f"{error}.") from error


def _name(user, person, given):
    address = identifiers.email(person.email)
    if address is None:
        raise Refused("email", "That is not an e-mail address.")
    if given.get("email", person.email).lower() != person.email.lower():
        raise Refused("claims", "The claim email differs from the person's e-mail address.")
    user.email, user.email_folded = address, identifiers.folded(address)
    if person.username:
        user.username = identifiers.username(person.username)
        if user.username is None:
            raise Refused("username", "A user name has 3 to 64 letters, digits, dots, - or _.")
        user.username_folded = identifiers.folded(user.username)
    for claim, column in _COLUMNS.items():
        setattr(user, column, given.get(claim))
    user.full_name = person.name or user.full_name
    user.locale = given.get("locale")
    user.birth_date = date.fromisoformat(given["birthdate"]) if "birthdate" in given else None


def _keep_papers(user, person, given):
    if person.cpf:
        strict = current_app.config["CPF_VALIDATION"] != "format"
        cpf = identifiers.cpf(person.cpf, strict=strict)
        if cpf is None:
            raise Refused("cpf", "That is not a valid CPF.")
        papers.keep(user, "cpf", cpf)
    number = person.phone or given.get("phone_number")
    if number:
        phone = identifiers.phone(number)
        if phone is None:
            raise Refused("phone", "That is not a valid phone number.")
        papers.keep(user, "phone", phone)


def _mark_proved(user, person, given):
    now = clock.now()
    user.email_verified_at = now if person.verified or given.get("email_verified") else None
    proved = person.verified or given.get("phone_number_verified")
    user.phone_verified_at = now if user.phone_sealed and proved else None
    user.identity_verified_at = now if person.verified else None


def refuse_taken(user):
    """Say whose it is not before the database would, and in better words. Raises Taken."""
    taken = {"email": User.email_folded == user.email_folded}
    if user.username:
        taken["username"] = User.username_folded == user.username_folded
    if user.cpf_index:
        indexes = papers.indexes("cpf", papers.read(user, "cpf"))
        taken["cpf"] = User.cpf_index.in_(indexes)
    if user.phone_verified_at:
        indexes = papers.indexes("phone", papers.read(user, "phone"))
        taken["phone"] = User.phone_index.in_(indexes) & User.phone_verified_at.is_not(None)
    for name, condition in taken.items():
        if db.session.scalar(select(exists().where(condition))):
            raise Taken(name)


def add(user):
    """Keep the new person. Raises Taken: when somebody else came in between."""
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Taken("email") from error
