"""Let roles hold permissions, and be held in one institution alone."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'


def upgrade():
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    with op.batch_alter_table('roles') as table:
        table.add_column(sa.Column('description', sa.Text(), nullable=True))
    op.create_table('role_permissions',
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('permission', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['role'], ['roles.name'], name=op.f('fk_role_permissions_role_roles'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('role', 'permission', name=op.f('pk_role_permissions'))
    )
    op.create_table('institution_roles',
    sa.Column('user_id', number, nullable=False),
    sa.Column('institution_id', sa.String(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_institution_roles_user_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['institution_id'], ['institutions.id'], name=op.f('fk_institution_roles_institution_id_institutions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['role'], ['roles.name'], name=op.f('fk_institution_roles_role_roles')),
    sa.PrimaryKeyConstraint('user_id', 'institution_id', 'role', name=op.f('pk_institution_roles'))
    )
    op.create_index(op.f('ix_institution_roles_institution_id'), 'institution_roles', ['institution_id'])
    op.create_index(op.f('ix_institution_roles_role'), 'institution_roles', ['role'])


def downgrade():
    op.drop_table('institution_roles')
    op.drop_table('role_permissions')
    with op.batch_alter_table('roles') as table:
        table.drop_column('description')
