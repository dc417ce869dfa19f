"""``create_app``: configuration, extensions, doors, in order, on one page."""

from pathlib import Path

import config
from app.auth import access, commands, description, docs_client, doors
from app.auth.banking import desk
from app.auth.checkup import checks
from app.auth.checkup import readings as gauges
from app.auth.clients.published import KeySets
from app.auth.database import db, hot
from app.auth.deeds import bank_keys
from app.auth.keys.ring import Ring
from app.auth.oauth.server import Server
from app.auth.resealing.models import IndexKey
from app.auth.tables import NAMES
from app.foundation import (
    broker,
    fetch,
    health,
    history,
    limits,
    logs,
    metrics,
    put_away,
    readings,
    store,
    tracing,
    web,
    words,
)
from app.foundation.keeping import House
from app.foundation.openapi import door as api_docs
from app.foundation.sealing import Ring as SealingRing
from app.foundation.turns import Turns

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "migrations" / "auth"
WORDS = Path(__file__).parent / "pages" / "words"


def create_app(settings=None, bank_transport=None):
    """Return the authorization server. settings: a ``config.Auth``; else read from outside.

    bank_transport: an httpx transport to the bank's keys when it lives in this process. Fetches
    nothing and opens no connection: those are opened as they are needed.
    """
    settings = settings or config.load(config.Auth)
    app = House(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    app.config.from_mapping(settings.model_dump())
    tracing.init_app(app, "portaria-auth")
    store.connect(app, db, hot, settings.AUTH_DATABASE_URL, migrations=MIGRATIONS, tables=NAMES)
    app.extensions["sealing"] = SealingRing.from_setting(settings.SEALING_KEYS)
    app.extensions["sealing"].remember(put_away.reader(hot, IndexKey))
    app.extensions |= {
        "keys": Ring(),
        "clients": {},
        "institutions": {},
        "client_keys": KeySets(),
        "verified_tokens": {},
        "discovery": {},
        "oauth": Server(),
        "settings": settings,
    }
    app.extensions["sign_ins"] = Turns(settings.SIGN_INS_AT_ONCE)
    app.extensions["farewells"] = Turns(max(1, settings.WEB_THREADS // 4))
    logs.init_app(app)
    web.init_app(app)
    limits.init_app(app)
    fetch.init_app(app)
    broker.init_app(app, broker.MESSAGES, broker.NOTICES)
    bank_keys.init_app(app, bank_transport)
    desk.init_app(app)
    words.init_app(app, WORDS, settings.DEFAULT_LOCALE)
    doors.open_all(app)
    app.register_blueprint(metrics.metrics)
    _let_be_watched(app)
    api_docs.init_app(app, description.DESCRIBED, docs_client.CLIENT_ID)
    access.check(app)
    commands.register(app)
    return app


def _let_be_watched(app):
    """Tell figures at ``/metrics``, and at ``/health/ready`` what is away."""
    readings.init_app(app, *gauges.ALL)
    health.init_app(
        app,
        database=health.database(db),
        migrations=history.check(db, MIGRATIONS),
        short_term=health.forgotten,
        keys=checks.keys,
        worker=checks.worker,
        sealing=checks.sealing,
    )
