"""Put the bank together: settings, database, gate, rooms; in order, on one page."""

from pathlib import Path

from flask_migrate import Migrate
from sqlalchemy import make_url

import config
from app.bank import commands, doors, gate, problems, tables
from app.bank.database import db, hot
from app.foundation import database, health, logs, metrics, web
from app.foundation.keeping import House

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "bank"


def create_app(settings=None, transport=None):
    """Return the bank as a Flask application; nothing is fetched or connected yet.

    settings: a :class:`config.Bank`, else read from the environment; transport: an httpx
    transport to the issuer when it lives in this process.
    """
    settings = settings or config.load(config.Bank)
    app = House(__name__, static_folder=None)
    app.config.from_mapping(settings.model_dump())
    logs.init_app(app)
    web.init_app(app)
    problems.init_app(app)
    _connect(app, settings)
    rooms = doors.names(settings.BANK_ROOMS)
    gate.init_app(app, rooms, transport)
    doors.init_app(app, rooms)
    app.register_blueprint(metrics.metrics)
    app.register_blueprint(health.blueprint(database=health.database(db)))
    commands.init_app(app)
    return app


def _connect(app, settings):
    url = _placed(settings.BANK_DATABASE_URL)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(
        url, settings.DATABASE_POOL_SIZE
    )
    app.database = db
    db.init_app(app)
    hot.init_app(app, url, settings.DATABASE_POOL_SIZE)
    Migrate(
        app,
        db,
        directory=MIGRATIONS,
        version_table="alembic_version_bank",
        render_as_batch=True,
        include_object=_is_ours,
    )


def _placed(url):
    """A relative SQLite file is one from here, not from wherever a library thinks best."""
    url = make_url(url)
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        url = url.set(database=str(Path(url.database).absolute()))
    return url.render_as_string(hide_password=False)


def _is_ours(_object, name, kind, _reflected, _compared):
    return kind != "table" or name in tables.NAMES
