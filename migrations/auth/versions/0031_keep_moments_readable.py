"""Take no record of a moment that no reader takes: one such row would stop sealing for good."""

from alembic import op

revision = '0031'
down_revision = '0030'


ADD = """
ALTER TABLE audit_records ADD CONSTRAINT ck_audit_records_at CHECK
  (at >= '1900-01-01 00:00:00+00' AND at < '9999-01-01 00:00:00+00') NOT VALID
"""
# A row of that kind that is there already, and cannot be changed, does not stop the upgrade: then
# the check is of what comes.
VALIDATE = """
DO $$ BEGIN
  ALTER TABLE audit_records VALIDATE CONSTRAINT ck_audit_records_at;
EXCEPTION WHEN check_violation THEN NULL;
END $$
"""


def upgrade():
    if _on_postgresql():
        op.execute(ADD)
        op.execute(VALIDATE)


def downgrade():
    if _on_postgresql():
        op.execute('ALTER TABLE audit_records DROP CONSTRAINT ck_audit_records_at')


def _on_postgresql():
    return op.get_bind().dialect.name == 'postgresql'
