"""``flask --app wsgi:auth sealing …``: see :mod:`app.foundation.resealing_commands`."""

from flask import current_app

from app.auth import chaining
from app.auth.audit import events, trail
from app.auth.audit.chain import linking
from app.auth.database import db
from app.auth.resealing import columns, passing
from app.auth.resealing.models import IndexKey
from app.foundation import resealing_commands
from app.foundation.resealing_commands import House


def _note(count):
    key = current_app.extensions["sealing"].names[0]
    trail.record(events.SEALED_AGAIN, actor=events.OPERATOR, subject=key, data={"values": count})


def _link():
    """Link what waits: a record is stamped under the key of its time, the chain under the first."""
    while linking.link_due() == linking.BATCH:
        pass
    chaining.seal(now=True)


sealing = resealing_commands.group(
    House(db, columns.COLUMNS, IndexKey, columns.KEPT_PURPOSES, _note, _link, passing.counted)
)
