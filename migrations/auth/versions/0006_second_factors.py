"""Second factors: authenticator apps, recovery codes, passkeys, browsers that are remembered."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'

USER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
TABLES = ('totp_secrets', 'recovery_codes', 'passkeys', 'remembered_browsers')


def upgrade():
    op.create_table('totp_secrets',
    sa.Column('user_id', USER, nullable=False),
    sa.Column('secret_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('enabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_totp_secrets_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_totp_secrets'))
    )
    op.create_table('recovery_codes',
    sa.Column('code_digest', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', USER, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_recovery_codes_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_digest', name=op.f('pk_recovery_codes'))
    )
    op.create_index(op.f('ix_recovery_codes_user_id'), 'recovery_codes', ['user_id'])

    op.create_table('passkeys',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', USER, nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('transports', sa.Text(), nullable=False),
    sa.Column('aaguid', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('synced', sa.Boolean(), nullable=False),
    sa.Column('backed_up', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_passkeys_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    op.create_index(op.f('ix_passkeys_user_id'), 'passkeys', ['user_id'])

    op.create_table('remembered_browsers',
    sa.Column('browser_digest', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', USER, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_remembered_browsers_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('browser_digest', name=op.f('pk_remembered_browsers'))
    )
    op.create_index(op.f('ix_remembered_browsers_user_id'), 'remembered_browsers', ['user_id'])
    op.create_index(op.f('ix_remembered_browsers_expires_at'), 'remembered_browsers', ['expires_at'])


def downgrade():
    for table in TABLES:
        op.drop_table(table)
