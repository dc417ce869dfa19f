"""An institution, its members and its invitations in words."""

from typing import NamedTuple

from app.auth.admin.entries import Badge
from app.auth.institutions import branding, colours, invitations, registry
from app.auth.people import naming
from app.foundation import clock, masks, words

STATES = {"waiting": "info", "accepted": "ok", "withdrawn": "warn", "expired": "warn"}


class Row(NamedTuple):
    """An institution in the list."""

    code: str
    name: str
    logo: str | None
    badges: list
    since: str


class Colour(NamedTuple):
    """One of the five colours: its name for machines and people, and what was given."""

    name: str
    label: str
    hint: str
    value: str


class Member(NamedTuple):
    """A member in the list; the address with a part of it hidden."""

    sub: str
    name: str
    email: str
    badge: Badge
    since: str


class Invitation(NamedTuple):
    """An invitation in the list; the address with a part of it hidden."""

    id: str
    email: str
    badge: Badge
    sent: str
    until: str
    waits: bool


def row(institution):
    """Return an institution as the list shows it."""
    record = registry.find(institution.code)
    since = words.t("admin.institutions.since", when=words.date(institution.created_at))
    logo = record and record.logo
    return Row(institution.code, institution.name, logo, list(badges(institution)), since)


def badges(institution):
    """Return what is an institution's own: its dress, its policy."""
    if institution.colours:
        yield Badge("ok", words.t("admin.institutions.dress.own"))
    if institution.second_factor:
        yield Badge("info", words.t(f"admin.institutions.policy.{institution.second_factor}"))


def five(given):
    """Return the five :class:`Colour` with what was ``given`` (dict)."""
    said = "admin.institutions.colour"
    return [
        Colour(name, words.t(f"{said}.{name}"), words.t(f"{said}.{name}_hint"), given.get(name, ""))
        for name in colours.GIVEN
    ]


def pair(alike):
    """Return the sentence for two colours that are too alike (:class:`colours.Pair`)."""
    token = "admin.institutions.token"
    return words.t(
        "admin.institutions.pair",
        theme=words.t(f"admin.institutions.theme.{alike.theme}"),
        front=words.t(f"{token}.{alike.front}"),
        ground=words.t(f"{token}.{alike.ground}"),
        contrast=words.decimal(int(alike.contrast * 100) / 100),  # 4.499 is not 4.5
        needed=words.decimal(alike.needed),
    )


def dress(institution):
    """Return the five colours of an institution in its order, none where it wears the house's."""
    given = branding.given(institution)
    return five(given) if given else []


def member(user):
    """Return a member as the list shows them."""
    active = user.status == "active"
    state = words.t(f"admin.institutions.member.{user.status}")
    since = words.t("admin.institutions.since", when=words.date(user.created_at))
    badge = Badge("ok" if active else "danger", state)
    return Member(user.sub, naming.called(user), masks.email(user.email), badge, since)


def invitation(found):
    """Return an invitation as the list shows it."""
    now = clock.now()
    state = invitations.state_of(found, now)
    badge = Badge(STATES[state], words.t(f"admin.institutions.invitation.{state}"))
    sent, until = (words.when(each, now) for each in (found.created_at, found.expires_at))
    masked = masks.email(found.email_folded)
    return Invitation(found.id, masked, badge, sent, until, state == "waiting")
