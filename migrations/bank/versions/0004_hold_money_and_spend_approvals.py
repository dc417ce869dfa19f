"""Hold money for deeds under way, sign deeds, spend approvals, freeze wallets"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)
KINDS = {
    "wallets": ("person", "funding"),
    "wallet_entries": ("transfer", "funding"),
}
MORE = {
    "wallets": ("settlement",),
    "wallet_entries": ("deposit", "bill", "topup", "withdrawal", "reversal"),
}
SPENT = "bank_spent_approvals"


def upgrade():
    op.add_column("wallets", sa.Column("frozen_at", MOMENT, nullable=True))
    _allow({table: KINDS[table] + MORE[table] for table in KINDS})
    op.create_table(
        "wallet_holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'captured', 'released')", name=op.f("ck_wallet_holds_state")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_wallet_holds_amount")),
        sa.CheckConstraint(
            "(state = 'held') = (ended_at IS NULL)", name=op.f("ck_wallet_holds_ended")
        ),
        sa.ForeignKeyConstraint(
            ["wallet_id"], ["wallets.id"], name=op.f("fk_wallet_holds_wallet_id_wallets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_holds")),
    )
    op.create_index(op.f("ix_wallet_holds_wallet_id"), "wallet_holds", ["wallet_id"])
    op.create_table(
        "bank_deed_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_jwk", sa.Text(), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signs_from", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_bank_deed_keys")),
        sa.UniqueConstraint("signs_from", name=op.f("uq_bank_deed_keys_signs_from")),
    )
    op.create_table(
        SPENT,
        sa.Column("transaction_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("spent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f(f"pk_{SPENT}")),
    )
    op.create_index(op.f(f"ix_{SPENT}_owner_sub"), SPENT, ["owner_sub"])
    _guard(SPENT)


def downgrade():
    op.drop_table(SPENT)
    op.drop_table("bank_deed_keys")
    op.drop_table("wallet_holds")
    _allow(KINDS)
    op.drop_column("wallets", "frozen_at")


def _allow(kinds):
    """Let ``kinds`` (table → names) be the kinds of wallets and entries."""
    for table, names in kinds.items():
        listed = ", ".join(f"'{name}'" for name in names)
        rule = f"kind IN ({listed})"
        if _on_sqlite():
            _rewrite(table, rule)
        else:
            op.drop_constraint(op.f(f"ck_{table}_kind"), table, type_="check")
            op.create_check_constraint(op.f(f"ck_{table}_kind"), table, rule)


def _rewrite(table, rule):
    """Change the rule where it is written: SQLite has no other way that keeps table and triggers.

    The rows obey either rule, since kinds are only ever added to; https://sqlite.org/lang_altertable
    §7 describes it for exactly such a constraint.
    """
    bind = op.get_bind()
    written = bind.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"),
        {"name": table},
    ).scalar_one()
    head, name, rest = written.partition(f"CONSTRAINT ck_{table}_kind CHECK (")
    depth, end = 1, 0
    while depth:
        depth += {"(": 1, ")": -1}.get(rest[end], 0)
        end += 1
    changed = head + name + rule + ")" + rest[end:]
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name"),
        {"sql": changed, "name": table},
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def _guard(table):
    """Let rows of ``table`` only ever be added."""
    if _on_sqlite():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_refuse_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} {refuse}")
        return
    for deed, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table}"
            f" FOR EACH {each} EXECUTE FUNCTION bank_refuse_change()"
        )


def _on_sqlite():
    return op.get_bind().dialect.name == "sqlite"
