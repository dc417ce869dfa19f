"""Know the browsers people sign in from, and let people read, take with them and end what is theirs."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'

ABOUT_PEOPLE = sa.text("event NOT LIKE 'grant:tokens:%'")
# Nullable or with a default: SQLite adds a column in place, and so keeps what refers to the table.
COLUMNS = (
    ('sessions', 'device_id', sa.Text(), None),
    ('sessions', 'risk', sa.Text(), 'allow'),
    ('sessions', 'risk_reasons', sa.Text(), ''),
    ('users', 'closes_at', sa.DateTime(timezone=True), None),
)


def upgrade():
    op.create_table('devices',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('browser_digest', sa.LargeBinary(), nullable=False),
    sa.Column('user_agent', sa.Text(), nullable=True),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('disowned_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_devices_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_devices')),
    sa.UniqueConstraint('user_id', 'browser_digest', name=op.f('uq_devices_user_id_browser_digest'))
    )
    op.create_index(op.f('ix_devices_last_seen_at'), 'devices', ['last_seen_at'])
    op.create_table('networks',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('network_digest', sa.LargeBinary(), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_networks_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'network_digest', name=op.f('pk_networks'))
    )
    op.create_index(op.f('ix_networks_last_seen_at'), 'networks', ['last_seen_at'])
    op.create_table('contact_changes',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('target_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("channel IN ('email', 'phone')", name=op.f('ck_contact_changes_channel')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_contact_changes_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'channel', name=op.f('pk_contact_changes'))
    )
    op.create_index(op.f('ix_contact_changes_expires_at'), 'contact_changes', ['expires_at'])
    for table, name, kind, default in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
        if default is not None and op.get_bind().dialect.name != 'sqlite':  # which cannot, and need not
            op.alter_column(table, name, server_default=None)
    op.create_index('ix_users_closes_at', 'users', ['closes_at'])
    op.create_index('ix_sessions_address_auth_time', 'sessions', ['address', 'auth_time'])
    for column in ('actor', 'subject'):
        op.create_index(f'ix_audit_records_{column}_seq', 'audit_records', [column, 'seq'],
                        postgresql_where=ABOUT_PEOPLE, sqlite_where=ABOUT_PEOPLE)


def downgrade():
    for column in ('subject', 'actor'):
        op.drop_index(f'ix_audit_records_{column}_seq', 'audit_records')
    op.drop_index('ix_sessions_address_auth_time', 'sessions')
    op.drop_index('ix_users_closes_at', 'users')
    for table, name, _kind, _default in reversed(COLUMNS):
        op.drop_column(table, name)
    op.drop_table('contact_changes')
    op.drop_table('networks')
    op.drop_table('devices')
