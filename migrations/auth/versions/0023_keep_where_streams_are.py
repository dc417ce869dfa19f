"""Keep where each stream of the record has come to."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'


def upgrade():
    op.create_table('audit_streams',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('next', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_audit_streams'))
    )


def downgrade():
    op.drop_table('audit_streams')
