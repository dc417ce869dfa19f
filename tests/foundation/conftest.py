"""A house of one table, to try the foundation without any room."""

from datetime import datetime
from typing import NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import config
from app.foundation import database, limits, logs, metrics, pools, web
from app.foundation.hot import Hot
from app.foundation.keeping import House
from app.foundation.sealing import Ring
from tests.support import houses, parts
from tests.support.services import Missing


class Base(DeclarativeBase):
    """The base of the one table."""

    metadata = database.metadata()


class Thing(Base):
    """Something to keep or undo."""

    __tablename__ = "things"

    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None] = mapped_column(database.UtcDateTime)
    live: Mapped[bool] = mapped_column(default=True)


class Row(NamedTuple):
    """A thing, as a hot statement reads it."""

    name: str
    count: int
    seen_at: datetime | None
    live: bool


db = database.make_database(Base)
hot = Hot("things")


def build(**settings):
    """Return a house of the foundation alone, with no database yet."""
    app = House("tests.foundation", static_folder=None)
    app.config.from_mapping(config.load(config.Auth, **(houses.AUTH | settings)).model_dump())
    app.extensions["sealing"] = Ring.from_setting(app.config["SEALING_KEYS"])
    logs.init_app(app)
    web.init_app(app)
    limits.init_app(app)
    app.register_blueprint(metrics.metrics)
    return app


@pytest.fixture
def house():
    """A house without a database."""
    return build()


@pytest.fixture
def built():
    """Build a house with settings of its own."""
    return build


@pytest.fixture
def thing_url(databases, database_kind, tmp_path):
    """The address of an empty database of the kind asked for."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/things.sqlite3"
        return
    try:
        url = databases.empty()
    except Missing as why:
        parts.missing("postgresql", why)
    yield url
    databases.drop(url)


@pytest.fixture
def thing_house(thing_url):
    """A house with the one table, on each database."""
    app = furnish(build(), thing_url)
    with app.app_context():
        db.create_all()
    yield app
    houses.close(app)


def furnish(app, url, pool_size=20):
    """Give ``app`` the database at ``url``."""
    terms = pools.Terms(pool_size, app.config["DATABASE_WAIT_SECONDS"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(url, terms)
    db.init_app(app)
    app.database = db
    hot.init_app(app, url, terms)
    return app


def names(app):
    """Return the names of all things there are, as another transaction sees them."""
    with app.app_context():
        return set(db.session.scalars(select(Thing.name)))
