"""A deed that waits for its approval: what it says, signed, and the details to ask for.

Nothing is kept of it here: it is the bank's own word that comes back, approved, in a token.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from flask import current_app

from app.bank.deeds import keys
from app.foundation import clock, ids

ROOMS = {
    "wallet_transfer": "wallet",
    "bill_payment": "payments",
    "phone_topup": "payments",
    "atm_withdrawal": "atm",
}


class Ordered(NamedTuple):
    """What was ordered, as an approval must name it: to the cent, to this payee, from this wallet.

    kind: the type of its details; due_date: ISO 8601, or None.
    """

    kind: str
    amount_minor: int
    currency: str
    payee_id: str
    source_id: str
    description: str = ""
    due_date: str | None = None


class Payee(NamedTuple):
    """Who is paid, as the person who approves is told it; document: masked."""

    id: str
    name: str
    document: str | None = None
    institution: str | None = None


def describe(ordered, payee, *, sub, client_id, reasons=()):
    """Return the ``authorization_details`` entry (dict) to ask approval of ``ordered`` with.

    payee: the :class:`Payee` that ``ordered`` names; sub: whose money it is; client_id: the app
    that asked; reasons: why it needs approval, as codes.
    """
    now = clock.seconds()
    told = {
        "type": ordered.kind,
        "amount": ordered.amount_minor,
        "currency": ordered.currency,
        "payee": _said(payee._asdict()),
        "description": ordered.description,
        "due_date": ordered.due_date,
    }
    claims = told | {
        "iss": current_app.config["BANK_AUDIENCE"],
        "aud": current_app.config["ISSUER"],
        "sub": sub,
        "client_id": client_id,
        "jti": ids.new("dee"),
        "iat": now,
        "exp": now + current_app.config["DEED_SECONDS"],
        "source": {"id": ordered.source_id},
        "first_payment": "first_payee" in reasons or None,
        "reasons": list(reasons),
    }
    until = datetime.fromtimestamp(claims["exp"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = told | {
        "locations": [f"{claims['iss']}/{ROOMS[ordered.kind]}"],
        "transaction_id": claims["jti"],
        "source": ordered.source_id,
        "expires_at": until,
        "deed": keys.sign(_said(claims)),
    }
    return _said(entry)


def _said(members):
    """Without what there is nothing to say of."""
    return {name: value for name, value in members.items() if value not in (None, "", [])}
