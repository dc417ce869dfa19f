"""Keep what people answered to deeds, and all that proves it: the database lets no line change."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'

BYTES = ('credential_id', 'public_key', 'client_data', 'authenticator_data', 'signature')
REFUSE = """
CREATE FUNCTION approvals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'approvals is append-only';
END $$
"""
ON_POSTGRESQL = (
    REFUSE,
    'CREATE TRIGGER approvals_append_only BEFORE UPDATE OR DELETE ON approvals'
    ' FOR EACH ROW EXECUTE FUNCTION approvals_refuse()',
    'CREATE TRIGGER approvals_not_truncated BEFORE TRUNCATE ON approvals'
    ' FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse()',
)
# INSERT OR REPLACE removes a row without firing the trigger on DELETE; ON CONFLICT DO NOTHING, by
# which of two answers one is kept, must pass.
ON_SQLITE = tuple(
    f'CREATE TRIGGER approvals_no_{deed.lower()} BEFORE {deed} ON approvals'
    " BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END"
    for deed in ('UPDATE', 'DELETE')
) + (
    'CREATE TRIGGER approvals_no_replace BEFORE INSERT ON approvals'
    ' WHEN EXISTS (SELECT 1 FROM approvals WHERE id = NEW.id)'
    " BEGIN SELECT RAISE(ABORT, 'approvals is append-only'); END",
)
OFF_POSTGRESQL = (
    'DROP TRIGGER approvals_append_only ON approvals',
    'DROP TRIGGER approvals_not_truncated ON approvals',
    'DROP FUNCTION approvals_refuse()',
)
OFF_SQLITE = tuple(f'DROP TRIGGER approvals_no_{deed}' for deed in ('update', 'delete', 'replace'))


def upgrade():
    op.create_table('approvals',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('transaction_id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('sub', sa.Text(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('session_id', sa.Text(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=True),
    sa.Column('deed', sa.Text(), nullable=False),
    sa.Column('canonical', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('request_id', sa.Text(), nullable=True),
    sa.Column('bank_key', sa.Text(), nullable=True),
    *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in BYTES),
    sa.Column('rp_id', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=True),
    sa.Column('channel', sa.Text(), nullable=True),
    sa.Column('destination', sa.Text(), nullable=True),
    sa.Column('text_digest', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint("decision IN ('approved', 'refused')", name=op.f('ck_approvals_decision')),
    sa.CheckConstraint("method IN ('passkey', 'sms', 'push')", name=op.f('ck_approvals_method')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals')),
    sa.UniqueConstraint('transaction_id', name=op.f('uq_approvals_transaction_id'))
    )
    op.create_index('ix_approvals_sub_decided_at', 'approvals', ['sub', 'decided_at'])
    for statement in ON_SQLITE if _on_sqlite() else ON_POSTGRESQL:
        op.execute(statement)


def downgrade():
    for statement in OFF_SQLITE if _on_sqlite() else OFF_POSTGRESQL:
        op.execute(statement)
    op.drop_index('ix_approvals_sub_decided_at', 'approvals')
    op.drop_table('approvals')


def _on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'
