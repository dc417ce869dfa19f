"""The browsers of a person: recognised when they come again, and where each is signed in."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import bindparam, exists, select, text, update

from app.auth.accounts import counts
from app.auth.database import db
from app.auth.sessions.models import Device, Network, Session
from app.foundation import clock, database, digests, ids
from app.foundation.database import UtcDateTime
from app.foundation.problems import NotFound

LONGEST_NAME = 60
NEW = timedelta(days=7)  # for so long a device beside others is marked as new

_SEEN = text(
    """
    INSERT INTO devices (id, user_id, browser_digest, user_agent, first_seen_at, last_seen_at)
    VALUES (:id, :user_id, :digest, :user_agent, :now, :now)
    ON CONFLICT (user_id, browser_digest) DO UPDATE SET
        user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at
    RETURNING id
    """
).bindparams(bindparam("now", type_=UtcDateTime))


_SEEN_THERE = text(
    """
    INSERT INTO networks (user_id, network_digest, last_seen_at) VALUES (:user_id, :digest, :now)
    ON CONFLICT (user_id, network_digest) DO UPDATE SET last_seen_at = excluded.last_seen_at
    """
).bindparams(bindparam("now", type_=UtcDateTime))


def seen(user_id, browser_id, user_agent, address):
    """Note that the person has just signed in, from this browser there; return the device's id."""
    digest = _digests("networks", counts.network(address))[0]
    there = {"user_id": user_id, "digest": digest, "now": clock.now()}
    db.session.execute(_SEEN_THERE, there)
    current, *older = _digests("devices", browser_id)
    if older:
        mine = update(Device).where(Device.user_id == user_id, Device.browser_digest.in_(older))
        mine = mine.values(browser_digest=current)
        database.write(db, mine)
    values = {"id": ids.new("dev"), "user_id": user_id, "digest": current}
    return db.session.scalar(_SEEN, values | {"user_agent": user_agent, "now": clock.now()})


def of_browser(user_id, browser_id):
    """Return the person's :class:`Device` that this browser is, or None."""
    these = _digests("devices", browser_id)
    mine = (Device.user_id == user_id) & Device.browser_digest.in_(these)
    return db.session.scalar(select(Device).where(mine).limit(1))


def of_session(session_id):
    """Return the id of the device that a session was opened or renewed on, or None."""
    return db.session.scalar(select(Session.device_id).where(Session.id == session_id))


def knows_network(user_id, address):
    """Has the person signed in from the neighbourhood of this address before?"""
    these = _digests("networks", counts.network(address))
    mine = exists().where(Network.user_id == user_id, Network.network_digest.in_(these))
    return db.session.scalar(select(mine))


def has_any(user_id):
    """Has the person ever signed in from a browser we know?"""
    return db.session.scalar(select(exists().where(Device.user_id == user_id)))


def one(user_id, device_id):
    """Return the person's :class:`Device` of this id. Raises NotFound."""
    device = db.session.get(Device, device_id)
    if device is None or device.user_id != user_id:
        raise NotFound
    return device


def names(user_id):
    """Return what the person calls their devices, by id; those without a name are left out."""
    mine = select(Device.id, Device.name).where(Device.user_id == user_id, Device.name.is_not(None))
    return {row.id: row.name for row in db.session.execute(mine)}


def rename(user_id, device_id, name):
    """Call the person's device ``name``, cut to what fits, or nothing. Raises NotFound."""
    one(user_id, device_id).name = printable(name, LONGEST_NAME) or None


def own(user_id, device_id):
    """The person says that it is theirs: it is new no more. Raises NotFound."""
    one(user_id, device_id).owned_at = clock.now()


def disown(device_id):
    """The person says that it is not theirs: it is new again when it comes."""
    mine = update(Device).where(Device.id == device_id)
    database.write(db, mine.values(disowned_at=clock.now(), owned_at=None))


def in_use(user_id):
    """Return the person's live sessions, the one seen last first."""
    live = select(Session).where(
        Session.user_id == user_id, Session.ended_at.is_(None), Session.expires_at > clock.now()
    )
    return list(db.session.scalars(live.order_by(Session.last_seen_at.desc(), Session.id)))


def named(user_id, session_ids):
    """Return those of the person's sessions that ``session_ids`` name, by id, open or not."""
    mine = select(Session).where(Session.user_id == user_id, Session.id.in_(session_ids))
    return {session.id: session for session in db.session.scalars(mine)}


def held(session_id):
    """Return the device of a live session, which nobody ends until this request does; or None."""
    one = select(Session).where(Session.id == session_id).with_for_update()
    session = db.session.scalar(one.execution_options(populate_existing=True))
    return session.device_id if session and session.is_live(clock.now()) else None


def new_ones(user_id, now):
    """Return the ids of the person's devices that are new beside older ones at ``now``.

    Not those that the person has said are theirs.
    """
    columns = (Device.id, Device.first_seen_at, Device.owned_at)
    mine = select(*columns).where(Device.user_id == user_id)
    rows = db.session.execute(mine.order_by(Device.first_seen_at, Device.id)).all()
    since = now - NEW
    return {row.id for row in rows[1:] if row.first_seen_at > since and not row.owned_at}


def printable(text, most):
    """Return what is shown and kept of a name that came from outside: ``most`` characters of it."""
    return "".join(c for c in text if c.isprintable()).strip()[:most]


def _digests(purpose, name):
    """What this browser or network may be kept as; a new one is kept as the first."""
    keys = current_app.extensions["sealing"].derive_each(purpose)
    return [digests.keyed(key, name) for key in keys]
