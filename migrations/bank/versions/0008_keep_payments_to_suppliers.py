"""Keep payments to suppliers, and when to ask of them again"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "payments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("payee_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=True),
        sa.Column("reversal_id", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("reversed_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('bill', 'topup')", name=op.f("ck_payments_kind")),
        sa.CheckConstraint(
            "state IN ('pending', 'completed', 'refused', 'reversed')",
            name=op.f("ck_payments_state"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint(
            "(state IN ('completed', 'reversed')) = (entry_id IS NOT NULL)",
            name=op.f("ck_payments_entry"),
        ),
        sa.CheckConstraint(
            "(state = 'reversed') = (reversal_id IS NOT NULL)", name=op.f("ck_payments_reversal")
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (settled_at IS NULL)", name=op.f("ck_payments_settled")
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["wallets.id"], name=op.f("fk_payments_wallet_id_wallets")
        ),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["wallet_holds.id"], name=op.f("fk_payments_hold_id_wallet_holds")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["wallet_entries.id"], name=op.f("fk_payments_entry_id_wallet_entries")
        ),
        sa.ForeignKeyConstraint(
            ["reversal_id"],
            ["wallet_entries.id"],
            name=op.f("fk_payments_reversal_id_wallet_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        *(
            sa.UniqueConstraint(column, name=op.f(f"uq_payments_{column}"))
            for column in ("hold_id", "entry_id", "reversal_id")
        ),
    )
    op.create_index(op.f("ix_payments_owner_sub"), "payments", ["owner_sub"])
    op.create_index(op.f("ix_payments_due_at"), "payments", ["due_at"])


def downgrade():
    op.drop_table("payments")
