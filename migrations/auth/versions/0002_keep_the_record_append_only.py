"""Keep the record append-only: the database itself refuses to change or remove a line of it."""

from alembic import op

revision = "0002"
down_revision = "0001"

REFUSE = """
CREATE FUNCTION audit_records_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_records is append-only';
END $$
"""
ON_POSTGRESQL = (
    REFUSE,
    "CREATE TRIGGER audit_records_append_only BEFORE UPDATE OR DELETE ON audit_records"
    " FOR EACH ROW EXECUTE FUNCTION audit_records_refuse()",
    "CREATE TRIGGER audit_records_not_truncated BEFORE TRUNCATE ON audit_records"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_records_refuse()",
)
ON_SQLITE = tuple(
    f"CREATE TRIGGER audit_records_no_{deed.lower()} BEFORE {deed} ON audit_records"
    " BEGIN SELECT RAISE(ABORT, 'audit_records is append-only'); END"
    for deed in ("UPDATE", "DELETE")
) + (
    # INSERT OR REPLACE removes a row without firing the trigger on DELETE.
    "CREATE TRIGGER audit_records_no_replace BEFORE INSERT ON audit_records"
    " WHEN EXISTS (SELECT 1 FROM audit_records WHERE seq = NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'audit_records is append-only'); END",
)
OFF_POSTGRESQL = (
    "DROP TRIGGER audit_records_append_only ON audit_records",
    "DROP TRIGGER audit_records_not_truncated ON audit_records",
    "DROP FUNCTION audit_records_refuse()",
)
OFF_SQLITE = tuple(
    f"DROP TRIGGER audit_records_no_{deed}" for deed in ("update", "delete", "replace")
)


def upgrade():
    for statement in ON_SQLITE if _on_sqlite() else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    for statement in OFF_SQLITE if _on_sqlite() else OFF_POSTGRESQL:
        op.execute(statement)


def _on_sqlite():
    return op.get_bind().dialect.name == "sqlite"
