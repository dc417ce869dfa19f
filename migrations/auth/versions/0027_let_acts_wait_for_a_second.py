"""Let acts wait for a second pair of eyes, where an institution wants one."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'


def upgrade():
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table('institutions') as table:
        table.add_column(sa.Column('four_eyes', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('pending_acts',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('institution', sa.Text(), nullable=True),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('difference', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Text(), nullable=False),
    sa.Column('asked_at', moment, nullable=False),
    sa.Column('expires_at', moment, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', moment, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pending_acts'))
    )
    op.create_index('ix_pending_acts_state_asked_at', 'pending_acts', ['state', 'asked_at'])
    op.create_index('ix_pending_acts_institution_state_asked_at', 'pending_acts', ['institution', 'state', 'asked_at'])


def downgrade():
    op.drop_table('pending_acts')
    with op.batch_alter_table('institutions') as table:
        table.drop_column('four_eyes')
