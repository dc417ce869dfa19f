"""A house's database, opened: session, hot statements, migrations."""

import importlib
import sys
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.types import TypeDecorator

from app.foundation import database, pools, tracing

_MIGRATING = 7_306_573  # a number of our own among PostgreSQL's advisory locks


def connect(app, db, hot, url, *, migrations, tables):
    """Give ``app`` its database at ``url``; no connection is opened yet.

    migrations: the folder of its history, whose name is the house's; each house has a version
    table of its own, so two may share one database. tables: the names of the house's tables.
    """
    url = _placed(url)
    terms = pools.Terms(app.config["DATABASE_POOL_SIZE"], app.config["DATABASE_WAIT_SECONDS"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = database.engine_options(
        url, terms, Path(migrations).name
    )
    app.database = db
    db.init_app(app)
    hot.init_app(app, url, terms)
    tracing.watch(app, db, hot)
    app.cli.add_command(Migrations(app, db, Path(migrations), tables))
    if "flask_migrate" in sys.modules:
        app.cli.commands["db"].open()


class Migrations(click.Command):
    """``flask db …``: Flask-Migrate's commands, loaded when asked for.

    A server never does: with Alembic they take 11 MB of every process. Whatever has loaded
    Flask-Migrate before the app was made finds the app ready for it.
    """

    def __init__(self, app, db, folder, tables):
        super().__init__("db", help="Perform database migrations.")
        self._app, self._db, self._folder, self._tables = app, db, folder, tables

    def open(self):
        """Load Flask-Migrate, tell it of this house, and return its commands."""
        library = importlib.import_module("flask_migrate")
        if "migrate" not in self._app.extensions:
            self._app.extensions["migration_turn"] = take_turn  # a migration imports nothing of us
            library.Migrate(
                self._app,
                self._db,
                directory=str(self._folder),
                version_table=f"alembic_version_{self._folder.name}",
                render_as_batch=True,
                render_item=_render_item,
                include_object=self._is_ours,
            )
        return importlib.import_module("flask_migrate.cli").db

    def make_context(self, info_name, args, parent=None, **extra):
        """Let Flask-Migrate's own group read the command line."""
        return self.open().make_context(info_name, args, parent, **extra)

    def _is_ours(self, _item, name, kind, _reflected, _other):
        return kind != "table" or name in self._tables


def take_turn(connection):
    """Begin a migration on ``connection``: one process at a time, the others find it done.

    It may take longer than a request's statement.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS never_made")  # begins, for writing
    else:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")


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
