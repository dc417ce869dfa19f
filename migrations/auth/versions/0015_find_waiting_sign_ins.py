"""Find the sign-in by a document that waits for its second step."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'

OF_DOCUMENTS = sa.text("kind = 'document'")


def upgrade():
    op.create_index(
        'ix_interactions_document',
        'interactions',
        ['browser_digest', 'created_at'],
        postgresql_where=OF_DOCUMENTS,
        sqlite_where=OF_DOCUMENTS,
    )


def downgrade():
    op.drop_index('ix_interactions_document', 'interactions')
