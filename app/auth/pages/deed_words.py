"""A deed as it reads to a person: every fact that the bank signed, in the order people check."""

from datetime import date
from typing import Any, NamedTuple

from app.foundation import words

# Of which types the payee's id says something to people, and what it is then called.
IDS = {"bill_payment": "line", "phone_topup": "number", "atm_withdrawal": "cash_point"}
KINDS_OF_CASH_POINT = {"atm", "agent"}  # whose name says it all


class Shown(NamedTuple):
    """What the page shows. facts: pairs of a message's name and a text, in order."""

    kind: str
    amount: str
    minor: int
    currency: str
    payee: str
    facts: list
    first: bool
    until: Any


def shown(deed):
    """Return ``deed`` as :class:`Shown`, in the language of this request."""
    claims = deed.claims
    return Shown(
        kind=claims["type"],
        amount=words.money(claims["amount"], claims["currency"]),
        minor=claims["amount"],
        currency=claims["currency"],
        payee=claims["payee"]["name"],
        facts=[(name, text) for name, text in _facts(claims) if text],
        first=claims.get("first_payment", False),
        until=deed.expires_at,
    )


def _facts(claims):
    payee = claims["payee"]
    yield "document", (payee.get("document") or "").replace("*", "•")
    yield "institution", payee.get("institution")
    named = IDS.get(claims["type"])
    if named and payee["id"] not in KINDS_OF_CASH_POINT:
        yield named, payee["id"]
    yield "source", claims["source"].get("name") or words.t("payment.wallet")
    if "due_date" in claims:
        yield "due_date", words.day(date.fromisoformat(claims["due_date"]))
    yield "description", claims.get("description")
