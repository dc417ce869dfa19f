"""Every hold is of one payment or one withdrawal, and ended as that did."""

from sqlalchemy import select

from app.bank.atm.models import Withdrawal
from app.bank.ledger.models import Hold
from app.bank.payments.models import Payment
from app.bank.reconciling.snapshot import Difference, rows

_holds, _payments, _withdrawals = Hold.__table__, Payment.__table__, Withdrawal.__table__
ENDS = {  # how the hold of a deed stands, by how the deed does
    "pending": "held",
    "completed": "captured",
    "refused": "released",
    "requested": "held",
    "validated": "captured",
    "dispensed": "captured",
    "reversed": "captured",
    "expired": "released",
    "cancelled": "released",
}


def holds(connection):
    """Compare each hold with the one deed that it is of."""
    pay, cash = _payments.c, _withdrawals.c
    query = select(
        *_holds.c,
        *(pay[name].label(f"pay_{name}") for name in ("id", "kind", "state")),
        *(pay[name].label(f"pay_{name}") for name in ("wallet_id", "amount_minor")),
        *(cash[name].label(f"cash_{name}") for name in ("id", "state")),
        *(cash[name].label(f"cash_{name}") for name in ("wallet_id", "amount_minor")),
    )
    query = query.join(_payments, pay.hold_id == _holds.c.id, isouter=True)
    query = query.join(_withdrawals, cash.hold_id == _holds.c.id, isouter=True)
    for row in rows(connection, query, _holds.c.id):
        yield from _compared(row._mapping)
        yield None


def _compared(row):
    owners = [name for name in ("pay", "cash") if row[f"{name}_id"] is not None]
    if len(owners) != 1:
        yield Difference(_holds.name, row["id"], "deeds that it is of", 1, len(owners))
        return
    [owner] = owners
    expected = {
        "purpose": row["pay_kind"] if owner == "pay" else "withdrawal",
        "state": ENDS[row[f"{owner}_state"]],
        "wallet_id": row[f"{owner}_wallet_id"],
        "amount_minor": row[f"{owner}_amount_minor"],
    }
    for name, value in expected.items():
        if row[name] != value:
            yield Difference(_holds.name, row["id"], name, value, row[name])
