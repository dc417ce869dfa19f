"""A house's database, opened: session, hot statements, migrations."""

from pathlib import Path

from flask_migrate import Migrate
from sqlalchemy import make_url
from sqlalchemy.types import TypeDecorator

from app.foundation import database


def connect(app, db, hot, url, *, migrations, tables):
    """Give ``app`` its database at ``url``; no connection is opened yet.

    migrations: the folder of its history, whose name is the house's; each house has a version
    table of its own, so two may share one database. tables: the names of the house's tables.
    """
    url = _placed(url)
    pool_size = app.config["DATABASE_POOL_SIZE"]
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(url, pool_size)
    app.database = db
    db.init_app(app)
    hot.init_app(app, url, pool_size)
    Migrate(
        app,
        db,
        directory=str(migrations),
        version_table=f"alembic_version_{Path(migrations).name}",
        render_as_batch=True,
        render_item=_render_item,
        include_object=lambda _item, name, kind, _reflected, _other: (
            kind != "table" or name in tables
        ),
    )


def _placed(url):
    """A relative SQLite file is one from here, not from wherever a library thinks best."""
    url = make_url(url)
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        url = url.set(database=str(Path(url.database).absolute()))
    return url.render_as_string(hide_password=False)


def _render_item(kind, item, _context):
    """Write our own types as plain ones: a migration never imports ``app``."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False
