"""Pay cash out: terminals, withdrawals with their vouchers, and the tries at these"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'requested'")
TERMINALS, DAYS = "atm_terminals", "atm_agent_days"
WITHDRAWALS, TRIES = "atm_withdrawals", "atm_voucher_tries"
STATES = "'requested', 'validated', 'dispensed', 'reversed', 'expired', 'cancelled'"


def upgrade():
    _terminals()
    op.create_table(
        DAYS,
        sa.Column("terminal_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        _refers(DAYS, "terminal_id", TERMINALS),
        sa.PrimaryKeyConstraint("terminal_id", "day", name=op.f(f"pk_{DAYS}")),
    )
    _withdrawals()
    op.create_table(
        TRIES,
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("whose", name=op.f(f"pk_{TRIES}")),
    )


def downgrade():
    for table in (TRIES, WITHDRAWALS, DAYS, TERMINALS):
        op.drop_table(table)


def _terminals():
    limits = "(kind = 'agent') = (deed_limit_minor IS NOT NULL)"
    limits += " AND (kind = 'agent') = (day_limit_minor IS NOT NULL)"
    op.create_table(
        TERMINALS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("cash_wallet_id", sa.Text(), nullable=False),
        sa.Column("deed_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("day_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('atm', 'agent')", name=op.f(f"ck_{TERMINALS}_kind")),
        sa.CheckConstraint(limits, name=op.f(f"ck_{TERMINALS}_limits")),
        _refers(TERMINALS, "cash_wallet_id", "wallets"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TERMINALS}")),
    )
    _index(TERMINALS, "client_id")


def _withdrawals():
    op.create_table(
        WITHDRAWALS,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_sub", sa.Text(), nullable=False),
        sa.Column("wallet_id", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("qr_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("terminal_id", sa.Text(), nullable=True),
        sa.Column("dispense_id", sa.Text(), nullable=True),
        sa.Column("key_digest", sa.LargeBinary(), nullable=True),
        sa.Column("validated_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        *_rules(),
    )
    for column in ("owner_sub", "code_digest", "expires_at", "terminal_id", "validated_at"):
        _index(WITHDRAWALS, column)
    for name, column in (("owner", "owner_sub"), ("code", "code_digest")):
        op.create_index(
            op.f(f"uq_{WITHDRAWALS}_waiting_{name}"),
            WITHDRAWALS,
            [column],
            unique=True,
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        )


def _rules():
    nowhere = "(state IN ('requested', 'expired', 'cancelled')) = (terminal_id IS NULL)"
    yield sa.CheckConstraint(f"state IN ({STATES})", name=op.f(f"ck_{WITHDRAWALS}_state"))
    yield sa.CheckConstraint(nowhere, name=op.f(f"ck_{WITHDRAWALS}_terminal"))
    channels = "channel IN ('atm', 'agent')"
    yield sa.CheckConstraint(channels, name=op.f(f"ck_{WITHDRAWALS}_channel"))
    yield sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{WITHDRAWALS}_amount"))
    yield _refers(WITHDRAWALS, "wallet_id", "wallets")
    yield _refers(WITHDRAWALS, "hold_id", "wallet_holds")
    yield _refers(WITHDRAWALS, "terminal_id", TERMINALS)
    yield sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{WITHDRAWALS}"))
    for column in ("hold_id", "qr_digest", "dispense_id"):
        yield sa.UniqueConstraint(column, name=op.f(f"uq_{WITHDRAWALS}_{column}"))


def _refers(table, column, other):
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _index(table, column):
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
