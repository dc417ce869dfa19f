"""Find what is long over, so that it can be deleted: answers kept, and what was counted of a day"""

from alembic import op

revision = "0010"
down_revision = "0009"

FOUND_BY = {"bank_idempotency_keys": "used_at", "wallet_spending": "period"}


def upgrade():
    for table, column in FOUND_BY.items():
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade():
    for table, column in FOUND_BY.items():
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
