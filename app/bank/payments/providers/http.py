"""A provider over HTTP and JSON: ``PUT`` and ``GET`` of ``PROVIDER_URL/orders/<our id>``.

What comes back must name the order and the amount that were asked of it; an answer of any other
shape is no answer, and the order stands as nobody knows.
"""

import json

from app.bank.payments.providers.interface import (
    STATES,
    Beneficiary,
    Outcome,
    Provider,
    Unclear,
)
from app.foundation import fetch

MOST = 16 * 1024  # bytes of an answer
LOOK_UP_SECONDS = 2  # the person waits
LONGEST_NAME = 80


class OverHttp(Provider):
    """The provider at ``url``, which knows us by ``token``."""

    def __init__(self, url, token):
        self._url = url
        self._headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}

    def look_up(self, barcode):
        status, told = self._call("GET", f"/bills/{barcode}", seconds=LOOK_UP_SECONDS)
        if status == 404:
            return None
        found = _beneficiary(told) if status == 200 else None
        if found is None:
            raise Unclear(f"status_{status}")
        return found

    def pay(self, asked, seconds):
        body = {"kind": asked.kind, "amount": asked.amount_minor, "currency": asked.currency}
        body |= {"to": asked.to} | ({"carrier": asked.carrier} if asked.carrier else {})
        status, told = self._call("PUT", _place(asked), body, seconds=seconds)
        return _outcome(asked, status, told)

    def ask(self, asked, seconds):
        status, told = self._call("GET", _place(asked), seconds=seconds)
        if status == 404 and told.get("code") == "unknown_order":
            return None
        return _outcome(asked, status, told)

    def _call(self, method, path, body=None, *, seconds):
        sent, headers = b"", self._headers
        if body is not None:
            sent = json.dumps(body).encode()
            headers = headers | {"Content-Type": "application/json"}
        try:
            answer = fetch.exchange(
                method, self._url + path, sent, headers, most=MOST, seconds=seconds
            )
            told = json.loads(answer.body)
        except fetch.Failed as failed:
            raise Unclear(failed.reason) from None
        except (ValueError, RecursionError):
            raise Unclear("not_json") from None
        if not isinstance(told, dict):
            raise Unclear("not_json")
        return answer.status, told


class Nobody(Provider):
    """No provider is named: nothing is known, and every payment waits until one is."""

    def look_up(self, barcode):
        raise Unclear("no_provider")

    def pay(self, asked, seconds):
        raise Unclear("no_provider")

    def ask(self, asked, seconds):
        raise Unclear("no_provider")


def _place(asked):
    return f"/orders/{asked.id}"


def _outcome(asked, status, told):
    if status not in {200, 201}:
        raise Unclear(f"status_{status}")
    if told.get("id") != asked.id or told.get("amount") != asked.amount_minor:
        raise Unclear("another_order")
    if told.get("status") not in STATES:
        raise Unclear("no_such_status")
    return Outcome(
        told["status"],
        _said(told, "reference"),
        _said(told, "reason"),
        _beneficiary(told.get("payee")),
    )


def _beneficiary(told):
    """Whom a boleto pays, or None where it is not said."""
    name = _said(told, "name") if isinstance(told, dict) else None
    return name and Beneficiary(name, _said(told, "document"), _said(told, "institution"))


def _said(told, name):
    value = told.get(name)
    said = isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
    return value if said else None
