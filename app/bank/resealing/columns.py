"""The catalogue: every sealed column, and every purpose that a key is derived for."""

from types import MappingProxyType

from app.bank import idempotency
from app.bank.deeds.models import DeedKey
from app.bank.idempotency import IdempotencyKey
from app.bank.payments.models import Payment
from app.bank.resealing.models import IndexKey
from app.foundation import put_away
from app.foundation.resealing import Sealed

COLUMNS = (
    Sealed(
        DeedKey.__table__.c.private_sealed, lambda row: f"bank_deed_keys/{row.kid}/private_sealed"
    ),
    Sealed(Payment.__table__.c.payee_sealed, lambda row: f"payments/{row.id}/payee_sealed"),
    Sealed(IdempotencyKey.__table__.c.answer, idempotency.place),
    Sealed(
        IndexKey.__table__.c.key_sealed,
        lambda row: put_away.place(IndexKey, row.name, row.purpose),
    ),
)

KEPT_PURPOSES = ("wallet keys", "receipts", "atm_vouchers")
PURPOSES = MappingProxyType(
    dict.fromkeys(KEPT_PURPOSES, "its index key is kept")
    | {"history cursors": "passing"}  # whoever was between two pages begins anew
)
