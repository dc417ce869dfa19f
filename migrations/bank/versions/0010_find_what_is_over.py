"""Find what is long over, so that it can be deleted; index of withdrawals only what is looked for"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

FOUND_BY = {"bank_idempotency_keys": "used_at", "wallet_spending": "period"}
WITHDRAWALS = "atm_withdrawals"
OF_SOME = {"expires_at": "state = 'requested'", "validated_at": "state = 'validated'"}
OF_ALL = ("owner_sub", "expires_at", "terminal_id", "validated_at")


def upgrade():
    for table, column in FOUND_BY.items():
        _index(table, column)
    for column in OF_ALL:
        op.drop_index(op.f(f"ix_{WITHDRAWALS}_{column}"), WITHDRAWALS)
    for column, which in OF_SOME.items():
        _index(WITHDRAWALS, column, sa.text(which))


def downgrade():
    for column in OF_SOME:
        op.drop_index(op.f(f"ix_{WITHDRAWALS}_{column}"), WITHDRAWALS)
    for column in OF_ALL:
        _index(WITHDRAWALS, column)
    for table, column in FOUND_BY.items():
        op.drop_index(op.f(f"ix_{table}_{column}"), table)


def _index(table, column, which=None):
    name = op.f(f"ix_{table}_{column}")
    op.create_index(name, table, [column], postgresql_where=which, sqlite_where=which)
