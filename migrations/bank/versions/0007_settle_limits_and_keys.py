"""Settle limits, count what leaves, claim contacts as keys"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "wallet_limits",
        sa.Column("wallet_id", sa.Text(), nullable=False),
        *(
            sa.Column(f"{when}{what}_minor", sa.BigInteger(), nullable=True)
            for when in ("", "next_")
            for what in ("deed", "day", "night")
        ),
        sa.Column("next_from", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["wallets.id"], name=op.f("fk_wallet_limits_wallet_id_wallets")
        ),
        sa.PrimaryKeyConstraint("wallet_id", name=op.f("pk_wallet_limits")),
    )
    op.create_table(
        "wallet_spending",
        sa.Column("wallet_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("spent_minor >= 0", name=op.f("ck_wallet_spending_spent")),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["wallets.id"], name=op.f("fk_wallet_spending_wallet_id_wallets")
        ),
        sa.PrimaryKeyConstraint("wallet_id", "period", name=op.f("pk_wallet_spending")),
    )
    op.create_table(
        "wallet_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("claimed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_wallet_keys_digest")),
    )
    op.create_index(op.f("ix_wallet_keys_owner_sub"), "wallet_keys", ["owner_sub"])


def downgrade():
    for table in ("wallet_keys", "wallet_spending", "wallet_limits"):
        op.drop_table(table)
