"""Note when each duty of the worker was done; count the notices that were given up."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'

DEAD = sa.text('given_up_at IS NOT NULL')


def upgrade():
    op.create_table('bank_duties',
    sa.Column('duty', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('duty', name=op.f('pk_bank_duties'))
    )
    op.create_index('ix_bank_notices_given_up', 'bank_notices', ['given_up_at'],
                    postgresql_where=DEAD, sqlite_where=DEAD)


def downgrade():
    op.drop_index('ix_bank_notices_given_up', 'bank_notices')
    op.drop_table('bank_duties')
