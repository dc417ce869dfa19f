"""How Alembic runs this house's history: on the application's own engine and models."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]
db = migrate.db


def run():
    """Run on one connection, everything in one transaction where the database can."""
    with db.engine.connect() as connection:
        current_app.extensions["migration_turn"](connection)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            compare_server_default=False,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
