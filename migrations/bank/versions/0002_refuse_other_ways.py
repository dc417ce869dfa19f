"""Refuse the other ways to remove a line: TRUNCATE on PostgreSQL, INSERT OR REPLACE on SQLite."""

from alembic import op

revision = "0002"
down_revision = "0001"

KEYS = {"wallet_entries": "id", "wallet_postings": "id", "bank_records": "seq"}


def upgrade():
    for table, key in KEYS.items():
        if _on_sqlite():
            # REPLACE removes a row without firing the trigger on DELETE.
            op.execute(
                f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table}"
                f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION bank_refuse_change()"
            )


def downgrade():
    for table in KEYS:
        if _on_sqlite():
            op.execute(f"DROP TRIGGER {table}_refuse_replace")
        else:
            op.execute(f"DROP TRIGGER {table}_refuse_truncate ON {table}")


def _on_sqlite():
    return op.get_bind().dialect.name == "sqlite"
