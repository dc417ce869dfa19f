"""Know notices that services sent, and by which channels each person wants them."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'


def upgrade():
    op.create_table('received_notices',
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('client_id', 'id', name=op.f('pk_received_notices'))
    )
    op.create_index(op.f('ix_received_notices_received_at'), 'received_notices', ['received_at'])
    op.create_table('notice_choices',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('is_wanted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notice_choices_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'kind', 'channel', name=op.f('pk_notice_choices'))
    )


def downgrade():
    op.drop_table('notice_choices')
    op.drop_index(op.f('ix_received_notices_received_at'), 'received_notices')
    op.drop_table('received_notices')
