"""What may be ordered of the bank: where, with which scope, and an order made of a form."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from dev.demo.money import boletos

BILL_MINOR = 24_370  # R$ 243,70
CARRIERS = ("claro", "oi", "tim", "vivo")
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+)(?:[.,](?P<cents>[0-9]{2}))?")


class Kind(NamedTuple):
    """One kind of deed: where it is ordered, and the scope that the order needs."""

    path: str
    scope: str


KINDS = {
    "pay": Kind("/wallet/me/transfer", "wallet:transfer"),
    "bill": Kind("/payments/bill", "payments:write"),
    "topup": Kind("/payments/topup", "payments:write"),
    "cash": Kind("/atm/withdrawal-request", "atm:withdraw"),
}


def read(step, form):
    """Return the order of ``form``, as the bank's API writes it; the bank judges what is in it."""
    if step == "bill":
        return {"line": form.get("line", ""), "description": "Cofrinho"}
    order = {"amount": minor(form.get("amount", "")), "currency": "BRL"}
    if step == "cash":
        return order | {"channel": "atm"}
    if step == "topup":
        return order | {"phone": form.get("phone", ""), "carrier": form.get("carrier", "")}
    return order | {"to": form.get("to", "").strip(), "description": form.get("description", "")}


def minor(text):
    """Return ``text`` (1.250,00 or 1,250.00) in centavos; as it is when it is no amount."""
    found = _AMOUNT.fullmatch(text.replace("R$", "").strip())
    if found is None:
        return text
    return int(re.sub("[.,]", "", found["whole"])) * 100 + int(found["cents"] or 0)


def sample_bill():
    """Return the line of a bill that falls due in a week."""
    return boletos.sample(BILL_MINOR, datetime.now(UTC).date())
