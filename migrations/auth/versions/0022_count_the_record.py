"""Count what the record tells, hour by hour, as it is linked."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'


def upgrade():
    op.create_table('audit_tallies',
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('records', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('hour', 'event', name=op.f('pk_audit_tallies'))
    )


def downgrade():
    op.drop_table('audit_tallies')
