"""Keep the browsers that show notices to people."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'


def upgrade():
    op.create_table('push_subscriptions',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('device_id', sa.Text(), nullable=False),
    sa.Column('endpoint_digest', sa.LargeBinary(), nullable=False),
    sa.Column('address_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['device_id'], ['devices.id'], name=op.f('fk_push_subscriptions_device_id_devices'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_push_subscriptions_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscriptions')),
    sa.UniqueConstraint('device_id', name=op.f('uq_push_subscriptions_device_id')),
    sa.UniqueConstraint('endpoint_digest', name=op.f('uq_push_subscriptions_endpoint_digest'))
    )
    op.create_index(op.f('ix_push_subscriptions_user_id'), 'push_subscriptions', ['user_id'])
    op.add_column('outbox_messages', sa.Column('subscription_id', sa.Text(), nullable=True))


def downgrade():
    op.drop_column('outbox_messages', 'subscription_id')
    op.drop_index(op.f('ix_push_subscriptions_user_id'), 'push_subscriptions')
    op.drop_table('push_subscriptions')
