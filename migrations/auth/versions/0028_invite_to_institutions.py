"""Find institutions by their names, and invite people to them."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'

# What the back office sorts by.
SORTED = (('outbox_messages', 'created_at'), ('consents', 'given_at'), ('approvals', 'decided_at'))


def upgrade():
    with op.batch_alter_table('institutions') as table:
        table.add_column(sa.Column('name_folded', sa.Text(), nullable=True))
    _fold()
    with op.batch_alter_table('institutions') as table:
        table.alter_column('name_folded', existing_type=sa.Text(), nullable=False)
    op.create_index('ix_institutions_name_folded', 'institutions', ['name_folded', 'id'])
    op.create_table('institution_invitations',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('institution_id', sa.String(), nullable=False),
    sa.Column('email_folded', sa.Text(), nullable=False),
    sa.Column('link_digest', sa.LargeBinary(), nullable=False),
    sa.Column('invited_by', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_institution_invitations_institution_id_institutions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_institution_invitations')),
    sa.UniqueConstraint('link_digest', name=op.f('uq_institution_invitations_link_digest'))
    )
    op.create_index(op.f('ix_institution_invitations_institution_id'), 'institution_invitations', ['institution_id'])
    op.create_index(op.f('ix_institution_invitations_expires_at'), 'institution_invitations', ['expires_at'])
    for table, column in SORTED:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])


def downgrade():
    for table, column in SORTED:
        op.drop_index(op.f(f'ix_{table}_{column}'), table)
    op.drop_table('institution_invitations')
    op.drop_index('ix_institutions_name_folded', 'institutions')
    with op.batch_alter_table('institutions') as table:
        table.drop_column('name_folded')


def _fold():
    """Write each name as people look for it; a database folds fewer letters than Python."""
    rows = sa.table('institutions', sa.column('id'), sa.column('name'), sa.column('name_folded'))
    bind = op.get_bind()
    for key, name in bind.execute(sa.select(rows.c.id, rows.c.name)).all():
        bind.execute(sa.update(rows).where(rows.c.id == key).values(name_folded=name.casefold()))
