"""Open the protocol: clients that register themselves, pushed requests, devices, notices of logout."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'

TABLES = (
    'session_clients', 'device_codes', 'pushed_requests', 'pairwise_subjects', 'logout_notices',
    'client_logos', 'replay_marks', 'initial_access_tokens', 'explanations',
)
COLUMNS = (
    ('authorization_codes', 'claims', sa.Text(), None),
    ('refresh_tokens', 'claims', sa.Text(), None),
    ('interactions', 'pushed_digest', sa.LargeBinary(), None),
    ('client_secrets', 'ends_at', sa.DateTime(timezone=True), None),
    ('clients', 'name_folded', sa.Text(), ''),
    ('clients', 'application_type', sa.Text(), 'web'),
    ('clients', 'registered_by', sa.Text(), 'operator'),
    ('clients', 'registration_digest', sa.LargeBinary(), None),
    ('clients', 'verified_at', sa.DateTime(timezone=True), None),
    ('clients', 'last_used_at', sa.DateTime(timezone=True), None),
)
CLIENTS = sa.table('clients', *(
    sa.column(name) for name in
    ('id', 'described', 'name_folded', 'application_type', 'created_at', 'verified_at')
))
PEOPLE = {'authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'}


def upgrade():
    op.create_table('explanations',
    sa.Column('request_id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('request_id', name=op.f('pk_explanations'))
    )
    op.create_index(op.f('ix_explanations_at'), 'explanations', ['at'])

    op.create_table('initial_access_tokens',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('value_digest', sa.LargeBinary(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('uses_left', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_initial_access_tokens')),
    sa.UniqueConstraint('value_digest', name=op.f('uq_initial_access_tokens_value_digest'))
    )
    op.create_index(op.f('ix_initial_access_tokens_expires_at'), 'initial_access_tokens', ['expires_at'])

    op.create_table('replay_marks',
    sa.Column('name_digest', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name_digest', name=op.f('pk_replay_marks'))
    )
    op.create_index(op.f('ix_replay_marks_expires_at'), 'replay_marks', ['expires_at'])

    op.create_table('client_logos',
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('member', sa.Text(), nullable=False),
    sa.Column('uri', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_client_logos_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('client_id', 'member', name=op.f('pk_client_logos'))
    )
    op.create_table('logout_notices',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('session_id', sa.Text(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_logout_notices_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logout_notices'))
    )
    op.create_index(op.f('ix_logout_notices_client_id'), 'logout_notices', ['client_id'])
    op.create_index(op.f('ix_logout_notices_due_at'), 'logout_notices', ['due_at'])

    op.create_table('pairwise_subjects',
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sector', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_pairwise_subjects_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'sector', name=op.f('pk_pairwise_subjects')),
    sa.UniqueConstraint('subject', name=op.f('uq_pairwise_subjects_subject'))
    )
    op.create_table('pushed_requests',
    sa.Column('uri_digest', sa.LargeBinary(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('parameters', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_pushed_requests_client_id_clients'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('uri_digest', name=op.f('pk_pushed_requests'))
    )
    op.create_index(op.f('ix_pushed_requests_expires_at'), 'pushed_requests', ['expires_at'])

    op.create_table('device_codes',
    sa.Column('device_code_digest', sa.LargeBinary(), nullable=False),
    sa.Column('user_code_digest', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('grant_id', sa.Text(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.Text(), nullable=True),
    sa.Column('session_id', sa.String(), nullable=True),
    sa.Column('auth_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acr', sa.Text(), nullable=True),
    sa.Column('amr', sa.Text(), nullable=True),
    sa.Column('wait_seconds', sa.Integer(), nullable=False),
    sa.Column('polled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('pending', 'approved', 'denied', 'redeemed')", name=op.f('ck_device_codes_state')),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_device_codes_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_device_codes_session_id_sessions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_device_codes_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('device_code_digest', name=op.f('pk_device_codes')),
    sa.UniqueConstraint('user_code_digest', name=op.f('uq_device_codes_user_code_digest'))
    )
    op.create_index(op.f('ix_device_codes_expires_at'), 'device_codes', ['expires_at'])

    op.create_table('session_clients',
    sa.Column('session_id', sa.String(), nullable=False),
    sa.Column('client_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['clients.id'], name=op.f('fk_session_clients_client_id_clients'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_session_clients_session_id_sessions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('session_id', 'client_id', name=op.f('pk_session_clients'))
    )
    op.create_index(op.f('ix_session_clients_client_id'), 'session_clients', ['client_id'])

    # Not in batches: SQLite would rebuild the table, and what refers to it would go with the old one.
    for table, name, kind, default in COLUMNS:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column(table, column)
    op.create_index('ix_clients_created_at', 'clients', ['created_at', 'id'])
    op.create_index('ix_clients_name_folded', 'clients', ['name_folded', 'id'])
    _describe()
    if op.get_bind().dialect.name != 'sqlite':  # which cannot, and need not
        for table, name, _kind, default in COLUMNS:
            if default is not None:
                op.alter_column(table, name, server_default=None)


def downgrade():
    op.drop_index('ix_clients_name_folded', 'clients')
    op.drop_index('ix_clients_created_at', 'clients')
    for table, name, _kind, _default in reversed(COLUMNS):
        op.drop_column(table, name)
    for table in TABLES:
        op.drop_table(table)


def _describe():
    """Whoever is registered was so by an operator: known, named, of a kind."""
    connection = op.get_bind()
    for row in connection.execute(sa.select(CLIENTS.c.id, CLIENTS.c.described)).all():
        described = json.loads(row.described)
        people = PEOPLE & set(described.get('grant_types', PEOPLE))
        kind = described.get('application_type', 'web') if people else 'service'
        values = {
            'name_folded': (described.get('client_name') or row.id).casefold(),
            'application_type': kind,
            'verified_at': CLIENTS.c.created_at,
        }
        connection.execute(sa.update(CLIENTS).where(CLIENTS.c.id == row.id).values(values))
