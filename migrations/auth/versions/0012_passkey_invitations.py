"""Remember who wants no passkey for now, what people call their devices, and which they know."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'

# Nullable: SQLite adds a column in place, and so keeps what refers to the table.
COLUMNS = (('name', sa.Text()), ('owned_at', sa.DateTime(timezone=True)))


def upgrade():
    op.create_table('passkey_invitations',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passkey_invitations_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_passkey_invitations'))
    )
    op.create_index(op.f('ix_passkey_invitations_declined_at'), 'passkey_invitations', ['declined_at'])
    for name, kind in COLUMNS:
        op.add_column('devices', sa.Column(name, kind, nullable=True))


def downgrade():
    for name, _kind in reversed(COLUMNS):
        op.drop_column('devices', name)
    op.drop_index(op.f('ix_passkey_invitations_declined_at'), 'passkey_invitations')
    op.drop_table('passkey_invitations')
