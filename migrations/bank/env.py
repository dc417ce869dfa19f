"""Run the bank's migrations on the connection of the app at work."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]

with migrate.db.engine.begin() as connection:
    current_app.extensions["migration_turn"](connection)
    context.configure(
        connection=connection, target_metadata=migrate.db.metadata, **migrate.configure_args
    )
    with context.begin_transaction():
        context.run_migrations()
