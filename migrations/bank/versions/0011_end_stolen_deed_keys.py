"""Tell when a deed key went, and whether it was stolen; keep index keys of sealing keys put away."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    with op.batch_alter_table("bank_deed_keys") as table:
        table.alter_column("private_sealed", existing_type=sa.LargeBinary(), nullable=True)
        for name in ("gone_at", "compromised_at"):
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "bank_index_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "purpose", name=op.f("pk_bank_index_keys")),
    )


def downgrade():
    op.drop_table("bank_index_keys")
    op.execute("DELETE FROM bank_deed_keys WHERE private_sealed IS NULL")
    with op.batch_alter_table("bank_deed_keys") as table:
        for name in ("compromised_at", "gone_at"):
            table.drop_column(name)
        table.alter_column("private_sealed", existing_type=sa.LargeBinary(), nullable=False)
