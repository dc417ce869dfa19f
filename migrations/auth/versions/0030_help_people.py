"""Keep for how long staff may look at people, and people's leave to be read for."""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'

LIVE = sa.text('ended_at IS NULL')


def upgrade():
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('looks',
    sa.Column('session_id', sa.String(), nullable=False),
    sa.Column('user_id', number, nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_looks_session_id_sessions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_looks_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'user_id', name=op.f('pk_looks'))
    )
    op.create_table('delegations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', number, nullable=False),
    sa.Column('staff_sub', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('allowed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL) AND outcome IN ('refused', 'ended', 'lapsed')",
                       name=op.f('ck_delegations_outcome')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_delegations_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegations'))
    )
    for column in ('user_id', 'until'):
        op.create_index(op.f(f'ix_looks_{column}'), 'looks', [column])
    for column in ('user_id', 'staff_sub', 'until', 'ended_at'):
        op.create_index(op.f(f'ix_delegations_{column}'), 'delegations', [column])
    op.create_index('uq_delegations_live', 'delegations', ['user_id'], unique=True,
                    postgresql_where=LIVE, sqlite_where=LIVE)


def downgrade():
    op.drop_table('delegations')
    op.drop_table('looks')
