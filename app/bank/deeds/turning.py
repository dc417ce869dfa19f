"""A deed key's way: next, active, retired, gone; on a timetable, and at once when it was stolen."""

from datetime import timedelta
from itertools import pairwise

from flask import current_app
from sqlalchemy import select, update

from app.bank import records
from app.bank.database import db
from app.bank.deeds import keys
from app.bank.deeds.keys import LEAD, PUBLISHED
from app.bank.deeds.models import DeedKey
from app.foundation import clock, database
from app.foundation.logs import log
from app.foundation.problems import NotFound


def keep_timetable():
    """Add a key when the last is old enough, withdraw those nobody needs; return what was done.

    The very first key, which signs from ever, is followed by the first round. Keeps nothing by
    itself. Of many who ask at once, one adds the key.
    """
    now = clock.now()
    rows = keys.current().rows()
    before = now - timedelta(days=current_app.config["DEED_KEY_DAYS"])
    due = rows and rows[-1].signs_from <= before
    added = keys.add_in_time(before) if due else None
    ends = {row.kid: after.signs_from for row, after in pairwise(rows)}
    unused = [kid for kid, end in ends.items() if end < now - PUBLISHED]
    withdrawn = [kid for kid in unused if _withdraw(kid, records.DEED_KEY_GONE)]
    keys.current().forget()
    return {name: kids for name, kids in (("added", added), ("withdrawn", withdrawn)) if kids}


def compromise(kid):
    """End a stolen key: it leaves the key set, and its word is taken no more.

    Where it signs, or would next, a key made at this moment takes its place. Returns that key's
    ``kid``, or None. Raises NotFound: when there is no such key.
    """
    now = clock.now()
    keys.current().forget()
    rows = keys.current().rows()
    begun = [row.kid for row in rows if row.signs_from <= now]
    if not _withdraw(kid, records.DEED_KEY_COMPROMISED, compromised_at=now):
        raise NotFound("There is no such key.")
    log.error("deed key compromised", key=kid)
    fresh = None
    if kid == (begun or [None])[-1]:
        fresh = keys.add(now)
    elif kid not in begun:
        fresh = keys.add(now + LEAD)
    keys.current().forget()
    return fresh


def listed():
    """Return every key with its state and moments, a dict each, the first to sign first."""
    rows = db.session.scalars(select(DeedKey).order_by(DeedKey.signs_from)).all()
    alive = [row for row in rows if row.gone_at is None]
    ends = {row.kid: after.signs_from for row, after in pairwise(alive)}
    return [_told(row, ends.get(row.kid)) for row in rows]


def _told(row, until):
    now = clock.now()
    if row.gone_at is not None:
        state, turns_at = "gone", None
    elif row.signs_from > now:
        state, turns_at = "next", row.signs_from
    elif until is None or until > now:
        days = timedelta(days=current_app.config["DEED_KEY_DAYS"])
        state, turns_at = "active", until or max(row.signs_from + days, now)
    else:
        state, turns_at = "retired", until + PUBLISHED
    moments = {"signs_from": row.signs_from, "signs_until": until, "turns_at": turns_at}
    moments["gone_at"] = row.gone_at
    told = {name: clock.to_the_second(at) for name, at in moments.items()}
    return {"kid": row.kid, "state": state} | told | {"compromised": row.compromised_at is not None}


def _withdraw(kid, event, **values):
    """Wipe a key's private part and publish it no more; of many who ask at once one does it."""
    mine = update(DeedKey).where(DeedKey.kid == kid, DeedKey.gone_at.is_(None))
    values |= {"gone_at": clock.now(), "private_sealed": None}
    gone = bool(database.write(db, mine.values(**values)).rowcount)
    if gone:
        records.record(event, actor=records.OPERATOR, subject=kid)
    return gone
