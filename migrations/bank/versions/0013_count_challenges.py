"""Count the challenges of each person, so that nobody reads everybody's name by ordering"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.create_table(
        "bank_challenges",
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_sub", name=op.f("pk_bank_challenges")),
    )


def downgrade():
    op.drop_table("bank_challenges")
