"""Remember whom a person is known to pay"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.create_table(
        "wallet_known_payees",
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("payee_sub", sa.Text(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "owner_sub", "payee_sub", name=op.f("pk_wallet_known_payees")
        ),
    )


def downgrade():
    op.drop_table("wallet_known_payees")
