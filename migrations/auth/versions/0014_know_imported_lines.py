"""Know which lines of imported files of people are in, so that an import goes on where it stopped."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0012'


def upgrade():
    op.create_table('imported_lines',
    sa.Column('line_digest', sa.LargeBinary(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('line_digest', name=op.f('pk_imported_lines'))
    )
    op.create_index(op.f('ix_imported_lines_imported_at'), 'imported_lines', ['imported_at'])


def downgrade():
    op.drop_table('imported_lines')
