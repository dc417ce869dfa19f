"""What a person has here, in words: sessions, factors, apps, what is pending, what happened."""

from typing import NamedTuple

from app.auth.accounts import lookup
from app.auth.admin.entries import no_person
from app.auth.admin.record import told as record
from app.auth.audit import events, reading
from app.auth.factors import one_time_codes, passkeys, recovery_codes, registry, totp
from app.auth.hosted import asker
from app.auth.recoveries import waiting
from app.auth.risk import places
from app.auth.sessions import browser, devices
from app.auth.tokens import holdings
from app.foundation import clock, masks, words

SHOWN = tuple(
    name
    for name in events.CATALOGUE
    if name not in events.UNTOLD and not name.startswith(events.TURNED_OVER)
)


class Line(NamedTuple):
    """One thing. id: what it is known by, for a form or an address."""

    id: str
    title: str
    details: tuple


def sessions(user_id):
    """Return the open sessions, each a :class:`Line`, the one seen last first."""
    now = clock.now()
    return [_session(each, now) for each in devices.in_use(user_id)]


def factors(user_id):
    """Return the factors, each a :class:`Line` with when it was added and last used, if known."""
    now = clock.now()
    return [
        Line(each.name, words.t(f"factor.{each.name}"), tuple(_factor(each.name, user_id, now)))
        for each in registry.enrolled(user_id)
    ]


def apps(user_id):
    """Return the first page of apps that the person allowed something."""
    now, found = clock.now(), holdings.connections(user_id)
    return [_app(each, now) for each in found.rows]


def pending(user):
    """Return a sentence for each thing that waits."""
    now, recovery = clock.now(), waiting.live(user.id)
    told = []
    if user.must_change_password:
        told.append(words.t("admin.people.pending.password"))
    if user.must_prove:
        told.append(words.t("admin.people.pending.prove"))
    if user.closes_at and user.status != "closed":
        told.append(words.t("admin.people.pending.closing", when=words.when(user.closes_at, now)))
    if recovery:
        name = "reset" if recovery.asked_by else "recovery"
        when = words.when(recovery.opens_at, now)
        told.append(words.t(f"admin.people.pending.{name}", when=when))
    return told


def happened(sub):
    """Return the last page of the record about the person, each a :class:`Line`."""
    lines, now = reading.of_person(sub, SHOWN)[: reading.PAGE], clock.now()
    names = lookup.names(line.actor for line in lines)
    return [_line(line, sub, names, now) for line in lines]


def _session(session, now):
    device = ", ".join(filter(None, browser.describe(session.user_agent)))
    seen = words.t("sessions.last_seen", ago=words.ago(session.last_seen_at, now))
    place = places.named(session.address)
    details = (masks.address(session.address or ""), place, seen)
    title = device or words.t("sessions.unknown_device")
    return Line(session.id, title, tuple(filter(None, details)))


def _factor(name, user_id, now):
    if name == "passkey":
        for each in passkeys.of(user_id):
            yield words.t("admin.people.added", when=words.when(each.created_at, now))
            if each.last_used_at:
                yield words.t("admin.used", ago=words.ago(each.last_used_at, now))
    elif name == "recovery_code":
        yield words.t("recovery.left", n=recovery_codes.left(user_id))
    else:
        module = totp if name == "totp" else one_time_codes.FACTORS[name]
        since = module.enabled_at(user_id)
        if since:
            yield words.t("admin.people.added", when=words.when(since, now))


def _app(connection, now):
    found = asker.of(connection.client_id)
    details = (
        words.t("apps.things", n=len(connection.scope)),
        words.t("admin.people.allowed", when=words.when(connection.given_at, now)),
    )
    return Line(connection.client_id, found.name if found else connection.client_id, details)


def _line(line, sub, names, now):
    return Line(str(line.seq), record.title(line.event), tuple(_by(line, sub, names, now)))


def _by(line, sub, names, now):
    yield words.when(line.at, now)
    if line.actor not in {sub, events.NOBODY}:
        yield no_person(line.actor) or names.get(line.actor, line.actor)
    reason = str(line.data.get("reason", ""))
    if words.known(f"reason.{reason}"):
        yield words.t(f"reason.{reason}")
