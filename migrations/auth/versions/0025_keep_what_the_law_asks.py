"""Hold what a court wants to stay; seal what outlives an account under a key per person."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'


def upgrade():
    op.create_table('legal_holds',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('sub', sa.Text(), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_holds'))
    )
    where = sa.text('released_at IS NULL')
    op.create_index('uq_legal_holds_sub', 'legal_holds', ['sub'], unique=True,
                    postgresql_where=where, sqlite_where=where)
    op.create_table('person_keys',
    sa.Column('sub', sa.Text(), nullable=False),
    sa.Column('key_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('sub', name=op.f('pk_person_keys'))
    )
    op.add_column('approvals', sa.Column('told_sealed', sa.LargeBinary(), nullable=True))


def downgrade():
    # What is sealed stays so: the database lets no line of approvals change.
    op.drop_column('approvals', 'told_sealed')
    op.drop_table('person_keys')
    op.drop_index('uq_legal_holds_sub', 'legal_holds')
    op.drop_table('legal_holds')
