"""Prove addresses: what a person must still prove, the terms they accepted, one-time secrets."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'

TABLES = ('verification_tokens', 'password_resets')
COLUMNS = (
    ('must_prove', sa.String(), ''),
    ('terms_version', sa.String(), None),
    ('terms_accepted_at', sa.DateTime(timezone=True), None),
)


def upgrade():
    for table in TABLES:
        _create(table)
    # Not in batches: SQLite would rebuild the table, and what refers to it would go with the old one.
    for name, kind, default in COLUMNS:
        op.add_column('users', sa.Column(name, kind, nullable=default is None, server_default=default))
    if op.get_bind().dialect.name != 'sqlite':  # which cannot, and need not
        op.alter_column('users', 'must_prove', server_default=None)


def downgrade():
    for name, _kind, _default in reversed(COLUMNS):
        op.drop_column('users', name)
    for table in TABLES:
        op.drop_table(table)


def _create(table):
    op.create_table(table,
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('target_digest', sa.LargeBinary(), nullable=False),
    sa.Column('code_digest', sa.LargeBinary(), nullable=False),
    sa.Column('link_digest', sa.LargeBinary(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f(f'fk_{table}_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
    sa.UniqueConstraint('user_id', 'purpose', name=op.f(f'uq_{table}_user_id_purpose')),
    sa.UniqueConstraint('link_digest', name=op.f(f'uq_{table}_link_digest'))
    )
    op.create_index(op.f(f'ix_{table}_expires_at'), table, ['expires_at'])
