"""The catalogue: every sealed column, and every purpose that a key is derived for."""

from types import MappingProxyType

from app.auth.accounts import papers
from app.auth.accounts.models import ContactChange, User
from app.auth.factors.models import TotpSecret
from app.auth.keys.models import SigningKey
from app.auth.notifications.models import OutboxMessage, PushSubscription
from app.auth.resealing.models import IndexKey
from app.auth.retention.models import LegalHold, PersonKey
from app.foundation import put_away
from app.foundation.resealing import Sealed


def _paper(kind):
    """A paper of people, found by an index that follows the first key (:mod:`papers`)."""
    column = User.__table__.c[f"{kind}_sealed"]
    return Sealed(
        column,
        lambda row: f"users/{row.sub}/{kind}_sealed",
        lambda clear: {f"{kind}_index": papers.indexes(kind, clear.decode())[0]},
    )


def _plain(column, *keys):
    """A column whose place is spelt ``table/key/column``."""
    table = column.class_.__table__

    def place(row):
        return "/".join([table.name, *(str(getattr(row, key)) for key in keys), column.key])

    return Sealed(table.c[column.key], place)


COLUMNS = (
    _paper("cpf"),
    _paper("phone"),
    Sealed(
        ContactChange.__table__.c.target_sealed,
        lambda row: f"contact_changes/{row.user_id}/{row.channel}",
    ),
    _plain(TotpSecret.secret_sealed, "user_id"),
    _plain(SigningKey.private_sealed, "kid"),
    _plain(OutboxMessage.content_sealed, "id"),
    _plain(PushSubscription.address_sealed, "id"),
    _plain(LegalHold.reason_sealed, "id"),
    _plain(PersonKey.key_sealed, "sub"),
    Sealed(
        IndexKey.__table__.c.key_sealed,
        lambda row: put_away.place(IndexKey, row.name, row.purpose),
    ),
)
ELSEWHERE = MappingProxyType(  # sealed, but not by the ring: column → under what
    {
        "refresh_tokens.successor_sealed": "the token that it replaced, and wiped at 30 s",
        "approvals.told_sealed": "the person's own key, of person_keys",
    }
)

# How what hangs on a purpose outlives the key that it was derived from.
KEPT, SEALED_AGAIN, LINKED, PASSING = "its index key is kept", "sealed again", "linked", "passing"
PURPOSES = MappingProxyType(
    {
        "cpf_index": SEALED_AGAIN,
        "phone_index": SEALED_AGAIN,
        "audit record": LINKED,  # under the chain, which is vouched for under the first key
        "audit chain": LINKED,
        "recovery_codes": KEPT,
        "devices": KEPT,
        "networks": KEPT,
        "imported_lines": KEPT,
        "stop_recovery": KEPT,
        "one_time": KEPT,
        # Good for minutes, and begun again by whoever was at it when another key became the first.
        "csrf": PASSING,
        "webauthn": PASSING,
        "second_factor": PASSING,
        "mfa_token": PASSING,
        "apps": PASSING,
        "user_codes": PASSING,
        "support_handle": PASSING,
        "login_tries": PASSING,
    }
)
KEPT_PURPOSES = tuple(purpose for purpose, way in PURPOSES.items() if way == KEPT)
