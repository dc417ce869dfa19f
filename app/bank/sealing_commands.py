"""``flask --app wsgi:bank sealing …``: see :mod:`app.foundation.resealing_commands`."""

from flask import current_app

from app.bank import records
from app.bank.database import db
from app.bank.resealing import columns
from app.bank.resealing.models import IndexKey
from app.foundation import resealing_commands
from app.foundation.resealing_commands import House


def _note(count):
    key = current_app.extensions["sealing"].names[0]
    told = {"values": count}
    records.record(records.SEALED_AGAIN, actor=records.OPERATOR, subject=key, data=told)


sealing = resealing_commands.group(
    House(db, columns.COLUMNS, IndexKey, columns.KEPT_PURPOSES, _note)
)
