"""Stamp each record and queue it to be linked; what was written before waits to be linked too."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'

QUEUE = """
CREATE FUNCTION audit_records_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_queue (seq) VALUES (NEW.seq);
  RETURN NULL;
END $$
"""
ON_POSTGRESQL = (
    QUEUE,
    'CREATE TRIGGER audit_records_queued AFTER INSERT ON audit_records'
    ' FOR EACH ROW EXECUTE FUNCTION audit_records_queue()',
    # What was linked leaves at the front of the queue, where the worker looks each second.
    'ALTER TABLE audit_queue SET'
    ' (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)',
)
ON_SQLITE = (
    'CREATE TRIGGER audit_records_queued AFTER INSERT ON audit_records'
    ' BEGIN INSERT INTO audit_queue (seq) VALUES (NEW.seq); END',
)
OFF_POSTGRESQL = (
    'DROP TRIGGER audit_records_queued ON audit_records',
    'DROP FUNCTION audit_records_queue()',
)
OFF_SQLITE = ('DROP TRIGGER audit_records_queued',)


def upgrade():
    for name in ('nonce', 'mac'):
        op.add_column('audit_records', sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_table('audit_queue',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_queue'))
    )
    op.execute('INSERT INTO audit_queue (seq) SELECT seq FROM audit_records')
    for statement in ON_SQLITE if _on_sqlite() else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    for statement in OFF_SQLITE if _on_sqlite() else OFF_POSTGRESQL:
        op.execute(statement)
    op.drop_table('audit_queue')
    for name in ('mac', 'nonce'):
        op.drop_column('audit_records', name)


def _on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'
