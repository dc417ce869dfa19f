"""Keep with each posting when it was made, so that one index answers for a wallet's history"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)
HISTORY = ["wallet_id", "made_at", "id", "amount_minor"]  # all that sums and pages read


def upgrade():
    op.add_column("wallet_postings", sa.Column("made_at", MOMENT, nullable=True))
    _forbid_changes(False)
    op.execute(
        "UPDATE wallet_postings SET made_at ="
        " (SELECT made_at FROM wallet_entries WHERE id = wallet_postings.entry_id)"
    )
    with op.batch_alter_table("wallet_postings") as table:
        table.alter_column("made_at", existing_type=MOMENT, nullable=False)
        table.drop_index(op.f("ix_wallet_postings_wallet_id"))
        table.create_index("ix_wallet_postings_history", HISTORY)
    _forbid_changes(True)


def downgrade():
    _forbid_changes(False)
    with op.batch_alter_table("wallet_postings") as table:
        table.drop_index("ix_wallet_postings_history")
        table.create_index(op.f("ix_wallet_postings_wallet_id"), ["wallet_id"])
        table.drop_column("made_at")
    _forbid_changes(True)


def _forbid_changes(forbidden):
    """Guard the lines again, or let them be changed here.

    SQLite changes a column by making the table anew, and what guarded the old one goes with it.
    """
    if op.get_bind().dialect.name == "postgresql":
        how = "ENABLE" if forbidden else "DISABLE"
        op.execute(f"ALTER TABLE wallet_postings {how} TRIGGER wallet_postings_refuse_update")
        return
    for deed in ("UPDATE", "DELETE", "REPLACE"):
        name = f"wallet_postings_refuse_{deed.lower()}"
        if not forbidden:
            op.execute(f"DROP TRIGGER {name}")
            continue
        when = f"BEFORE {deed} ON wallet_postings"
        if deed == "REPLACE":
            when = (
                "BEFORE INSERT ON wallet_postings"
                " WHEN EXISTS (SELECT 1 FROM wallet_postings WHERE id = NEW.id)"
            )
        refuse = "BEGIN SELECT RAISE(ABORT, 'wallet_postings is append-only'); END"
        op.execute(f"CREATE TRIGGER {name} {when} {refuse}")
