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
        name = told.get("name")
        if status != 200 or not isinstance(name, str) or not _is_said(name):
            raise Unclear(f"status_{status}")
        return Beneficiary(name, _said(told, "document"), _said(told, "institution"))

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
    return Outcome(told["status"], _said(told, "reference"), _said(told, "reason"))


def _said(told, name):
    value = told.get(name)
    return value if isinstance(value, str) and _is_said(value) else None


def _is_said(text):
    return 0 < len(text) <= LONGEST_NAME and text.isprintable()
