"""Dress institutions' pages, let them ask for second factors, and give each app its institution."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'

# Nullable: SQLite adds a column in place, and so keeps what refers to the table.
COLUMNS = (
    ('institutions', 'colours'),
    ('institutions', 'second_factor'),
    ('users', 'theme'),
)


def upgrade():
    op.create_table('institution_logos',
    sa.Column('institution_id', sa.String(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_institution_logos_institution_id_institutions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('institution_id', name=op.f('pk_institution_logos'))
    )
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    # In one statement: SQLite takes a reference only together with its column.
    op.execute(
        "ALTER TABLE clients ADD COLUMN institution VARCHAR"
        " CONSTRAINT fk_clients_institution_institutions REFERENCES institutions (code)"
    )
    op.create_index('ix_clients_institution', 'clients', ['institution'])


def downgrade():
    op.drop_index('ix_clients_institution', 'clients')
    op.drop_column('clients', 'institution')
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
    op.drop_table('institution_logos')
