"""The browsers that show notices to a person: until they are turned off, signed out or gone."""

import json
from typing import NamedTuple

from flask import current_app
from sqlalchemy import bindparam, delete, func, select, text

from app.auth.audit import events, trail
from app.auth.database import db, hot
from app.auth.notifications.models import PushSubscription
from app.foundation import aes128gcm, clock, database, digests, fetch, ids
from app.foundation.database import UtcDateTime
from app.foundation.hot import Chain, Statement
from app.foundation.problems import Problem

MOST = 10  # a person; of more the oldest goes


class Refused(Problem):
    """That is not where a browser takes notices."""

    code = "push_refused"
    status = 422
    description = "That is no address and key of a browser."
    key = "push.refused"


class Address(NamedTuple):
    """Where a browser takes messages, and the keys they are sealed by, as it says them."""

    endpoint: str
    p256dh: str
    auth: str


class Kept(NamedTuple):
    """A subscription as it is kept."""

    address_sealed: bytes
    sub: str


class Gone(NamedTuple):
    """A subscription that went."""

    id: str


_KEEP = text(
    """
    INSERT INTO push_subscriptions
        (id, user_id, device_id, endpoint_digest, address_sealed, name, created_at)
    VALUES (:id, :user_id, :device_id, :digest, :sealed, :name, :now)
    ON CONFLICT (endpoint_digest) DO UPDATE SET id = excluded.id, user_id = excluded.user_id,
        device_id = excluded.device_id, address_sealed = excluded.address_sealed,
        name = excluded.name, created_at = excluded.created_at, last_used_at = NULL
    """
).bindparams(bindparam("now", type_=UtcDateTime))
FIND = Statement(
    """SELECT p.address_sealed, u.sub FROM push_subscriptions p JOIN users u ON u.id = p.user_id
       WHERE p.id = :id""",
    Kept,
)
USED = Statement("UPDATE push_subscriptions SET last_used_at = :now WHERE id = :id")
GONE = Chain(
    "DELETE FROM push_subscriptions WHERE id = :id RETURNING id", Gone, trail.link(":owner")
)


def keep(user, device_id, address, name):
    """Let the browser at ``address`` show notices to ``user``; return the subscription's id.

    The caller holds the person's row. Whoever was shown notices there before no longer is: a
    browser has one address. device_id: the person's device that it is; name: what it is called.

    Raises Refused: when it is no :class:`Address` that a message could go to.
    """
    if not fetch.is_address(address.endpoint):
        raise Refused
    try:
        aes128gcm.browser(address.p256dh, address.auth)
    except ValueError:
        raise Refused from None
    database.write(db, delete(PushSubscription).where(PushSubscription.device_id == device_id))
    _make_room(user.id)
    subscription_id = ids.new("psh")
    kept = {"id": subscription_id, "user_id": user.id, "device_id": device_id, "name": name}
    kept["digest"] = digests.of(address.endpoint)
    kept["sealed"] = _ring().seal(json.dumps(address).encode(), _place(subscription_id))
    db.session.execute(_KEEP, kept | {"now": clock.now()})
    trail.record(events.PUSH_ADDED, actor=user.sub, subject=user.sub)
    return subscription_id


def of(user_id):
    """Return the person's :class:`PushSubscription` list, the newest first."""
    mine = select(PushSubscription).where(PushSubscription.user_id == user_id)
    newest = PushSubscription.created_at.desc(), PushSubscription.id
    return db.session.scalars(mine.order_by(*newest)).all()


def remove(user, subscription_id):
    """Show ``user`` no more notices there; nothing to do when it is not theirs, or gone."""
    mine = PushSubscription.id == subscription_id, PushSubscription.user_id == user.id
    if database.write(db, delete(PushSubscription).where(*mine)).rowcount:
        trail.record(events.PUSH_REMOVED, actor=user.sub, subject=user.sub)


def end_on(device_ids):
    """Show no more notices on these devices: nobody is signed in there any more."""
    database.write(db, delete(PushSubscription).where(PushSubscription.device_id.in_(device_ids)))


def end_of(user_id, but_on=None):
    """Show the person no more notices anywhere ``but_on`` one device of theirs."""
    mine = PushSubscription.user_id == user_id
    if but_on is not None:
        mine &= PushSubscription.device_id != but_on
    database.write(db, delete(PushSubscription).where(mine))


def address(subscription_id):
    """Return the :class:`Address` of a subscription, or None when there is no such any more."""
    kept = hot.first(FIND, id=subscription_id)
    if kept is None:
        return None
    return Address(*json.loads(_ring().open(kept.address_sealed, _place(subscription_id))))


def used(subscription_id):
    """Note that a message was taken there."""
    hot.run(USED, id=subscription_id, now=clock.now())


def gone(subscription_id):
    """The service says that there is no such browser any more (RFC 8030 §7.3)."""
    kept = hot.first(FIND, id=subscription_id)
    if kept:
        told = trail.values(events.PUSH_REMOVED, actor=events.SYSTEM, data={"reason": "gone"})
        hot.run(GONE, id=subscription_id, owner=kept.sub, **told)


def _make_room(user_id):
    mine = select(PushSubscription.id).where(PushSubscription.user_id == user_id)
    excess = db.session.scalar(select(func.count()).select_from(mine.subquery())) - MOST + 1
    if excess > 0:
        oldest = mine.order_by(PushSubscription.created_at, PushSubscription.id).limit(excess)
        found = db.session.scalars(oldest).all()
        database.write(db, delete(PushSubscription).where(PushSubscription.id.in_(found)))


def _place(subscription_id):
    return f"push_subscriptions/{subscription_id}/address_sealed"


def _ring():
    return current_app.extensions["sealing"]
