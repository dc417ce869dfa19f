"""A person in words, every paper and contact of theirs masked."""

from typing import NamedTuple

from app.auth.accounts import papers
from app.auth.admin.entries import Badge
from app.auth.people import naming
from app.foundation import clock, masks, words

COLUMNS = ("sub", "name", "email", "phone", "cpf", "state", "created_at")


class Fact(NamedTuple):
    """One thing known. field: by which name it may be shown in clear; empty: it is so already."""

    label: str
    value: str
    note: str = ""
    field: str = ""


class Row(NamedTuple):
    """One person of a list."""

    sub: str
    name: str
    email: str
    badges: list
    joined: str


def row(user):
    """Return the :class:`Row` of a person."""
    joined = words.t("admin.people.joined_at", when=words.when(user.created_at, clock.now()))
    return Row(user.sub, naming.called(user), masks.email(user.email), list(badges(user)), joined)


def fields(user):
    """Return the fields of a person in a file, in the order of :data:`COLUMNS`."""
    shown = masked(user)
    created_at = clock.to_the_second(user.created_at)
    contacts = (shown["email"], shown["phone"], shown["cpf"])
    return (user.sub, user.full_name, *contacts, user.status, created_at)


def badges(user):
    """Yield the :class:`Badge` of each state that a person is in."""
    kinds = {"active": "ok", "locked": "danger", "closed": "warn"}
    yield Badge(kinds[user.status], words.t(f"admin.people.state.{user.status}"))
    if user.email_verified_at is None and user.status != "closed":
        yield Badge("warn", words.t("admin.people.state.unproved"))
    if user.closes_at and user.status != "closed":
        yield Badge("warn", words.t("admin.people.state.closing"))


def masked(user):
    """Return what is masked of a person, by field; None where there is none."""
    number, digits = papers.read(user, "phone"), papers.read(user, "cpf")
    return {
        "email": masks.email(user.email),
        "phone": number and masks.phone(number),
        "cpf": digits and masks.cpf(digits),
        "birth_date": user.birth_date and masks.birth_date(user.birth_date),
    }


def about(user):
    """Yield each :class:`Fact` of a person, in order; what is not known is left out."""
    shown, now = masked(user), clock.now()
    proofs = {
        "email": user.email_verified_at,
        "phone": user.phone_verified_at,
        "cpf": user.identity_verified_at,
    }
    for field, value in shown.items():
        if value:
            note = _proved(proofs[field], now) if field in proofs else ""
            yield Fact(words.t(f"admin.people.fact.{field}"), value, note, field)
    plain = {
        "username": user.username,
        "locale": user.locale,
        "joined": words.when(user.created_at, now),
        "password": user.password_changed_at and words.when(user.password_changed_at, now),
    }
    for name, value in plain.items():
        if value:
            yield Fact(words.t(f"admin.people.fact.{name}"), value)


def _proved(moment, now):
    if moment is None:
        return words.t("admin.people.not_proved")
    return words.t("admin.people.proved", when=words.when(moment, now))
