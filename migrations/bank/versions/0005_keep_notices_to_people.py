"""Keep notices to people with the deeds they tell of"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "bank_notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sub", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_notices")),
    )
    for column in ("created_at", "due_at"):
        op.create_index(op.f(f"ix_bank_notices_{column}"), "bank_notices", [column])


def downgrade():
    for column in ("due_at", "created_at"):
        op.drop_index(op.f(f"ix_bank_notices_{column}"), "bank_notices")
    op.drop_table("bank_notices")
