"""Keep what was asked for in detail: with codes, and with refresh tokens."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'

TABLES = ('authorization_codes', 'refresh_tokens')


def upgrade():
    for table in TABLES:
        op.add_column(table, sa.Column('details', sa.Text(), nullable=True))


def downgrade():
    for table in reversed(TABLES):
        op.drop_column(table, 'details')
