"""Put the bank together: settings, database, gate, rooms; in order, on one page."""

from pathlib import Path

import config
from app.bank import (
    access,
    cash_commands,
    commands,
    description,
    doors,
    durable,
    duties,
    gate,
    house_commands,
    problems,
    records,
    sealing_commands,
)
from app.bank import readings as gauges
from app.bank.authority import asking
from app.bank.database import db, hot
from app.bank.deeds import challenge, keys
from app.bank.payments import printing
from app.bank.payments.providers import current as provider
from app.bank.resealing.models import IndexKey
from app.bank.tables import NAMES
from app.foundation import (
    broker,
    fetch,
    health,
    history,
    logs,
    metrics,
    put_away,
    readings,
    store,
    tracing,
    web,
)
from app.foundation.keeping import House
from app.foundation.openapi import door as api_docs
from app.foundation.sealing import Ring as SealingRing

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "bank"


def create_app(settings=None, transport=None):
    """Return the bank as a Flask application; nothing is fetched or connected yet.

    settings: a :class:`config.Bank`, else read from the environment; transport: an httpx
    transport to the issuer when it lives in this process.
    """
    settings = settings or config.load(config.Bank)
    app = House(__name__, static_folder=None)
    app.config.from_mapping(settings.model_dump())
    tracing.init_app(app, "portaria-bank")
    transport = tracing.carrying(app, transport)
    logs.init_app(app)
    web.init_app(app)
    problems.init_app(app)
    store.connect(app, db, hot, settings.BANK_DATABASE_URL, migrations=MIGRATIONS, tables=NAMES)
    durable.init_app(app)
    rooms = app.extensions["rooms"] = doors.names(settings.BANK_ROOMS)
    app.extensions["sealing"] = SealingRing.from_setting(settings.SEALING_KEYS)
    app.extensions["sealing"].remember(put_away.reader(hot, IndexKey))
    app.extensions["deed_keys"] = keys.Keys()
    gate.init_app(app, rooms, transport, records.note_reader)
    challenge.init_app(app)
    asking.init_app(app, transport)
    fetch.init_app(app)
    provider.init_app(app)
    printing.init_app(app)
    broker.init_app(app, broker.NOTICES)
    doors.init_app(app, rooms)
    app.register_blueprint(metrics.metrics)
    readings.init_app(app, *gauges.ALL)
    health.init_app(
        app,
        database=health.database(db),
        migrations=history.check(db, MIGRATIONS),
        worker=duties.BEATS.check,
    )
    api_docs.init_app(app, description.DESCRIBED)
    access.check(app)
    commands.init_app(app)
    app.cli.add_command(sealing_commands.sealing)
    cash_commands.init_app(app)
    house_commands.init_app(app)
    return app
