"""Codes by mail and SMS as second factors: who is asked for them."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'

USER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('code_factors',
    sa.Column('user_id', USER, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('enabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('same_path_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("name IN ('email_code', 'sms_code')", name=op.f('ck_code_factors_name')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_code_factors_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'name', name=op.f('pk_code_factors'))
    )


def downgrade():
    op.drop_table('code_factors')
