"""Tell when a signing key went, and whether it was stolen; keep index keys of sealing keys put away."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'


def upgrade():
    for name in ('gone_at', 'compromised_at'):
        op.add_column('signing_keys', sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    # Of a key that went before, this is the best that is known.
    op.execute("UPDATE signing_keys SET gone_at = retired_at WHERE state = 'gone'")
    op.create_table('index_keys',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('key_sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'purpose', name=op.f('pk_index_keys'))
    )


def downgrade():
    op.drop_table('index_keys')
    for name in ('compromised_at', 'gone_at'):
        op.drop_column('signing_keys', name)
