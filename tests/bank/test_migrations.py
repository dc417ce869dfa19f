"""The schema is made by migrations alone, both ways, and equals the models."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from app.bank.database import db
from tests.support.marks import mission

APPEND_ONLY = ("wallet_entries", "wallet_postings", "bank_records")


@mission("S95")
def test_models_and_migrated_schema_are_the_same(bank):
    with bank.connection() as connection:
        ours = bank.app.extensions["migrate"].configure_args["include_object"]
        options = {"compare_type": True, "compare_server_default": True, "include_object": ours}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)

    assert found == []


@mission("S95")
def test_the_migrations_go_down_and_up_again(bank):
    with bank.app.app_context():
        flask_migrate.downgrade(revision="base")
        left = inspect(db.engine).get_table_names()
        flask_migrate.upgrade()

    assert left == ["alembic_version_bank"]
    maria = bank.person(money=5)
    assert bank.available(maria) == 5


@mission("S95")
def test_what_was_posted_before_keeps_its_moment_through_the_migrations(bank):
    maria, joana = bank.person(money=50), bank.person(money=1)
    bank.transfer(maria, joana, 3)
    with bank.app.app_context():
        flask_migrate.downgrade(revision="0003")
        flask_migrate.upgrade()

    moments = bank.rows(
        "SELECT p.id FROM wallet_postings p JOIN wallet_entries e ON e.id = p.entry_id"
        " WHERE p.made_at = e.made_at"
    )
    assert len(moments) == 6
    assert bank.adds_up()
    with pytest.raises(DatabaseError, match="append-only"), bank.connection() as connection:
        connection.exec_driver_sql("UPDATE wallet_postings SET amount_minor = 7")


@mission("S87")
@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_was_written_is_never_changed(bank, table, change):
    maria, joana = bank.person(money=50), bank.person(money=1)
    bank.transfer(maria, joana, 1)
    column = {"wallet_entries": "id", "wallet_postings": "id", "bank_records": "seq"}[table]
    before = bank.rows(f"SELECT * FROM {table}")

    with pytest.raises(DatabaseError, match="append-only"), bank.connection() as connection:
        connection.exec_driver_sql(change.format(table, column, column))

    assert bank.rows(f"SELECT * FROM {table}") == before
    assert before


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE wallets SET balance_minor = -1 WHERE kind = 'person'",
        "UPDATE wallets SET held_minor = balance_minor + 1 WHERE kind = 'person'",
        "UPDATE wallets SET held_minor = -1",
        "UPDATE wallets SET owner_sub = NULL WHERE kind = 'person'",
        "UPDATE wallets SET kind = 'other'",
        "UPDATE wallets SET deeds_count = -1",
        "DELETE FROM wallets",
    ],
)
def test_the_database_itself_refuses_a_wallet_that_cannot_be(bank, harm):
    bank.person(money=50)

    with pytest.raises(DatabaseError), bank.connection() as connection:
        connection.exec_driver_sql(harm)
