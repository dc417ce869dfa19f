"""How often each thing happened in each hour, counted as records are linked."""

from collections import Counter
from datetime import UTC

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.auth.audit.models import Tally
from app.auth.database import db


def add(rows):
    """Count records (rows with ``at`` and ``event``). The caller keeps it."""
    counted = Counter((hour_of(row.at), row.event) for row in rows)
    if not counted:
        return
    kind = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    adding = kind.insert(Tally.__table__)
    more = {"records": Tally.__table__.c.records + adding.excluded.records}
    values = [
        {"hour": hour, "event": event, "records": records}
        for (hour, event), records in sorted(counted.items())
    ]
    db.session.execute(
        adding.on_conflict_do_update(index_elements=["hour", "event"], set_=more), values
    )


def since(moment, events):
    """Return ``{hour: {event: count}}`` from the hour of ``moment`` on, of ``events``."""
    mine = select(Tally).where(Tally.hour >= hour_of(moment), Tally.event.in_(events))
    found = {}
    for tally in db.session.scalars(mine):
        found.setdefault(tally.hour, {})[tally.event] = tally.records
    return found


def hour_of(moment):
    """Return the beginning of the hour of ``moment``, UTC."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
