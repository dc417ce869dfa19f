"""Wallets, the ledger, idempotency keys and the record"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("wallet_entries", "wallet_postings", "bank_records")
BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "wallets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=True),
        sa.Column("owner_user_id", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deeds_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("deeds_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('person', 'funding')", name=op.f("ck_wallets_kind")),
        sa.CheckConstraint(
            "(kind = 'person') = (owner_sub IS NOT NULL)", name=op.f("ck_wallets_owner")
        ),
        sa.CheckConstraint("held_minor >= 0", name=op.f("ck_wallets_held")),
        sa.CheckConstraint(
            "kind = 'funding' OR balance_minor >= held_minor", name=op.f("ck_wallets_covered")
        ),
        sa.CheckConstraint(
            "deeds_minor >= 0 AND deeds_count >= 0", name=op.f("ck_wallets_deeds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallets")),
        sa.UniqueConstraint("owner_sub", name=op.f("uq_wallets_owner_sub")),
        sa.UniqueConstraint("owner_user_id", name=op.f("uq_wallets_owner_user_id")),
    )
    op.create_table(
        "wallet_entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('transfer', 'funding')", name=op.f("ck_wallet_entries_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_entries")),
    )
    op.create_table(
        "wallet_postings",
        sa.Column("id", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_wallet_postings_amount")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["wallet_entries.id"],
            name=op.f("fk_wallet_postings_entry_id_wallet_entries"),
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["wallets.id"], name=op.f("fk_wallet_postings_wallet_id_wallets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_postings")),
    )
    op.create_index(op.f("ix_wallet_postings_entry_id"), "wallet_postings", ["entry_id"])
    op.create_index(op.f("ix_wallet_postings_wallet_id"), "wallet_postings", ["wallet_id"])
    op.create_table(
        "bank_idempotency_keys",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("question_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person", "route", "key", name=op.f("pk_bank_idempotency_keys")),
    )
    op.create_table(
        "bank_records",
        sa.Column("seq", BIG_KEY, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bank_records")),
    )
    op.create_index(op.f("ix_bank_records_subject"), "bank_records", ["subject"])
    _forbid_changes()


def downgrade():
    for table in ("bank_records", "bank_idempotency_keys", "wallet_postings", "wallet_entries"):
        op.drop_table(table)
    op.drop_table("wallets")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bank_refuse_change()")


def _forbid_changes():
    """Rows of these tables are only ever added."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION bank_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        for deed in ("UPDATE", "DELETE"):
            refuse = (
                "FOR EACH ROW EXECUTE FUNCTION bank_refuse_change()"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            name = f"{table}_refuse_{deed.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {refuse}")
