"""Note when each duty of the worker was done; count the messages that were given up."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'

DEAD = sa.text('due_at IS NULL AND delivered_at IS NULL')


def upgrade():
    op.create_table('worker_duties',
    sa.Column('duty', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('duty', name=op.f('pk_worker_duties'))
    )
    op.create_index('ix_outbox_messages_dead', 'outbox_messages', ['expires_at'],
                    postgresql_where=DEAD, sqlite_where=DEAD)


def downgrade():
    op.drop_index('ix_outbox_messages_dead', 'outbox_messages')
    op.drop_table('worker_duties')
