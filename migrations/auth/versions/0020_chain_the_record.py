"""Chain the record: links, the hashes of subtrees, signed heads; none of them can be changed."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'

KEYS = {'audit_links': 'number = NEW.number', 'audit_heads': 'id = NEW.id',
        'audit_nodes': 'level = NEW.level AND position = NEW.position'}
REFUSE = """
CREATE FUNCTION {0}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{0} is append-only';
END $$
"""


def upgrade():
    number = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('audit_links',
    sa.Column('number', number, autoincrement=False, nullable=False),
    sa.Column('seq', number, nullable=False),
    sa.Column('nonce', sa.LargeBinary(), nullable=True),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit_links')),
    sa.UniqueConstraint('nonce', name=op.f('uq_audit_links_nonce')),
    sa.UniqueConstraint('seq', name=op.f('uq_audit_links_seq'))
    )
    op.create_table('audit_nodes',
    sa.Column('level', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('position', number, autoincrement=False, nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'position', name=op.f('pk_audit_nodes'))
    )
    op.create_table('audit_chain',
    sa.Column('id', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('size', number, nullable=False),
    sa.Column('last', sa.LargeBinary(), nullable=False),
    sa.Column('peaks', sa.LargeBinary(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_chain'))
    )
    op.create_table('audit_heads',
    sa.Column('id', number, autoincrement=True, nullable=False),
    sa.Column('size', number, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('signed', sa.Text(), nullable=False),
    sa.Column('mac', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_heads')),
    sqlite_autoincrement=True
    )
    op.create_index(op.f('ix_audit_heads_size'), 'audit_heads', ['size'])
    for table, same in KEYS.items():
        for statement in _sqlite(table, same) if _on_sqlite() else _postgresql(table):
            op.execute(statement)


def downgrade():
    op.drop_index(op.f('ix_audit_heads_size'), 'audit_heads')
    for table in ('audit_heads', 'audit_chain', 'audit_nodes', 'audit_links'):
        op.drop_table(table)  # and its triggers with it
        if table in KEYS and not _on_sqlite():
            op.execute(f'DROP FUNCTION {table}_refuse()')


def _postgresql(table):
    yield REFUSE.format(table)
    yield (f'CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}'
           f' FOR EACH ROW EXECUTE FUNCTION {table}_refuse()')
    yield (f'CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table}'
           f' FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()')


def _sqlite(table, same):
    refuse = f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for deed in ('UPDATE', 'DELETE'):
        yield f'CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}{refuse}'
    # INSERT OR REPLACE removes a row without firing the trigger on DELETE.
    yield (f'CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}'
           f' WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}){refuse}')


def _on_sqlite():
    return op.get_bind().dialect.name == 'sqlite'
