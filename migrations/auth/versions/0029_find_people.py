"""Find people by their names, and keep what the bank's staff asked to be taken from them."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'

BATCH = 1000
TEXT = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')  # compared by its characters
FOUND = (('name_folded', 'id'), ('phone_index',), ('created_at', 'id'))


def upgrade():
    with op.batch_alter_table('users') as table:
        table.add_column(sa.Column('name_folded', TEXT, nullable=True))
    for columns in FOUND:
        op.create_index(op.f(f'ix_users_{"_".join(columns)}'), 'users', list(columns))
    with op.batch_alter_table('factor_recoveries') as table:
        table.add_column(sa.Column('asked_by', sa.Text(), nullable=True))
        table.add_column(sa.Column('factor', sa.Text(), nullable=True))
    fold_names()


def fold_names():
    users = sa.table('users', sa.column('id'), sa.column('full_name'), sa.column('name_folded'))
    named = sa.select(users.c.id, users.c.full_name).where(users.c.full_name.is_not(None))
    one = sa.update(users).where(users.c.id == sa.bindparam('number'))
    one = one.values(name_folded=sa.bindparam('folded'))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        named.where(users.c.id > last).order_by(users.c.id).limit(BATCH)
    ).all():
        connection.execute(one, [{'number': row.id, 'folded': folded(row.full_name)} for row in rows])
        last = rows[-1].id


def folded(name):
    bare = unicodedata.normalize('NFKD', name)
    letters = ''.join(c for c in bare if not unicodedata.combining(c))
    return ' '.join(letters.casefold().split())


def downgrade():
    with op.batch_alter_table('factor_recoveries') as table:
        table.drop_column('factor')
        table.drop_column('asked_by')
    for columns in reversed(FOUND):
        op.drop_index(op.f(f'ix_users_{"_".join(columns)}'), 'users')
    with op.batch_alter_table('users') as table:
        table.drop_column('name_folded')
