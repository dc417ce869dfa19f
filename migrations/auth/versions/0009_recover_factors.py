"""Let people come back who lost every factor, after a wait."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'

LIVE = sa.text('ended_at IS NULL')


def upgrade():
    op.create_table('factor_recoveries',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL) AND outcome IN ('stopped', 'completed', 'lapsed')",
                       name=op.f('ck_factor_recoveries_outcome')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_factor_recoveries_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_factor_recoveries'))
    )
    for column in ('user_id', 'told_at', 'ended_at'):
        op.create_index(op.f(f'ix_factor_recoveries_{column}'), 'factor_recoveries', [column])
    op.create_index('uq_factor_recoveries_live', 'factor_recoveries', ['user_id'], unique=True,
                    postgresql_where=LIVE, sqlite_where=LIVE)


def downgrade():
    op.drop_table('factor_recoveries')
